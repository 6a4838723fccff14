// Actions on their way to the server: what each asks of the API, what its answer means, and those that wait for a network.
// The same file runs in a page and in the service worker: it knows neither document nor window.
(() => {
  "use strict";
  const cw = (self.cellwarden ??= {});
  const PATIENCE = 15_000, TRIES = 4; // ms for an answer; how often an action follows a thing that moves while nothing of meaning changed

  const at = (seconds) => (seconds === null ? null : new Date(seconds * 1000).toISOString());
  const alertNow = (now) => ({ severity: now.severity, state: now.cleared_at ? "cleared" : now.acknowledged_at ? "acknowledged" : now.snooze ? "snoozed" : "open", assigned_id: now.assigned_to?.id ?? null });
  const towerNow = (now) => ({ maintenance_until: now.maintenance_until ? Date.parse(now.maintenance_until) / 1000 : null });
  const deviceNow = ({ name, kind, criticality, interval_s, labels }) => ({ name, kind, criticality, interval_s, ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`label ${key}`, value])) });
  const who = ({ person }) => ({ person_id: person ?? null });
  const decides = (ask, more = {}) => ({ ask, thing: "alerts", now: alertNow, decides: true, ...more });
  // ask: what is sent. thing: where it is read. now: what of it an action is decided by. waits: may be kept until there is a network.
  // still: it moves no version, so that no row tells whether it has it in.
  const ACTIONS = {
    acknowledge: { ask: ({ comment, until }) => ["POST", "/acknowledge", { comment: comment ?? "", ...(until ? { until: at(until) } : {}) }], thing: "alerts", now: alertNow, waits: true },
    unacknowledge: { ask: () => ["POST", "/unacknowledge"], thing: "alerts", now: alertNow },
    comment: { ask: ({ text }) => ["POST", "/comments", { text }], thing: "alerts", now: alertNow, waits: true },
    take: decides(() => ["POST", "/take"], { waits: true }),
    assign: decides((said) => ["POST", "/assign", who(said)]),
    release: decides((said) => ["POST", "/release", who(said)]),
    snooze: decides(({ until, reason }) => ["POST", "/snooze", { until: at(until), reason: reason ?? "" }]),
    wake: decides(() => ["POST", "/wake"]),
    markFalse: decides(({ reason }) => ["POST", "/mark-false", { reason }]),
    unmarkFalse: decides(() => ["POST", "/unmark-false"]),
    merge: decides(({ into }) => ["POST", "/merge", { into }]),
    separate: decides(() => ["POST", "/separate"]),
    maintain: { ask: ({ until }) => ["PATCH", "", { maintenance_until: at(until) }], thing: "towers", now: towerNow },
    describe: { ask: ({ patch }) => ["PATCH", "", patch], thing: "devices", now: deviceNow },
  };
  for (const [noun, thing] of [["Device", "devices"], ["Tower", "towers"]]) {
    ACTIONS[`retire${noun}`] = { ask: () => ["DELETE", ""], thing, now: () => ({}) };
    ACTIONS[`restore${noun}`] = { ask: () => ["POST", "/restore"], thing, now: () => ({}) };
    ACTIONS[`note${noun}`] = { ask: ({ text }) => ["POST", "/notes", { text }], thing, now: () => ({}), waits: true, still: true };
  }
  cw.actions = ACTIONS;

  const ask = (method, path, body, headers = {}) => fetch(`/ui/try/${path}`, {
    method, cache: "no-store", signal: AbortSignal.timeout(PATIENCE), body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...(body === undefined ? {} : { "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json" }), ...headers } });
  // The same in what the action is decided by; only what the page knew of it then is compared.
  const meant = (was, now) => Object.entries(was ?? {}).every(([name, value]) => value === undefined || JSON.stringify(value) === JSON.stringify(now[name] ?? null));

  // One attempt. entry: {key, action, id, said, version, was}. Gives one of {done: version, at, now}, {conflict: now}, {refused: words},
  // {away: words} (it may be sent again, under the same key) and {ended: true} (the session is over).
  cw.deliver = async (entry) => {
    const { ask: asks, thing, now: read } = ACTIONS[entry.action];
    let { version } = entry;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [method, path, body] = asks(entry.said ?? {});
      let answer, said;
      try {
        answer = await ask(method, `${thing}/${entry.id}${path}`, body, { "Idempotency-Key": entry.key, "If-Match": `"${version}"` });
        said = answer.status === 204 ? {} : await answer.json();
      } catch { return { away: "The server does not answer." }; }
      if (answer.ok) return { done: said.version ?? version + 1, now: said };
      if (answer.status === 401) return { ended: true };
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return { away: said.detail ?? "The server could not do it now." };
      if (answer.status !== 412 && !(answer.status === 409 && thing === "alerts")) return { refused: said.detail ?? said.title, field: said.field, status: answer.status };
      let newest;
      try {
        const again = await ask("GET", `${thing}/${entry.id}`);
        if (!again.ok) return { refused: "It is not here any more." };
        newest = await again.json();
      } catch { return { away: "The server does not answer." }; }
      if (answer.status === 409 || !meant(entry.was, read(newest))) return { conflict: newest };
      ({ version } = newest);
    }
    return { away: "It changes faster than it can be answered." };
  };

  // What waits: {key, action, id, name, said, version, was, at, state: waiting | asks, outcome}. One page or the worker sends at a time, and
  // what is sent twice all the same is done once, by its key.
  const { kept } = cw, SENDING = "cellwarden-outbox", listeners = new Set();
  const others = typeof BroadcastChannel === "function" ? new BroadcastChannel(SENDING) : null;
  const locked = (name, options, work) => (navigator.locks ? navigator.locks.request(name, options, work) : work({}));
  const tell = (message, elsewhere = true) => {
    for (const listen of listeners) listen(message);
    if (elsewhere) others?.postMessage(message);
  };
  others?.addEventListener("message", ({ data }) => tell(data, false));
  let ready = null; // the database, once the page has opened it

  cw.outbox = {
    // told({entry, outcome}) of each attempt, in whichever page or worker it was made; told({}) when the list is another.
    listen(told) { listeners.add(told); },
    ready(promise) { ready = promise; },
    // False where this browser keeps nothing.
    async keep(entry) {
      await ready;
      if ((await kept.put("outbox", { ...entry, state: "waiting" })) === undefined) return false;
      tell({});
      // Chromium sends it when the network is back, with the page closed; other browsers when the next page opens.
      self.navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("outbox")).catch(() => { /* the next page sends it */ });
      return true;
    },
    async list() { return (await kept.all("outbox")).sort((a, b) => a.at - b.at); },
    // True when it was never sent; false when it is gone already, or on its way right now.
    takeBack: (key) => locked(`${SENDING} ${key}`, { ifAvailable: true }, async (lock) => {
      if (!lock || (await kept.get("outbox", key)) === undefined) return false;
      await kept.remove("outbox", key);
      tell({});
      return true;
    }),
    // Send what waits, the oldest first. Throws when something still waits, so that the browser comes back to it.
    send: () => locked(SENDING, {}, async () => {
      if (!self.document) await kept.find();
      const tried = new Set();
      let left = false;
      for (;;) {
        const [next] = (await cw.outbox.list()).filter(({ key, state }) => state === "waiting" && !tried.has(key));
        if (!next || left) break;
        tried.add(next.key);
        const outcome = await locked(`${SENDING} ${next.key}`, {}, async () => {
          if ((await kept.get("outbox", next.key)) === undefined) return null; // taken back meanwhile
          const found = await cw.deliver(next);
          if (found.done !== undefined) await kept.remove("outbox", next.key);
          else if (found.conflict || found.refused) await kept.put("outbox", { ...next, state: "asks", outcome: found });
          return found;
        });
        if (outcome?.away || outcome?.ended) left = true;
        if (outcome) tell({ entry: next, outcome });
      }
      if (left) throw new Error("it waits for the network");
    }),
  };
})();
