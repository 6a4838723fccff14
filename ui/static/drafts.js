// What was typed and not saved, kept by this tab alone: for one person, one page and one form, for a day. It is gone when it is saved or
// discarded, when the person signs out, and when another person uses the tab. Passwords and codes never come here (ui/components/draft.py).
(() => {
  "use strict";
  const cw = window.cellwarden;
  const BEFORE = "cellwarden-draft ", LASTS = 24 * 3600_000, PATIENT = 10_000; // ms
  const person = document.querySelector("[data-cw-live]")?.dataset.cwLive ?? "";
  const mine = `${BEFORE}${person} `, path = location.pathname;
  const keyOf = (name) => `${mine}${path} ${name}`;
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const all = () => { try { return Object.keys(sessionStorage).filter((key) => key.startsWith(BEFORE)); } catch { return []; } };
  const none = ({ values, rows }) => !Object.keys(values).length && !Object.keys(rows).length;
  const wipe = (which = () => true) => { for (const key of all()) if (which(key)) sessionStorage.removeItem(key); };
  const open = new Map(); // name -> opener: the control that had opened the dialog, null for a form of the page itself; forgotten: its form clears what it holds
  const SECRET = /password|secret|token|credential|authorization|cw[a-z]_/i;
  let pressed = null, ended = false; // ended: signed out, so that what a form still holds is not written down again on the way out

  // Before a sign-in the page belongs to nobody: what the session that has ended left waits for its person.
  if (person) wipe((key) => !key.startsWith(mine) || !(Date.now() - read(key)?.at < LASTS));

  // Signing out in one tab is signing out in all.
  const others = "BroadcastChannel" in window ? new BroadcastChannel("cellwarden-signed-out") : null;
  const end = () => { ended = true; wipe(); cw.place?.forget(); };
  if (others) others.onmessage = end;
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") !== "/auth/sign-out") return;
    end();
    others?.postMessage("signed out");
  });

  cw.drafts = {
    get ended() { return ended; },
    get(name, inDialog, forgotten) { open.set(name, { opener: inDialog ? pressed : null, forgotten }); const found = read(keyOf(name)); return found && found.values && found.rows ? found : null; },
    put(name, held) {
      if (ended || none(held) || cw.keptUnder === "") { sessionStorage.removeItem(keyOf(name)); return; } // the latter where nothing may be kept
      const opener = open.get(name)?.opener ?? read(keyOf(name))?.opener;
      try { sessionStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), open: true, opener, ...held })); } catch { /* full, or refused */ }
    },
    // It was saved, or is not wanted any more: the server says so, whether its dialog is still there or not.
    forget(name) { open.get(name)?.forgotten(); sessionStorage.removeItem(keyOf(name)); },
    // A dialog is gone: closed by its person, or with a page that is being left, which comes back to it.
    close(name) {
      open.delete(name);
      setTimeout(() => {
        const found = read(keyOf(name));
        if (found && !ended && !open.has(name) && !cw.isLeft()) sessionStorage.setItem(keyOf(name), JSON.stringify({ ...found, open: false }));
      }, 500);
    },
    // Fields that a script of the page has made: {label: field}. Gives forget(). With wary a text that looks as if it held a secret is not kept.
    plain(name, fields, wary = false) {
      const found = cw.drafts.get(name, false, () => {}) ?? { values: {} };
      const keep = () => cw.drafts.put(name, { values: Object.fromEntries(Object.entries(fields).filter(([, field]) => field.value !== first.get(field) && !(wary && SECRET.test(field.value))).map(([label, field]) => [label, field.value])), rows: {}, open: false });
      const first = new Map(Object.values(fields).map((field) => [field, field.value]));
      for (const [label, field] of Object.entries(fields)) {
        if (typeof found.values[label] === "string") field.value = found.values[label];
        field.addEventListener("input", keep);
      }
      return () => cw.drafts.forget(name);
    },
    when: (at) => cw.dates({ hour: "2-digit", minute: "2-digit" }).format(new Date(at)),
    // What is sent to the server before NiceGUI's handshake is lost.
    ready(then) { if (window.did_handshake) then(); else setTimeout(() => cw.drafts.ready(then), 30); },
  };

  // A dialog that was open is opened again by what had opened it: the control of that name in that row.
  const CONTROLS = "button, a, summary, [data-act]";
  const named = (node) => ({ row: node.closest("[data-row]")?.dataset.row ?? "", label: node.getAttribute("aria-label") ?? node.textContent.trim() });
  const same = (node, wanted) => { const { row, label } = named(node); return row === wanted.row && label === wanted.label; };
  document.addEventListener("click", (event) => {
    const node = event.target.closest?.(CONTROLS);
    if (node && !node.closest(".q-dialog, dialog")) pressed = named(node);
  }, true);
  const reopen = (until) => {
    const waiting = all().filter((key) => key.startsWith(`${mine}${path} `)).map((key) => [key.slice(`${mine}${path} `.length), read(key)])
      .filter(([name, found]) => found?.open && found.opener && !open.has(name)).sort(([, a], [, b]) => b.at - a.at)[0];
    if (!waiting || document.querySelector(".q-dialog")) return;
    const node = [...document.querySelectorAll(`#app :is(${CONTROLS})`)].find((one) => same(one, waiting[1].opener));
    if (node) node.click();
    else if (Date.now() < until) setTimeout(reopen, 100, until);
  };
  if (person && all().length) cw.drafts.ready(() => setTimeout(reopen, 200, Date.now() + PATIENT)); // behind the forms of the page itself
})();
