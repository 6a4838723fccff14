// What a person does is on screen at once, marked as not yet confirmed, and then becomes what really happened: sent by outbox.js, laid over
// the picture by optimistic.js. What is refused is taken back to the newest state there is, in words that say why; what can be undone can be
// for ten seconds.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h, layer = cw.doing;
  const SETTLED = 3; // s after an answer a page that hears has been sent what the answer is about
  const many = (ids, one, several) => (ids.length === 1 ? one : `${ids.length} ${several}`);
  const me = () => document.querySelector("[data-cw-live]")?.dataset.name ?? "you";
  const ended = (words) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`.replace(/\.?$/, ".");

  // over: what it makes true of a row, by {said, at}. was: what of the row it is decided by. done: words. undo: what takes it back, of the row before.
  // holds: whether a newer row still says so, of what can be undone; past: what is said where it does not.
  const ACTS = {
    acknowledge: {
      over: ({ comment, until }, at) => ({ state: "acknowledged", seen: "acknowledged", seen_by: me(), acknowledged: true, acknowledged_at: at, acknowledged_by: me(), acknowledged_until: until ?? null, quiet_until: until ?? null, is_snoozed: false, snoozed_until: null, comment: comment ?? "" }),
      was: ({ severity, state }) => ({ severity, state }), done: (ids) => `${many(ids, "Alert", "alerts")} acknowledged.`, undo: () => ["unacknowledge", {}],
      holds: (row) => row.state === "acknowledged" && row.acknowledged_by === me(), past: (row, name) => (row.state === "cleared" ? `${name} is cleared: there is nothing to take back.` : ""),
    },
    unacknowledge: {
      over: () => ({ state: "open", seen: null, seen_by: null, acknowledged_until: null, quiet_until: null, acknowledged: false, acknowledged_at: null, acknowledged_by: null, comment: "" }),
      was: ({ state }) => ({ state }), done: () => "The acknowledgement is taken back.",
    },
    comment: {
      over: ({ text }, at) => (row) => {
        const there = row.comments ?? [], by = me();
        return { comments: there.some((one) => one.by === by && one.text === text && one.at > at - 60) ? there : [...there, { at, by, text }] };
      },
      was: ({ severity, state }) => ({ severity, state: state === "cleared" ? "cleared" : undefined }), done: () => "The comment is there.",
    },
    maintain: {
      over: ({ until }) => (until === null ? { status: "unknown", maintenance_until: null, because: "", troubled: null } : { status: "maintenance", maintenance_until: until, because: "", troubled: null }),
      was: ({ maintenance_until }) => ({ maintenance_until }), done: (_, { until }, name) => (until === null ? `Maintenance of ${name} has ended.` : `${name} is in maintenance.`), undo: (row) => ["maintain", { until: row.maintenance_until ?? null }],
      holds: (row, { until }) => (until === null ? row.status !== "maintenance" : row.status === "maintenance" && Math.abs(cw.epoch(row.maintenance_until) - until) < 1),
      past: (row, name) => (row.status === "maintenance" ? `${name}: its maintenance was changed meanwhile.` : `${name} is not in maintenance any more.`),
    },
  };
  const running = new Map(); // id -> the end of what is under way on it: one thing is sent after another
  Object.assign(cw, { acts: ACTS, many, me }); // edits.js and triage.js have more
  const key = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // What became of the alert, tower or device that an action came too late for.
  cw.changedTo = ({ action, was }, now) => {
    if (cw.actions[action].thing !== "alerts") return "it was changed meanwhile by another person";
    if (now.cleared_at) return "the alert was cleared meanwhile";
    if (was?.assigned_id !== undefined && was.assigned_id !== (now.assigned_to?.id ?? null)) return now.assigned_to ? `${now.assigned_to.name} has it meanwhile` : "nobody has it any more";
    if (cw.actions[action].decides && was?.severity === now.severity) return "it was changed meanwhile by another person";
    if (action !== "unacknowledge" && now.acknowledged_at) return `${now.acknowledged_by} had acknowledged it already${now.comment ? `: “${now.comment}”` : ""}`;
    if (action === "unacknowledge" && !now.acknowledged_at) return "it waits for a person already";
    return `it got worse meanwhile: ${cw.look("severity", now.severity).word.toLowerCase()} now`;
  };

  // Do it to each of these. Rows are those that the person saw, or said.base; ways: {done(), refused: the label of a button and what it does}.
  cw.does = (action, ids, said = {}, ways = {}) => {
    const act = ACTS[action], entries = [];
    for (const id of ids) {
      const row = cw.known(id);
      if (!row) continue;
      entries.push({ key: key(), action, id, said, version: said.base?.version ?? row.version, was: act.was(row, said), name: row.name ?? "", severity: row.severity, at: cw.now(), before: row });
    }
    if (!entries.length) { cw.toast({ words: "It is not here any more.", tone: "warn" }); return; }
    for (const entry of entries) layer.begin(entry.key, entry.id, act.over(said, entry.at));
    const ends = entries.map(run);
    told(action, entries, said, ends, ways);
  };

  const run = (entry) => {
    const after = (running.get(entry.id) ?? Promise.resolve()).then(() => send(entry));
    running.set(entry.id, after);
    after.finally(() => { if (running.get(entry.id) === after) running.delete(entry.id); });
    return after;
  };
  const places = { free: 4, waiting: [] }; // requests at once: a browser has six connections, and the page needs one
  const turn = async (work) => {
    if (!places.free) await new Promise((go) => places.waiting.push(go)); else places.free -= 1;
    try { return await work(); }
    finally { const next = places.waiting.shift(); if (next) next(); else places.free += 1; }
  };
  const send = async (entry) => {
    if (navigator.onLine === false) return away(entry, "This computer has no network.");
    // what was done before to the same thing has moved its version, and that is no surprise
    const outcome = await turn(() => cw.deliver({ ...entry, version: Math.max(entry.version, answered.get(entry.id) ?? 0) }));
    return settle(entry, outcome);
  };
  const answered = new Map(); // id -> the version of our own newest answer

  // The outcome of an attempt becomes what is seen. Gives "done", "refused" or "waiting".
  const settle = (entry, outcome) => {
    if (outcome.done !== undefined) {
      answered.set(entry.id, outcome.done);
      layer.done(entry.key, cw.actions[entry.action].still ? Infinity : outcome.done, cw.now() + SETTLED);
      return { state: "done" };
    }
    if (outcome.away) return away(entry, outcome.away);
    if (outcome.ended) { layer.drop(entry.key); cw.signedOut(); return { state: "refused", words: "Your session has ended." }; }
    layer.drop(entry.key);
    return { state: "refused", words: outcome.conflict ? cw.changedTo(entry, outcome.conflict) : outcome.refused, now: outcome.conflict };
  };
  const away = async (entry, why) => {
    const { before, ...kept } = entry;
    if (cw.actions[entry.action].waits) {
      layer.wait(entry.key);
      if (await cw.outbox.keep(kept)) return { state: "waiting" };
    }
    layer.drop(entry.key);
    const reason = cw.actions[entry.action].waits ? "this browser keeps nothing that could wait" : "this must not wait";
    return { state: "refused", words: `${why.replace(/\.$/, "")}, and ${reason}. Do it again when the connection is back` };
  };

  // The word on it, with the way back; what was refused is said once for all of them.
  const told = async (action, entries, said, ends, ways) => {
    const act = ACTS[action], ids = entries.map((entry) => entry.id);
    let undone = false;
    const standing = () => entries.filter((entry) => holds(act, entry, said));
    const undo = act.undo && (() => {
      undone = true;
      for (const entry of standing()) {
        const [back, words] = act.undo(entry.before, said);
        takeBack(entry, back, words);
      }
    });
    const toast = cw.toast({ words: act.done(ids, said, entries[0].name), label: undo ? "Undo" : "", press: undo, lasts: undo ? 10_000 : 4_000 });
    const results = await Promise.all(ends);
    const refused = results.filter((one) => one.state === "refused"), waiting = results.filter((one) => one.state === "waiting");
    if (waiting.length) toast.say(`${many(ids, "It waits", "wait")} for the network. You can close this page.`);
    if (!refused.length) ways.done?.();
    if (undo) cw.lapse(toast, () => undone || standing().length > 0, () => act.past?.(cw.known(ids[0]), entries[0].name) || `${many(ids, entries[0].name || "It", "things")}: changed meanwhile, there is nothing to take back.`);
    if (!refused.length || undone) return;
    if (refused.length === results.length) toast.close();
    const [first] = refused, again = refused.length === 1 && first.now && !first.now.cleared_at && action === "acknowledge" && !first.now.acknowledged_at;
    const entry = entries[results.indexOf(first)];
    const words = refused.length === 1 ? `${entry.name ? `${entry.name}: ` : ""}nothing was done, ${ended(first.words)}` : `${refused.length} of ${results.length}: nothing was done, ${ended(first.words)}`;
    const [label, press] = ways.refused ?? (again ? ["Acknowledge it as it is now", () => cw.does(action, [entry.id], said)] : ["", null]);
    cw.toast({ words, tone: "bad", label, press, lasts: 15_000 });
  };
  // Whether what was done is still so, as far as this page has been told: of a row that is older than the answer, or gone from it, nothing is known.
  const holds = (act, { id }, said) => {
    const row = cw.known(id);
    return !row || !act.holds || row.version < (answered.get(id) ?? Infinity) || act.holds(row, said);
  };
  const takeBack = async (entry, back, words) => {
    if (await cw.outbox.takeBack(entry.key)) { layer.drop(entry.key); return; } // it was never sent
    const now = cw.known(entry.id) ?? entry.before;
    const undoing = { ...entry, key: key(), action: back, said: words, was: {}, version: now.version };
    layer.begin(undoing.key, entry.id, ACTS[back].over(words, cw.now()));
    const result = await run(undoing);
    if (result.state === "refused") cw.toast({ words: `It could not be taken back: ${ended(result.words)}`, tone: "bad", lasts: 15_000 });
  };

  // What waits is seen on every page: laid over the picture, until whichever page or worker has sent it.
  cw.lay = (entry) => { if (!layer.knows(entry.key)) layer.begin(entry.key, entry.id, ACTS[entry.action].over(entry.said, entry.at), "waiting"); };
  cw.lift = (entry, outcome) => { if (outcome?.done !== undefined) settle(entry, outcome); else layer.drop(entry.key); };
  // Once more, for what has become of the thing it was meant for.
  cw.resume = async (entry) => {
    const again = { ...entry, key: key() };
    layer.begin(again.key, again.id, ACTS[again.action].over(again.said, again.at));
    const result = await run(again);
    if (result.state === "refused") cw.toast({ words: `Nothing was done: ${ended(result.words)}`, tone: "bad", lasts: 15_000 });
  };
  cw.sheet = (...parts) => sheet(...parts);
  cw.words = (...parts) => words(...parts);
  cw.ended = ended;
  cw.me = me;

  // ---- what is asked before: at once, without a word to the server
  const sheet = (title, lines, fields, verb, test, go, { rank = "primary", about = [] } = {}) => { // about: the ids of what is meant, whose draft it is
    const form = h("form", { class: "cw-sheet-form", method: "dialog" }, h("h2", "", cw.apart(title)), ...lines.map((line) => h("p", "", cw.apart(line))), ...fields,
      h("div", "ends", h("button", { class: "cw-btn", type: "button", onclick: () => { forget(); dialog.close(); } }, "Cancel"), verb ? h("button", { class: `cw-btn ${rank}`, type: "submit", "data-testid": test }, verb) : null));
    const dialog = h("dialog", { class: "cw-dialog", "aria-label": title }, form);
    const typed = fields.flatMap((field) => [field, ...field.querySelectorAll?.("textarea") ?? []]).filter((field) => field.matches?.("textarea"));
    const forget = cw.drafts.plain([title, ...about].join(" "), Object.fromEntries(typed.map((field) => [field.getAttribute("aria-label"), field])));
    form.addEventListener("submit", (event) => { event.preventDefault(); if (go() !== false) { forget(); dialog.close(); } });
    form.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); } });
    cw.modal(dialog);
    return dialog;
  };
  const words = (label, hint, test) => h("textarea", { class: "cw-input area", rows: 3, maxlength: 1000, "aria-label": label, placeholder: hint, "data-testid": test, autofocus: true });
  cw.asks = {
    acknowledge(ids, after = () => {}) {
      const comment = words("Comment", "What you found, who is on it. May stay empty.", "comment");
      const { select, end } = cw.ending("As long as it is open");
      sheet(`Acknowledge ${many(ids, "this alert", "alerts")}`, ["Everybody sees that you have seen it. It stays open until its cause is gone, and waits for a person again when it gets worse."], [h("div", "cw-label", "Comment"), comment, h("div", "cw-label", "Until"), select], "Acknowledge", "acknowledge", () => { cw.does("acknowledge", ids, { comment: comment.value.trim(), ...(end() ? { until: end() } : {}) }); after(); }, { about: ids });
    },
    unacknowledge(ids, after = () => {}) { cw.does("unacknowledge", ids); after(); },
    comment(ids, after = () => {}) {
      const text = words("Comment", "What you found, what comes next.", "comment"), fault = h("p", { class: "cw-complaint", role: "alert" });
      sheet(`Comment on ${many(ids, "this alert", "alerts")}`, ["Everybody who sees the alert sees it, in its timeline as well."], [h("div", "cw-label", "Comment"), text, fault], "Comment", "send-comment", () => {
        if (!text.value.trim()) { fault.textContent = "Write something."; text.focus(); return false; }
        cw.does("comment", ids, { text: text.value.trim() });
        after();
        return true;
      }, { about: ids });
    },
    maintain(ids) {
      const row = cw.known(ids[0]), served = row?.devices ?? 0, when = h("input", { class: "cw-input", type: "datetime-local", "aria-label": "Until" }), fault = h("p", { class: "cw-complaint", role: "alert" });
      const minutes = (at) => Math.floor(at / 60) * 60;
      when.min = cw.written(minutes(cw.now()));
      when.value = cw.written(minutes(cw.now() + 8 * 3600));
      const until = (at) => {
        if (!at || at <= cw.now()) { fault.textContent = "Pick a moment that is still to come."; when.focus(); return; }
        dialog.close();
        cw.does("maintain", ids, { until: at });
      };
      const spans = [["1 hour", 3600], ["4 hours", 14400], ["24 hours", 86400]].map(([label, span]) => h("button", { class: "cw-btn", type: "button", "data-testid": `for-${span}`, onclick: () => until(cw.now() + span) }, `For ${label}`));
      const lines = ["Its failing checks raise no alert, and its open alert is cleared.", ...(served ? [`The ${served === 1 ? "1 device" : `${cw.number(served)} devices`} it serves are excused from their policies; quarantines wait.`] : [])];
      const dialog = sheet(`Put ${row?.name ?? "this tower"} into maintenance`, lines, [h("div", "cw-row", ...spans), h("div", "cw-label", "Until"), h("div", "cw-row", when, h("button", { class: "cw-btn", type: "button", "data-testid": "until", onclick: () => until(cw.moment(when.value, true)) }, "Until then")), h("p", "cw-hint", `Time in ${cw.zone}`), fault], "", "", () => false);
    },
    endMaintenance(ids) { cw.does("maintain", ids, { until: null }); },
  };
})();
