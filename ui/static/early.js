// What is pressed and typed before the scripts of a page can hear it is kept, and done in that order when they can. This stands in the head:
// the frame is on the screen before anything else is there. Links lead, and forms that are the browser's own are sent, as ever.
(() => {
  "use strict";
  const cw = window.cellwarden, kept = (cw.early = []);
  const MOST = 40, READY = 15_000, AGAIN = 30; // presses; ms that a button may wait for its connection; between two looks whether it is there
  const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
  const keep = (event, what) => {
    event.stopImmediatePropagation(); // or what can hear it by now would do it twice
    event.preventDefault();
    if (kept.length < MOST) kept.push(what);
  };

  const clicked = (event) => {
    if (!event.isTrusted || event.ctrlKey || event.metaKey || event.shiftKey) return; // what scripts press is theirs
    const node = event.target.closest?.("[data-later], button, input[type=checkbox]"), form = node?.closest("form");
    if (!node || node.closest("#app, .cw-pop, dialog") || (form && form.method === "post" && node.type !== "button")) return;
    keep(event, { node });
  };
  const typed = (event) => {
    const { key, ctrlKey, metaKey, target } = event, searches = (ctrlKey || metaKey) && key === "k";
    if (!event.isTrusted || event.altKey || target.closest?.(TEXT)) return;
    const follows = (key === "Enter" || key === " ") && kept.length && !target.closest?.("a, button, summary"); // of a row, to which a letter leads
    if (!searches && !follows && (ctrlKey || metaKey || key.length > 1 || key === " ")) return;
    const field = key === "/" ? document.querySelector("#cw-first .cw-tools input") : null; // what is typed behind it stands there at once
    if (field?.checkVisibility()) { event.preventDefault(); field.focus(); } else keep(event, { key, ctrlKey, metaKey });
  };
  document.addEventListener("click", clicked, true);
  document.addEventListener("keydown", typed, true);

  // Buttons of NiceGUI are heard by the server, which needs its connection.
  const ready = async (node) => {
    for (const by = Date.now() + READY; node?.isConnected && Date.now() < by; await new Promise((next) => setTimeout(next, AGAIN))) {
      if (!node.matches(".q-btn, [data-act]") || window.did_handshake) return true;
    }
    return false;
  };
  // The page is live: first.js has put the controls of the live page in the place of those of the picture.
  cw.giveEarly = async () => {
    document.removeEventListener("click", clicked, true);
    document.removeEventListener("keydown", typed, true);
    cw.early = null;
    let searching = false; // what follows is text
    for (const { node, key, ...held } of kept.splice(0)) {
      const at = document.activeElement ?? document.body;
      if (!key) { if (await ready(node)) node.click(); }
      else if (searching && !at.matches(TEXT)) return; // there is no field for it, and a letter alone would be an order
      else if (key.length === 1 && !held.ctrlKey && !held.metaKey && at.matches(TEXT)) document.execCommand("insertText", false, key);
      else at.dispatchEvent(new KeyboardEvent("keydown", { key, ...held, bubbles: true, cancelable: true }));
      searching ||= key === "/" || held.ctrlKey || held.metaKey;
    }
  };
  document.addEventListener("cellwarden:taken", cw.giveEarly, { once: true });
})();
