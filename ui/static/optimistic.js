// What a person has done and the picture does not hold yet, laid over what the server has sent. No document, no network: acts.js has both.
// A row says its version. An act that was answered names the version with it; it is laid over older rows and no others, so that nothing
// moves when the frame comes. An act that was refused is gone, and what is seen is the newest row that the server has sent.
(() => {
  "use strict";
  const WORDS = { sending: "Not yet confirmed", waiting: "Waiting for the network", done: null };

  // changed(id) is called when a row of that id is to be drawn again.
  window.cellwarden.layer = (changed = () => {}) => {
    const acts = new Map(); // key -> {key, id, over, state: sending | waiting | done, version, until}
    const of = (id) => [...acts.values()].filter((act) => act.id === id);
    const touched = new Set(); // ids that were ever laid over: their rows are told whole, so that what was laid over is taken away again
    const set = (key, change) => {
      const act = acts.get(key);
      if (!act) return;
      Object.assign(act, change);
      changed(act.id);
    };
    return {
      // over: the fields that the act makes true, or what gives them of a row.
      begin(key, id, over, state = "sending") { acts.set(key, { key, id, over, state, version: null, until: null }); touched.add(id); changed(id); },
      sending: (key) => set(key, { state: "sending" }),
      wait: (key) => set(key, { state: "waiting" }),
      // Done, and in the picture from that version on; until: the server's moment at which a page that hears has long been sent it.
      done: (key, version, until = Infinity) => set(key, { state: "done", version, until }),
      drop(key) { const act = acts.get(key); if (acts.delete(key)) changed(act.id); },
      // The line has told of this moment, so of everything before it: a row that has left the list says no version.
      heard(at) { for (const act of [...acts.values()]) if (act.state === "done" && at > act.until) { acts.delete(act.key); changed(act.id); } },
      get open() { return [...acts.values()].filter((act) => act.state !== "done"); },
      knows: (key) => acts.has(key),
      touches: (id) => touched.has(id),
      // A row as it is seen. One that says no version cannot be told from an older one, and is left as it is.
      shown(row) {
        if (!touched.has(row.id) || typeof row.version !== "number") return row;
        const seen = { ...row, unsure: null };
        for (const act of of(row.id)) {
          if (act.state === "done" && row.version >= act.version) continue;
          for (const [field, value] of Object.entries(typeof act.over === "function" ? act.over(seen) : act.over)) if (field in row) seen[field] = value;
          seen.unsure = WORDS[act.state] ?? seen.unsure;
        }
        return seen;
      },
      // A frame as followers are given it: value, of the topic whose whole state is now state.
      laid(state, value, full) {
        if (!touched.size || typeof state !== "object" || state === null) return value;
        if (Array.isArray(state.rows)) {
          if (!(value.rows ?? []).some((row) => touched.has(row.id))) return value;
          const whole = new Map(state.rows.map((row) => [row.id, row]));
          return { ...value, rows: value.rows.map((row) => (touched.has(row.id) && whole.has(row.id) ? this.shown(whole.get(row.id)) : row)) };
        }
        return touched.has(state.id) ? { ...value, ...this.shown(state) } : value;
      },
    };
  };
})();
