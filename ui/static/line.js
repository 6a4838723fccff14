// The page's one connection, which is NiceGUI's: a WebSocket, or long polling where the network refuses that. When it is lost, and when it
// says nothing for ten seconds though the browser believes it to be open, we close it, say why, and try again; at once when the network is back.
//
// Of NiceGUI's own we use window.socket (a socket of socket.io-client: on, emit, connect, disconnect, connected, io.opts.query, io.opts.transports,
// io.reconnection, io.timeout, io.engine.transport.name), window.nextMessageId, window.did_handshake and the name delayed_emitter; test_tripwires.py fails when one is gone.
(() => {
  "use strict";
  const cw = window.cellwarden;
  const SILENT = 10_000, TRY_FOR = 8_000, LOST = 1_500; // ms: without a beat; for an attempt; until what is shown is marked as old
  const MOST = 20; // of what we say in one packet: a packet has its limit
  const ACTS = new Set(["click", "dblclick", "auxclick", "submit"]);
  let socket = null, opens = () => {}, hears = () => {};
  let timer = 0, deadline = 0, attempts = 0, opened = 0, retryAt = 0, lostAt = 0, triedAt = 0, own = false, gone = false, ready = false;
  const PAUSE = 2_000, PATIENT = 20_000, MINUTE = 60_000, MOST_RELOADS = 3; // ms without a key before the page is loaded anew; at most so long; so often a minute
  const ANEW = 5_000; // ms between two tries to load a page that has not come whole
  let unknown = null, touchedAt = 0, missing = false;
  let newest = 0, heardAt = 0, reason = "", polls = false, said = [];

  const wire = (cw.wire = {
    // open() when there is a new connection, hear(frame) for each frame. NiceGUI makes the connection when its page stands.
    start(open, hear) {
      opens = open; hears = hear;
      const there = window.socket;
      Object.defineProperty(window, "socket", { configurable: true, get: () => socket, set: take });
      if (there) take(there);
    },
    get open() { return ready && socket.connected; },
    // Nothing can be asked of the server: without a line, and as far as is known by plain requests as well.
    get away() { return navigator.onLine === false || (wire.standing().lost && !reason.startsWith("The console answers")); },
    say(message) {
      if (!wire.open) return;
      if (!said.length) queueMicrotask(() => {
        const all = said;
        said = [];
        for (let at = 0; wire.open && at < all.length; at += MOST) socket.emit("live", ...all.slice(at, at + MOST));
      });
      said.push(message);
    },
    // How it stands: joining, live, delayed or offline; age of the newest frame in s; the moment of the newest one, of the loss and of the next try in ms of this clock.
    standing() {
      const age = newest ? (Date.now() - newest) / 1000 : Infinity;
      const state = !wire.open ? (missing || opened || attempts > 1 ? "offline" : "joining") : age < 3 ? "live" : "delayed";
      return { state, age, heardAt, lostAt, retryAt, reason, unknown, polls: wire.open && socket.io.engine?.transport?.name === "polling", lost: state === "offline" && Date.now() - lostAt > LOST };
    },
    // Now, whatever the waiting time says.
    again() { if (missing) anew(); else if (socket && !gone) { attempts = 0; connect(); } },
    stop() { gone = true; clearTimeout(timer); clearTimeout(deadline); if (socket) drop(); },
    resume() { gone = false; wire.again(); },
  });

  // A page that the browser has made ready before it was asked for (prerendering) connects when a person looks at it, and not before: until
  // then it costs the server no more than a page that was fetched early, and is no visit.
  if (document.prerendering) {
    let make;
    const waiting = (url, options) => make(url, { ...options, transports: options.transports.filter((name, at, all) => all.indexOf(name) === at), autoConnect: false });
    Object.defineProperty(window, "io", { configurable: true, get: () => make && waiting, set(found) { make = found; } });
    cw.whenShown(() => { if (socket && !triedAt) { begun(); socket.connect(); } }); // the picture first
  }

  // What happens on a page before NiceGUI's handshake asks every 10 ms, each event by a timer of its own, whether it may go: so a press overtakes
  // what was typed before it, and the older value is saved. Here they stand in one row, and go before anything else hears of the handshake.
  const row = [], later = window.setTimeout;
  let shaken = window.did_handshake;
  if (!shaken) window.setTimeout = (act, ...more) => (act?.name === "delayed_emitter" && !shaken ? row.push(act) && 0 : later(act, ...more));
  Object.defineProperty(window, "did_handshake", {
    configurable: true,
    get: () => shaken,
    set(is) {
      shaken = is;
      if (!is) return;
      window.setTimeout = later;
      for (const act of row.splice(0)) act();
    },
  });

  // NiceGUI makes the connection when all files of its page have come. A page that was fetched early, and is opened when the network is away,
  // lacks some: its first picture stays, frozen, until the console answers, from which it is then loaded anew.
  addEventListener("error", (event) => { if (event.target?.localName === "script" && document.querySelector("[data-cw-live]") && !socket && !missing) unmade(); }, true);
  function unmade() {
    if (gone) return;
    missing = true;
    lostAt ||= Date.now() - LOST;
    reason = navigator.onLine === false ? "This computer has no network." : "A file of this page did not come.";
    retryAt = Date.now() + ANEW;
    timer = setTimeout(anew, ANEW);
    mark();
    tell();
  }
  async function anew() {
    clearTimeout(timer);
    try {
      if ((await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(ANEW) })).ok && reloads().length < MOST_RELOADS) {
        counted();
        location.reload();
        return;
      }
    } catch { /* still away */ }
    if (missing) unmade();
  }

  function take(found) {
    clearTimeout(timer);
    missing = false; lostAt = 0; retryAt = 0; reason = ""; // it goes without the file that did not come
    socket = found;
    found.io.reconnection(false); // we try again by ourselves, see connect()
    found.io.timeout(false); // after which NiceGUI would load the page anew, though there may be no server to load it from
    found.on("connect", connected);
    found.on("disconnect", () => { ready = false; if (!own && !gone) lost(); });
    found.on("connect_error", (error) => { if (!gone) failed(error?.context?.status ?? 0); });
    found.on("live", (...frames) => {
      newest = heardAt = Date.now();
      for (const frame of frames) hears(frame);
    });
    found.on("signed_out", () => { gone = true; cw.signedOut(); });
    found.on("changed", () => { gone = true; cw.loadAnew(); });
    const emit = found.emit;
    found.emit = function (name, ...more) { // socket.io would keep it and do it when the line is back, minutes later perhaps
      if (name === "handshake") more[1] = settled(more[1]);
      if (name === "event" && acts(window.event)) {
        const control = cw.controlOf(window.event);
        if (!found.connected) { refused(control); return found; }
        return emit.call(found, name, ...more, cw.pressed(control)); // called when the server has taken it
      }
      return emit.call(found, name, ...more);
    };
    const on = found.on; // from here on it is NiceGUI that listens
    found.on = (name, listener) => on.call(found, name, name !== "connect_error" ? listener : (error) => {
      if (error?.message === "Implicit handshake failed") between(() => listener(error));
      else listener(error);
    });
    if (!document.prerendering) begun();
    setInterval(watch, 1000);
  }
  function begun() {
    triedAt = Date.now();
    attempts = 1;
    deadline = setTimeout(slow, TRY_FOR);
  }

  // The server does not know this page: it was restarted, perhaps with another release. NiceGUI loads the page anew, which we let it do
  // between two actions of the person, and not again and again where something hands out an old page.
  document.addEventListener("input", () => { touchedAt = Date.now(); }, true);
  function between(load) {
    if (unknown) return;
    wire.stop(); // a server that does not know the page will not know it when it is asked again
    const since = Date.now();
    unknown = { load: () => { if (!unknown?.left) { unknown.left = true; counted(); load(); } }, again: reloads().length >= MOST_RELOADS, left: false };
    tell();
    const ask = () => {
      if (Date.now() - touchedAt > PAUSE || Date.now() - since > PATIENT) unknown.load();
      else setTimeout(ask, 250);
    };
    if (!unknown.again) ask();
  }
  function reloads() {
    try { return JSON.parse(sessionStorage.getItem("cellwarden-reloads") ?? "[]").filter((at) => Date.now() - at < MINUTE); } catch { return []; }
  }
  function counted() {
    try { sessionStorage.setItem("cellwarden-reloads", JSON.stringify([...reloads(), Date.now()])); } catch { /* refused: then it is not counted */ }
  }

  const settled = (finish) => (ok) => { if (ok) finish(ok); else between(() => finish(ok)); };

  function connected() {
    clearTimeout(timer); clearTimeout(deadline);
    const begin = () => {
      if (!socket.connected) return;
      if (!window.did_handshake) { setTimeout(begin, 10); return; } // behind NiceGUI's own handshake
      ready = true;
      opened += 1; attempts = 0; retryAt = 0; lostAt = 0; newest = Date.now(); reason = "";
      opens();
      mark();
      tell();
    };
    queueMicrotask(begin);
  }

  function watch() {
    if (wire.open && Date.now() - newest > SILENT && !gone) { // half open: lost radio, a dead translation of addresses, a frozen proxy
      reason = "Nothing has come for ten seconds.";
      lostAt = Date.now() - LOST;
      connect();
    } else mark();
  }

  function lost() {
    clearTimeout(deadline);
    lostAt ||= Date.now();
    const wait = Math.min(5_000, 400 * 2 ** Math.min(attempts, 6)) * (0.5 + Math.random() / 2);
    retryAt = Date.now() + wait;
    clearTimeout(timer);
    timer = setTimeout(connect, wait);
    setTimeout(mark, LOST + 50);
    tell();
  }
  function failed(status) {
    lost();
    if (attempts > 1 || status) diagnose(status);
  }
  function slow() { // the attempt goes on until the next one: it may still come through
    polls = !polls; // some networks swallow WebSockets without a word
    failed(0);
  }

  function connect() {
    clearTimeout(timer); clearTimeout(deadline);
    attempts += 1; retryAt = 0; triedAt = Date.now();
    const options = socket.io.opts;
    if (options.query) options.query.next_message_id = window.nextMessageId; // else NiceGUI believes that we have missed something
    options.transports = polls ? ["polling", "websocket"] : ["websocket", "polling"];
    drop();
    socket.connect();
    deadline = setTimeout(slow, TRY_FOR);
    tell();
  }
  function drop() { ready = false; own = true; socket.disconnect(); own = false; }

  // Whose fault it is, as far as a page can tell.
  async function diagnose(status) {
    const at = triedAt;
    let found = "The console does not answer.";
    if (navigator.onLine === false) found = "This computer has no network.";
    else if (status === 403) found = "The console refuses this page because of its address: compare it with the setting public_url.";
    else {
      try {
        const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
        found = answer.ok ? "The console answers, but the live line is blocked by the network." : `What answers in place of the console says HTTP ${answer.status}.`;
      } catch { /* so it stays */ }
    }
    if (!wire.open && triedAt - at < 60_000) { reason = found; tell(); }
  }

  // A press of a button, not what is being typed: that is kept, and sent when the line is back.
  function acts(event) {
    if (!event) return false;
    if (event.type === "keydown" || event.type === "keyup") return event.key === "Enter";
    return ACTS.has(event.type) && !event.target?.closest?.("input, textarea, select, [contenteditable], .q-toggle, .q-checkbox, .q-radio");
  }
  wire.refuse = refused;
  function refused(control) { document.dispatchEvent(new CustomEvent("cellwarden:refused", { detail: { control } })); }
  function mark() {
    const old = wire.standing().lost;
    if (old === (document.documentElement.dataset.line === "away")) return;
    if (old) document.documentElement.dataset.line = "away";
    else delete document.documentElement.dataset.line;
    tell();
  }
  function tell() { document.dispatchEvent(new CustomEvent("cellwarden:line")); }

  document.addEventListener("submit", (event) => { // a form that the browser itself sends would end on its own error page
    if (event.target.getAttribute("action") && wire.away) { event.preventDefault(); refused(event.submitter); }
  }, true);
  addEventListener("online", () => wire.again());
})();
