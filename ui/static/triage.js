// What people decide of alerts: who has one, until when it calls nobody, what it is a part of, whether it was one at all. By button, by
// key (e, a, c) and by the finder; each is on screen at once, as acts.js does it, and can be undone for ten seconds.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h, { acts, asks, many, me } = cw;
  const HOUR = 3600, MORNING = 7; // o'clock, in the zone of the page
  const seen = (at, by) => ({ state: "acknowledged", seen: "acknowledged", seen_by: by, acknowledged: true, acknowledged_at: at, acknowledged_by: by, acknowledged_until: null, quiet_until: null, is_snoozed: false, snoozed_by: null, snoozed_until: null, snooze_reason: null });
  const waits = { state: "open", seen: null, seen_by: null, acknowledged: false, acknowledged_at: null, acknowledged_by: null, acknowledged_until: null, quiet_until: null, comment: "" };
  const own = () => document.querySelector("[data-cw-live]")?.dataset.cwLive ?? null; // the reader's id
  cw.own = own;
  const has = (person, name, at) => ({ assigned_id: person ?? null, assigned_to: name || null, assigned_at: person || name ? at : null });
  const before = (row) => ({ person: row.assigned_id ?? null, name: row.assigned_to ?? "" });
  const was = ({ severity, state, assigned_id }) => ({ severity, state, assigned_id: assigned_id ?? null });
  const stands = ({ severity, state }) => ({ severity, state });

  Object.assign(acts, {
    take: {
      over: (_, at) => (row) => ({ ...has(own(), me(), at), ...(row.acknowledged ? {} : { ...seen(at, me()), comment: "" }) }), was,
      done: (ids) => `You have ${many(ids, "the alert", "alerts")}.`, undo: (row) => [row.acknowledged ? "assign" : "release", before(row)], holds: (row) => row.assigned_id === own(),
    },
    assign: {
      over: ({ person, name }, at) => has(person, name, at), was,
      done: (ids, { name }) => (name ? `${name} has ${many(ids, "the alert", "alerts")}.` : `Nobody has ${many(ids, "the alert", "of the alerts")} any more.`), undo: (row) => ["assign", before(row)], holds: (row, { person }) => (row.assigned_id ?? null) === (person ?? null),
    },
    release: { over: ({ person, name }, at) => ({ ...waits, ...has(person, name, at) }), was: stands, done: () => "It waits for a person again." },
    snooze: {
      over: ({ until, reason }) => ({ state: "snoozed", seen: "snoozed", seen_by: me(), quiet_until: until, is_snoozed: true, snoozed_by: me(), snoozed_until: until, snooze_reason: reason || null }), was: stands,
      done: (ids, { until }) => `${many(ids, "The alert calls", "alerts call")} nobody ${cw.ageText(until, "until")}.`, undo: () => ["wake", {}], holds: (row) => row.is_snoozed,
    },
    wake: { over: () => ({ ...waits, is_snoozed: false, snoozed_by: null, snoozed_until: null, snooze_reason: null }), was: stands, done: () => "It waits for a person again.", undo: (row) => (row.snoozed_until > cw.now() ? ["snooze", { until: row.snoozed_until, reason: row.snooze_reason ?? "" }] : ["wake", {}]), holds: (row) => row.state === "open" },
    markFalse: {
      over: ({ reason }, at) => (row) => ({ is_false: true, false_reason: reason, false_by: me(), ...(row.acknowledged ? {} : { ...seen(at, me()), comment: reason }) }), was: stands,
      done: (ids) => `${many(ids, "The alert is", "alerts are")} marked as a false alarm.`, undo: () => ["unmarkFalse", {}], holds: (row) => row.is_false,
    },
    unmarkFalse: { over: () => ({ is_false: false, false_reason: null, false_by: null }), was: () => ({}), done: () => "It is no false alarm any more.", undo: (row) => ["markFalse", { reason: row.false_reason ?? "" }], holds: (row) => !row.is_false },
    merge: { over: ({ into, name }) => ({ parent: name, parent_id: into, merged_by: me(), is_part: true }), was: () => ({}), done: (ids, { name }) => `${many(ids, "It is", "alerts are")} a part of “${name}”.`, undo: (row) => (row.parent_id ? ["merge", { into: row.parent_id, name: row.parent }] : ["separate", {}]), holds: (row, { into }) => row.parent_id === into },
    separate: { over: () => ({ parent: null, parent_id: null, merged_by: null, is_part: false }), was: () => ({}), done: () => "It stands by itself.", undo: (row) => ["merge", { into: row.parent_id, name: row.parent }], holds: (row) => !row.parent_id },
  });

  // ---- what is asked before
  const morning = () => {
    const [year, month, day] = cw.parts(cw.now()), at = cw.at([year, month, day, MORNING, 0, 0]);
    return at > cw.now() + HOUR / 2 ? at : cw.at([year, month, day + 1, MORNING, 0, 0]);
  };
  const SPANS = { 3600: "1 hour", 14400: "4 hours", morning: "Until morning (07:00)" };
  const choice = (label, test, options) => h("select", { class: "cw-input", "aria-label": label, "data-testid": test }, ...options.map(([value, words]) => h("option", { value }, words)));
  // A choice of an end; end() gives epoch seconds, or null for none.
  cw.ending = (first) => {
    const select = choice("Until", "until", [...(first ? [["", first]] : []), ...Object.entries(SPANS)]);
    return { select, end: () => (select.value === "" ? null : select.value === "morning" ? morning() : Math.round(cw.now()) + Number(select.value)) };
  };
  const line = (label, hint, test) => h("textarea", { class: "cw-input area", rows: 2, maxlength: 1000, "aria-label": label, placeholder: hint, "data-testid": test });
  const fault = () => h("p", { class: "cw-complaint", role: "alert" });
  // What is asked of the server before anything is shown: the button says at once that it is under way, or that it cannot be.
  const asked = async (control, work) => {
    if (cw.wire.away) { cw.wire.refuse(control); return null; }
    const taken = cw.pressed(control);
    try { return await work(); } finally { taken(); }
  };
  const read = (path, words) => asked(cw.controlOf(window.event), async () => {
    try {
      const answer = await fetch(`/ui/try/${path}`, { cache: "no-store", signal: AbortSignal.timeout(15_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.json();
    } catch { cw.toast({ words: `${words} cannot be read right now. Do it again when the connection is back.`, tone: "warn" }); return null; }
  });
  // again: what opens the form with what was typed, where nothing came of it.
  const send = async (path, body, words, again = null) => {
    const failed = (why) => cw.toast({ words: `Nothing was done: ${why}.`, tone: "bad", label: again ? "Open the form again" : "", press: again, lasts: again ? 60_000 : 15_000 });
    try {
      const answer = await fetch(`/ui/try/${path}`, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(15_000), body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
      const said = await answer.json();
      if (answer.ok) cw.toast({ words }); else failed(said.detail ?? said.title);
    } catch { failed("the server does not answer"); }
  };
  Object.assign(asks, {
    take(ids, after = () => {}) { cw.does("take", ids); after(); },
    wake(ids, after = () => {}) { cw.does("wake", ids); after(); },
    separate(ids, after = () => {}) { cw.does("separate", ids); after(); },
    unmarkFalse(ids, after = () => {}) { cw.does("unmarkFalse", ids); after(); },
    async assign(ids, after = () => {}) {
      const people = await read("assignees", "Who may answer alerts");
      if (!people) return;
      const select = choice("Person", "person", [["", "Nobody"], ...people.map(({ id, name }) => [id, name])]), now = cw.known(ids[0])?.assigned_id;
      select.value = [now, own(), people[0]?.id].find((one) => people.some(({ id }) => id === one)) ?? "";
      cw.sheet(`Assign ${many(ids, "this alert", "alerts")}`, ["It waits for that person until they say that they have it. Everybody sees who it is."], [h("div", "cw-label", "Person"), select], "Assign", "assign", () => {
        cw.does("assign", ids, { person: select.value || null, name: select.value ? select.selectedOptions[0].textContent : "" }); after();
      });
    },
    snooze(ids, after = () => {}) {
      const { select, end } = cw.ending(""), reason = line("Reason", "Why it can wait. May stay empty.", "reason");
      cw.sheet(`Snooze ${many(ids, "this alert", "alerts")}`, ["Nobody is called of it until then, or until it gets worse. Then it waits for a person again."], [h("div", "cw-label", "For"), select, h("div", "cw-label", "Reason"), reason], "Snooze", "snooze", () => { cw.does("snooze", ids, { until: end(), reason: reason.value.trim() }); after(); });
    },
    markFalse(ids, after = () => {}) {
      const reason = line("Reason", "What made it look like one.", "reason"), complaint = fault();
      cw.sheet(`Mark ${many(ids, "this alert", "alerts")} as a false alarm`, ["It is acknowledged with your reason, and counts against its rule. It stays open until its cause is gone."], [h("div", "cw-label", "Reason"), reason, complaint], "Mark as a false alarm", "mark-false", () => {
        if (!reason.value.trim()) { complaint.textContent = "Say why it was a false alarm."; reason.focus(); return false; }
        cw.does("markFalse", ids, { reason: reason.value.trim() }); after();
        return true;
      });
    },
    async merge(ids, after = () => {}) {
      const found = await read("alerts?limit=200", "Open alerts");
      if (!found) return;
      const roots = found.items.filter(({ id, parent_id }) => !ids.includes(id) && !parent_id);
      if (!roots.length) { cw.toast({ words: "There is no other open alert that it could be a part of.", tone: "warn" }); return; }
      const select = choice("Alert", "into", roots.map(({ id, problem, object }) => [id, problem.includes(object.name) ? problem : `${problem} · ${object.name}`]));
      cw.sheet(`Put ${many(ids, "this alert", "alerts")} beneath another`, [ids.length === 1 ? "That one explains it: nobody is called of this one while that one is open." : "That one explains them: nobody is called of these while that one is open."], [h("div", "cw-label", "Beneath"), select], "Put beneath it", "merge", () => { cw.does("merge", ids, { into: select.value, name: select.selectedOptions[0].textContent }); after(); });
    },
    // The end of a shift, and the beginning of the next. These are told when the server has answered.
    async handOver(_ids, typed = { note: "", to: "" }) {
      const people = await read("assignees", "Who may take over");
      if (!people) return;
      const select = choice("To", "to", [["", "The next person"], ...people.map(({ id, name }) => [id, name])]), note = h("textarea", { class: "cw-input area", rows: 5, maxlength: 4000, "aria-label": "Note", placeholder: "What the next should know.", "data-testid": "note", autofocus: true }), complaint = fault();
      note.value = typed.note;
      select.value = people.some(({ id }) => id === typed.to) ? typed.to : "";
      cw.sheet("Hand the shift over", ["What is open, who has what and what is snoozed goes with it, as it is now."], [h("div", "cw-label", "To"), select, h("div", "cw-label", "Note"), note, complaint], "Hand over", "give", () => {
        if (cw.wire.away) { complaint.textContent = "The server cannot be reached. What you wrote is kept; hand over when the connection is back."; return false; }
        const said = { note: note.value.trim(), to: select.value };
        send("handovers", { note: said.note, ...(said.to ? { person_id: said.to } : {}) }, "The shift is handed over.", () => asks.handOver([], said));
        return true;
      });
    },
    async takeShift([id]) {
      const last = id === "newest" ? (await read("handovers?limit=1", "The hand-over"))?.items[0]?.id : id;
      if (last) send(`handovers/${last}/take`, {}, "You have the shift.");
    },
    // What has no room as a button of its own.
    more(ids, after = () => {}) {
      const rows = ids.map(cw.known).filter(Boolean), every = (test) => rows.length > 0 && rows.every(test);
      const dialog = cw.sheet(many(ids, "This alert", "alerts"), [], [h("div", "cw-verbs", ...VERBS.filter(({ fits }) => fits(every)).map(({ name, words }) => h("button", { class: "cw-btn", type: "button", "data-verb": name, onclick: () => { dialog.close(); asks[name](ids, after); } }, words)))], "", "", () => {});
    },
  });
  const VERBS = [
    { name: "take", words: "I have it", fits: () => true },
    { name: "acknowledge", words: "Acknowledge…", fits: (every) => every((row) => !row.acknowledged) },
    { name: "unacknowledge", words: "Take acknowledgement back", fits: (every) => every((row) => row.acknowledged) },
    { name: "assign", words: "Assign…", fits: () => true },
    { name: "comment", words: "Comment…", fits: () => true },
    { name: "snooze", words: "Snooze…", fits: (every) => every((row) => !row.acknowledged) },
    { name: "wake", words: "End the snooze", fits: (every) => every((row) => row.is_snoozed) },
    { name: "markFalse", words: "False alarm…", fits: (every) => every((row) => !row.is_false) },
    { name: "unmarkFalse", words: "No false alarm", fits: (every) => every((row) => row.is_false) },
    { name: "merge", words: "Put beneath another…", fits: (every) => every((row) => !row.is_part) },
    { name: "separate", words: "Take apart", fits: (every) => every((row) => row.is_part) },
  ];

  // ---- by key and by the finder: the alert of the page, the picked rows of the inbox, the row that has the focus, or the one alert that is
  // open about what the page is of
  const meant = () => {
    const page = document.querySelector("[data-cw-alert]");
    if (page) return [page.dataset.cwAlert];
    if (!document.querySelector(".cw-alerts[data-cw-acts]")) return [];
    const picked = cw.place.picks(), rows = document.querySelectorAll("[data-cw-about] [data-row]");
    const row = document.activeElement?.closest?.(".cw-alerts [data-row]") ?? (rows.length === 1 ? rows[0] : null);
    return picked.length ? picked : row ? [row.dataset.row] : [];
  };
  const isOpen = (id) => { const row = cw.known(id); return Boolean(row && row.state !== "cleared"); };
  cw.verbs = () => {
    const ids = meant().filter(isOpen), rows = ids.map(cw.known);
    if (!ids.length) return document.querySelector("[data-cw-acts], [data-cw-alert]") ? SHIFT : [];
    const which = ids.length > 1 ? `${ids.length} alerts` : rows[0].name;
    return VERBS.filter(({ fits }) => fits((test) => rows.every(test))).map(({ name, words }) => ({ kind: "verb", id: name, name: `${words.replace("…", "")}: ${which}`, press: () => asks[name](ids, cw.place.unpick) })).concat(SHIFT);
  };
  const SHIFT = [{ kind: "verb", id: "handOver", name: "Hand the shift over", press: () => asks.handOver() }];
  const KEYS = { e: "acknowledge", a: "assign", c: "comment" };
  document.addEventListener("keydown", (event) => {
    const name = KEYS[event.key];
    if (!name || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], .cm-editor") || document.querySelector("dialog[open], .q-dialog__inner")) return;
    const ids = meant().filter(isOpen).filter((id) => name !== "acknowledge" || !cw.known(id).acknowledged);
    if (!ids.length || cw.going?.()) return;
    event.preventDefault();
    asks[name](ids, cw.place.unpick);
  });

  // A person whom a comment mentions is told on whichever page they have open.
  let heard = null;
  if (own()) cw.follow("announcements", ({ mentions = [] }) => {
    const fresh = heard === null ? [] : mentions.filter(({ at, people, by }) => at > heard && people.includes(own()) && by !== me());
    heard = Math.max(heard ?? 0, ...mentions.map(({ at }) => at));
    for (const { by, alert, name, text } of fresh) cw.toast({ words: `${by} mentions you on “${name}”: ${text}`, tone: "warn", label: "Open", news: true, press: () => location.assign(`/alerts/${encodeURIComponent(alert)}`), lasts: 30_000 });
  });
})();
