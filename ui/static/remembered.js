// States of lists that were looked at: another filter or page that is known is on screen at once, with its age, and goes on from its number.
// In memory for this page; in the browser's database, where it may keep anything, for the next one (docs/caching.md).
(() => {
  "use strict";
  const cw = window.cellwarden, { kept } = cw;
  const MOST = 40, LIST = /^(devices|towers|alerts|violations|policies|commands)\?/;
  const known = new Map(); // topic -> {topic, q, of, state, at, kept}; at: the server's time of which it is, s

  cw.remembered = {
    of: (topic) => (known.has(topic) && !kept?.isOld(known.get(topic)) ? known.get(topic) : null),
    // It is left, as it is now; q and of are its number and its channel.
    leave(topic, { q, of, state }) {
      if (!LIST.test(topic) || q === null || !of || state === undefined) return;
      const record = { topic, q, of, state, at: cw.line().seenAt || cw.now(), kept: Date.now() };
      known.delete(topic);
      known.set(topic, record);
      while (known.size > MOST) known.delete(known.keys().next().value);
      if (cw.keptUnder) kept?.put("topics", record);
    },
    // What an earlier page has kept.
    async recall() {
      const records = await kept.all("topics");
      for (const record of records.sort((a, b) => a.kept - b.kept)) if (!known.has(record.topic) && !kept.isOld(record)) known.set(record.topic, record);
    },
  };
  document.addEventListener("cellwarden:keeps", () => cw.remembered.recall().catch(() => { /* it has just gone */ }));
})();
