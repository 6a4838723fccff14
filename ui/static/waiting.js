// What waits for the network: told in the frame, opened as a list, taken back one by one. What came too late for what it was meant for is
// shown with both, then and now, and asks.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h, { outbox } = cw;
  if (!document.querySelector("[data-cw-live]")) return;
  if (!cw.keptUnder) {
    cw.showWaiting = () => cw.toast({ words: "This browser keeps nothing here, so nothing waits.", tone: "warn" });
    return;
  }
  const DONE = { acknowledge: "Acknowledge", comment: "Comment on", noteDevice: "Note on", noteTower: "Note on", take: "Take" };
  const kept = new Promise((resolve) => { document.addEventListener("cellwarden:keeps", resolve, { once: true }); setTimeout(resolve, 10_000); });
  outbox.ready(kept);
  const button = h("button", { class: "cw-badge cw-waits", id: "cw-waits", type: "button", hidden: true, onclick: () => cw.showWaiting() });
  document.getElementById("cw-badge")?.before(button);
  let entries = [], dialog = null;

  const shown = async () => {
    const before = new Map(entries.map((entry) => [entry.key, entry]));
    entries = await outbox.list();
    for (const entry of entries) { before.delete(entry.key); if (entry.state === "waiting") cw.lay(entry); else cw.lift(entry); }
    const asks = entries.filter(({ state }) => state === "asks").length, waits = entries.length - asks;
    button.hidden = !entries.length;
    button.classList.toggle("cw-warn", asks > 0);
    button.replaceChildren(h("i", { class: "cw-shape dashed", "aria-hidden": "true" }), h("span", "", asks ? `${asks} to decide` : `${waits} waiting`));
    button.title = "Actions that wait for the network, or for your decision";
    dialog?.draw();
  };
  outbox.listen(({ entry, outcome }) => {
    if (entry && !outcome.away) cw.lift(entry, outcome);
    if (entry && (outcome.conflict || outcome.refused)) cw.toast({ words: `“${entry.name}”: what waited was not done. ${outcome.conflict ? `Meanwhile ${cw.changedTo(entry, outcome.conflict)}` : outcome.refused}.`, tone: "warn", label: "Decide", press: () => cw.showWaiting(), lasts: 20_000 });
    shown();
  });

  const words = (entry) => entry.said?.comment || entry.said?.text || "";
  const state = (severity, told) => h("span", "cw-row", cw.state("severity", severity, { how: "chip" }), h("span", "", told));
  const both = ({ was, at, outcome }) => {
    const now = outcome.conflict;
    const then = h("div", "", h("div", "cw-label", "When you pressed"), state(was.severity, "open"), h("div", "cw-quiet", cw.age(at, "exact")));
    const told = now.cleared_at ? "cleared" : now.acknowledged_at ? `acknowledged by ${now.acknowledged_by}${now.comment ? `: “${now.comment}”` : ""}` : "open";
    return h("div", "cw-both", then, h("div", "", h("div", "cw-label", "Now"), state(now.severity, told), h("div", "cw-quiet", cw.age(now.changed_at, "exact"))));
  };
  // What can still be done with one that came too late.
  const ways = (entry) => {
    const now = entry.outcome?.conflict;
    const instead = async (action, said) => { if (await outbox.takeBack(entry.key)) { cw.resume({ ...entry, action, said, version: now.version, was: {} }); } };
    const way = (label, test, press) => h("button", { class: "cw-btn", type: "button", "data-testid": test, onclick: press }, label);
    const back = way(entry.state === "asks" ? "Leave it as it is now" : "Take back", "take-back", async () => {
      if (await outbox.takeBack(entry.key)) cw.lift(entry); else cw.toast({ words: "It is being sent right now.", tone: "warn" });
    });
    if (!now || now.cleared_at) return [back];
    const again = { comment: "Comment all the same", take: "Take it as it is now" }[entry.action];
    if (!now.acknowledged_at || again) return [back, way(again ?? "Acknowledge it as it is now", "all-the-same", () => instead(entry.action, entry.said))];
    return words(entry) ? [back, way("Add my words as a comment", "as-comment", () => instead("comment", { text: words(entry) }))] : [back];
  };
  const item = (entry) => h("li", { "data-key": entry.key }, h("div", "", h("b", "", `${DONE[entry.action] ?? entry.action} `), h("a", { class: "cw-link", href: `/${cw.actions[entry.action].thing}/${encodeURIComponent(entry.id)}`, dir: "auto" }, entry.name || "an alert"), " ", h("span", "cw-quiet", entry.state === "asks" ? "not done" : "waits for the network, since ", entry.state === "asks" ? null : cw.age(entry.at, "bare"))),
    words(entry) ? h("p", { class: "cw-quiet", dir: "auto" }, `“${words(entry)}”`) : null, entry.outcome?.conflict ? both(entry) : entry.outcome?.refused ? h("p", "cw-complaint", entry.outcome.refused) : null, h("div", "cw-row", ...ways(entry)));
  let known = false; // the browser's store has been read
  cw.showWaiting = async () => {
    if (dialog) return;
    const list = h("ul", "cw-waiting");
    const made = cw.sheet("What waits for the network", ["It is sent once, as soon as the server can be reached; you can close this page."], [list], "", "", () => {});
    made.dataset.testid = "waiting";
    made.addEventListener("close", () => { dialog = null; });
    dialog = made;
    made.draw = () => list.replaceChildren(...(entries.length ? entries.map(item) : [h("li", "cw-quiet", known ? "Nothing waits." : "Reading…")]));
    made.draw();
    await kept;
    known = true;
    await shown();
  };

  const go = () => { if (entries.some(({ state }) => state === "waiting")) outbox.send().catch(() => { /* it waits on */ }); };
  kept.then(shown).then(go);
  addEventListener("online", go);
  document.addEventListener("cellwarden:line", () => { if (cw.wire.open) go(); });
  setInterval(go, 30_000);
})();
