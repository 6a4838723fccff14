// The browser's end of the live socket: follow(topic, fn) and nothing more. One socket a page, however many components follow.
// A frame with "full" is the whole state; a patch must carry the next q, else the whole state is asked for again.
(() => {
  "use strict";
  const cw = window.cellwarden;
  const topics = new Map(); // topic -> {q, state, error, followers: Set, asked}
  const PAUSE_AFTER = 10_000; // a hidden tab keeps its place this long, ms
  const KEEP_POINTS = 5000;
  const PERSON = document.querySelector("[data-cw-live]")?.dataset.cwLive ?? ""; // as whom, and so in which enterprise, the page was built
  let socket = null, attempts = 0, retryAt = 0, timer = 0, opened = 0;
  let newest = 0, offset = null, paused = false, pauseTimer = 0, lostAt = 0, leaving = false;

  // Server time, epoch seconds: the beat with the least delay sets our clock; it may drift back by 1 ms a beat.
  cw.now = () => Date.now() / 1000 + (offset ?? 0);

  // fn(value, full): the whole state first, patches later. fail(text) when the server refuses the topic. Returns the undo.
  cw.follow = (topic, fn, fail = () => {}) => {
    const follower = { fn, fail };
    let entry = topics.get(topic);
    if (!entry) {
      topics.set(topic, (entry = { q: null, state: undefined, error: null, followers: new Set(), asked: false }));
      send({ op: "follow", t: topic });
    } else if (entry.state !== undefined) {
      queueMicrotask(() => entry.followers.has(follower) && fn(entry.state, true));
    } else if (entry.error !== null) {
      queueMicrotask(() => fail(entry.error));
    }
    entry.followers.add(follower);
    return () => {
      entry.followers.delete(follower);
      if (entry.followers.size || topics.get(topic) !== entry) return;
      topics.delete(topic);
      send({ op: "unfollow", t: topic });
    };
  };
  // Ask again for a topic that failed or keeps us waiting.
  cw.again = (topic) => topics.has(topic) && send({ op: "snapshot", t: topic });

  // How the line stands: live, delayed, stale or offline; age of the newest frame in seconds; retryAt in ms of this clock.
  cw.line = () => {
    const age = newest ? (Date.now() - newest) / 1000 : Infinity;
    const open = socket?.readyState === WebSocket.OPEN;
    const state = !open ? (opened || attempts > 1 ? "offline" : "joining") : age < 3 ? "live" : age < 10 ? "delayed" : newest ? "stale" : "joining";
    return { state, age, retryAt, newestAt: newest / 1000 + (offset ?? 0), lostAt };
  };
  // The session has ended. A person who signs out or switches by a button is on the way already: going elsewhere would drop the answer's cookie.
  // Both sockets say it; a second way to the sign-in would break off the first.
  cw.signedOut = () => leave(() => location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`));
  // Role, part or enterprise is another. If another tab has switched, its new cookie has to arrive first.
  cw.loadAnew = () => setTimeout(() => leave(() => location.reload()), 300);
  cw.reconnect = () => { if (socket?.readyState !== WebSocket.OPEN) { clearTimeout(timer); attempts = 0; connect(); } };

  function leave(go) {
    if (leaving) return;
    leaving = true;
    go();
  }

  function send(message) {
    if (socket?.readyState === WebSocket.OPEN && !(paused && message.op !== "unfollow")) socket.send(JSON.stringify(message));
  }

  function connect() {
    clearTimeout(timer);
    if (socket && socket.readyState <= WebSocket.OPEN) { socket.onclose = null; socket.close(); }
    attempts += 1;
    const ws = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live${PERSON && `?as=${PERSON}`}`);
    socket = ws;
    ws.onopen = () => {
      opened += 1; attempts = 0; retryAt = 0; lostAt = 0; newest = Date.now();
      for (const entry of topics.values()) { entry.q = null; entry.asked = false; }
      if (!paused) for (const topic of topics.keys()) send({ op: "follow", t: topic });
      tell();
    };
    ws.onmessage = (event) => receive(JSON.parse(event.data));
    ws.onclose = (event) => {
      if (ws !== socket) return;
      if (event.code === 4401) { cw.signedOut(); return; }
      if (event.code === 4409) { cw.loadAnew(); return; }
      lostAt ||= Date.now();
      const wait = Math.min(5_000, 400 * 2 ** Math.min(attempts, 6)) * (0.5 + Math.random() / 2);
      retryAt = Date.now() + wait;
      timer = setTimeout(connect, wait);
      tell();
    };
  }

  function receive(frame) {
    newest = Date.now();
    if (frame.t === "beat") {
      const here = newest / 1000, seen = frame.at - here;
      offset = offset === null ? seen : Math.max(offset - 0.001, seen);
      return;
    }
    const entry = topics.get(frame.t);
    if (!entry) return;
    if (frame.error !== undefined) {
      entry.error = String(frame.error);
      for (const follower of [...entry.followers]) follower.fail(entry.error);
      return;
    }
    if (!frame.full && entry.q !== frame.q - 1) {
      if (entry.q !== null && !entry.asked) { entry.asked = true; send({ op: "snapshot", t: frame.t }); }
      return;
    }
    entry.q = frame.q;
    entry.error = null;
    if (frame.full) { entry.asked = false; entry.state = frame.v; } else entry.state = merge(entry.state, frame.v);
    for (const follower of [...entry.followers]) {
      try { follower.fn(frame.v, Boolean(frame.full)); }
      catch (error) { console.error(`a follower of ${frame.t} failed`, error); } // one broken card must not stop the others
    }
  }

  // rows by id, entries in front, points behind, any other key replaced.
  function merge(state, patch) {
    if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
    const next = { ...state };
    for (const [key, value] of Object.entries(patch)) {
      if (key === "rows" && Array.isArray(state?.rows)) {
        const rows = new Map(state.rows.map((row) => [row.id, row]));
        for (const row of value) rows.set(row.id, { ...rows.get(row.id), ...row });
        const ids = patch.ids ?? state.ids;
        next.rows = ids ? ids.map((id) => rows.get(id)).filter(Boolean) : [...rows.values()];
      } else if (key === "entries") next.entries = [...value, ...(state?.entries ?? [])].slice(0, 200);
      else if (key === "points" && Array.isArray(state?.points)) next.points = [...state.points, ...value].slice(-KEEP_POINTS);
      else next[key] = value;
    }
    return next;
  }

  function tell() { document.dispatchEvent(new CustomEvent("cellwarden:line")); }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(pauseTimer);
    if (document.hidden) {
      pauseTimer = setTimeout(() => {
        for (const topic of topics.keys()) send({ op: "unfollow", t: topic });
        paused = true;
      }, PAUSE_AFTER);
    } else if (paused) {
      paused = false;
      for (const [topic, entry] of topics) { entry.q = null; send({ op: "follow", t: topic }); }
      if (socket?.readyState !== WebSocket.OPEN) cw.reconnect();
    } else if (socket?.readyState === WebSocket.CLOSED) cw.reconnect();
  });
  document.addEventListener("submit", (event) => { leaving ||= event.target.getAttribute("action")?.startsWith("/auth/") ?? false; });
  addEventListener("online", () => cw.reconnect());
  addEventListener("pagehide", () => { if (socket) { socket.onclose = null; socket.close(); } });
  addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; connect(); } });
  if (document.documentElement.dataset.live !== "off" && document.querySelector("[data-cw-live]")) connect();
})();
