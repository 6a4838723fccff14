// The browser's end of live delivery: follow(topic, fn) and nothing more. Frames come on the page's one connection (line.js).
// A frame with "full" is the whole state; a patch must carry the next q, else the whole state is asked for again.
(() => {
  "use strict";
  const cw = window.cellwarden;
  const topics = new Map(); // topic -> {q, of, state, error, followers: Set, asked}
  const PAUSE_AFTER = 10_000; // a hidden tab keeps its place this long, ms
  const AWAKE = "announcements"; // a hidden tab tells of new alerts all the same
  const KEEP_POINTS = 5000;
  let offset = null, paused = false, pauseTimer = 0, leaving = false;

  // The states that the server drew the page from: what follows one of them goes on from there.
  const snapshot = JSON.parse(document.getElementById("cw-snapshot")?.textContent ?? "null");
  const drawn = new Map(snapshot?.frames.map((frame) => [frame.t, frame]));
  // A page that was fetched before it was asked for may be minutes old.
  if (snapshot && !performance.getEntriesByType("navigation")[0]?.deliveryType) offset = snapshot.at - Date.now() / 1000;

  // What this person has done and the picture does not hold yet; a row of it is drawn again when that changes.
  const layer = (cw.doing = cw.layer((id) => {
    for (const [topic, entry] of topics) {
      const { state } = entry, row = Array.isArray(state?.rows) ? state.rows.find((one) => one.id === id) : state?.id === id ? state : null;
      if (row) give(topic, entry, Array.isArray(state.rows) ? { rows: [row] } : {}, false);
    }
  }));
  const give = (topic, entry, value, full, to = [...entry.followers]) => {
    const seen = layer.laid(entry.state, value, full);
    for (const follower of to) {
      try { follower.fn(seen, full, entry.asOf ?? null); }
      catch (error) { console.error(`a follower of ${topic} failed`, error); } // one broken card must not stop the others
    }
  };
  // The newest row of that id that says its version, as the server has sent it.
  cw.known = (id) => {
    const rows = [...topics.values()].flatMap(({ state }) => (Array.isArray(state?.rows) ? state.rows : state ? [state] : [])).filter((row) => row.id === id && typeof row.version === "number");
    return rows.reduce((best, row) => (best && best.version >= row.version ? best : row), null);
  };

  // Server time, epoch seconds: the beat with the least delay sets our clock; it may drift back by 1 ms a beat.
  cw.now = () => Date.now() / 1000 + (offset ?? 0);

  // fn(value, full, asOf): the whole state first, patches later; asOf is the moment of a state that was kept, until the server has said more.
  // fail(text) when the server refuses the topic. Returns the undo.
  cw.follow = (topic, fn, fail = () => {}) => {
    const follower = { fn, fail };
    let entry = topics.get(topic);
    if (!entry) {
      const old = drawn.has(topic) ? null : cw.remembered?.of(topic) ?? null, known = drawn.has(topic) ? drawn.get(topic) : old && { q: old.q, of: old.of, v: old.state };
      drawn.delete(topic);
      topics.set(topic, (entry = { q: known?.q ?? null, of: known?.of, state: known?.v, error: null, followers: new Set(), asked: false, asOf: old?.at ?? null, beats: 2 }));
      send(wish(topic, entry));
      if (known) queueMicrotask(() => entry.followers.has(follower) && give(topic, entry, entry.state, true, [follower]));
    } else if (entry.state !== undefined) {
      queueMicrotask(() => entry.followers.has(follower) && give(topic, entry, entry.state, true, [follower]));
    } else if (entry.error !== null) {
      queueMicrotask(() => fail(entry.error));
    }
    entry.followers.add(follower);
    return () => {
      entry.followers.delete(follower);
      if (entry.followers.size || topics.get(topic) !== entry) return;
      topics.delete(topic);
      if (entry.asOf === null) cw.remembered?.leave(topic, entry);
      send({ op: "unfollow", t: topic });
    };
  };
  // Number q of the channel "of" is known already: what came since is enough.
  const wish = (topic, { q, of, state }) => ({ op: "follow", t: topic, ...(q !== null && of && state !== undefined ? { q, of } : {}) });
  // Ask again for a topic that failed or keeps us waiting.
  cw.again = (topic) => topics.has(topic) && send({ op: "snapshot", t: topic });

  // How the line stands, as wire.standing() says; seenAt is the server's time of the newest frame, 0 when none has come.
  cw.line = () => {
    const standing = cw.wire.standing();
    return { ...standing, seenAt: standing.heardAt ? standing.heardAt / 1000 + (offset ?? 0) : snapshot?.at ?? 0 };
  };
  // The session has ended. A person who signs out or switches by a button is on the way already: going elsewhere would drop the answer's cookie.
  cw.signedOut = () => leave(() => location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`));
  // Role, part or enterprise is another. If another tab has switched, its new cookie has to arrive first.
  cw.loadAnew = () => setTimeout(() => leave(() => location.reload()), 300);
  cw.isLeft = () => leaving; // the page is on its way to another one
  function leave(go) {
    if (leaving) return;
    leaving = true;
    go();
  }

  function send(message) {
    if (!paused || message.t === AWAKE || message.op === "unfollow") cw.wire.say(message);
  }

  function opened() {
    cw.wire.say({ op: "hello" });
    for (const [topic, entry] of topics) { entry.asked = false; send(wish(topic, entry)); }
  }

  function receive(frame) {
    if (frame.t === "beat") {
      const seen = frame.at - Date.now() / 1000;
      offset = offset === null ? seen : Math.max(offset - 0.001, seen);
      layer.heard(frame.at);
      for (const [topic, entry] of topics) { // it was taken up, and nothing had come since
        if (entry.asOf !== null && (entry.beats -= 1) < 0) { entry.asOf = null; give(topic, entry, {}, false); }
      }
      if (frame.n) cw.wire.say({ op: "read", n: frame.n }); // all before it as well; a page that does not say so is sent no more
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
    entry.asOf = null;
    if (frame.full) { entry.asked = false; entry.of = frame.of; entry.state = frame.v; } else entry.state = merge(entry.state, frame.v);
    give(frame.t, entry, frame.v, Boolean(frame.full));
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

  document.addEventListener("visibilitychange", () => {
    if (document.prerendering) return; // it is being opened, and connects when it has been shown (line.js)
    clearTimeout(pauseTimer);
    if (document.hidden) {
      for (const [topic, entry] of topics) if (entry.asOf === null) cw.remembered?.leave(topic, entry);
      pauseTimer = setTimeout(() => {
        for (const topic of topics.keys()) if (topic !== AWAKE) send({ op: "unfollow", t: topic });
        paused = true;
      }, PAUSE_AFTER);
    } else if (paused) {
      paused = false;
      for (const [topic, entry] of topics) if (topic !== AWAKE) send(wish(topic, entry));
      if (!cw.wire.open) cw.wire.again();
    } else if (!cw.wire.open) cw.wire.again();
  });
  document.addEventListener("submit", (event) => { leaving ||= event.target.getAttribute("action")?.startsWith("/auth/") ?? false; });
  // A page in the browser's memory has no connection; one that comes back out of it makes a new one, and the server says whether it still stands.
  addEventListener("pagehide", () => cw.wire.stop());
  addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; cw.wire.resume(); } });
  if (document.documentElement.dataset.live !== "off" && document.querySelector("[data-cw-live]")) cw.wire.start(opened, receive);
})();
