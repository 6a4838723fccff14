// The first picture, which the server drew, gives way to the live page in one step between two frames of the screen, once that has drawn the
// same state. What the reader began in it goes on: focus, text, scroll, an opened line, and presses that came before anything could hear them (early.js).
(() => {
  "use strict";
  // NiceGUI takes Quasar's rules for the parts of a card away in the first sheet of a page, where its own sheets stand no more.
  const lift = () => {
    const imports = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSImportRule && /quasar/.test(rule.href));
    for (const rule of imports.flatMap((one) => [...one.styleSheet?.cssRules ?? []])) {
      if (rule instanceof CSSStyleRule && /^\.q-card > div/.test(rule.selectorText)) rule.selectorText = `.nicegui-card-tight${rule.selectorText}`;
    }
  };
  lift();
  for (const sheet of document.querySelectorAll("style")) sheet.addEventListener("load", lift); // they may still be on their way

  const first = document.getElementById("cw-first"), app = document.getElementById("app");
  if (!first || !app) return;
  const native = (node) => node.closest("form")?.method === "post"; // the browser sends it, script or none
  const CONTROLS = "a, button, input, select, textarea, summary, [tabindex]";

  // A font that comes late may leave a table without the room that it was given before.
  document.fonts.ready.then(() => {
    for (const box of first.querySelectorAll(".cw-table-wrap")) if (box.scrollWidth > box.clientWidth + 1) box.closest(".cw-table:not(.framed)").classList.add("cards");
  });

  // What does the same on the live page: the control of that name in that row, and among several the one at the same place.
  const name = (node) => `${node.closest("[data-row]")?.dataset.row ?? ""} ${node.matches("[data-row]") ? "" : node.getAttribute("aria-label") ?? node.textContent.trim()}`;
  const twin = (node) => { // the picture has nothing of what is hidden on the live page
    const same = (root) => [...root.querySelectorAll(CONTROLS)].filter((one) => name(one) === name(node) && !one.closest("[hidden]"));
    return same(app)[same(first).indexOf(node)] ?? null;
  };
  first.addEventListener("submit", (event) => { if (!first.querySelector(".cw-pop") && !native(event.target)) event.preventDefault(); }); // the list finds as one types

  const takeOver = () => {
    const held = first.contains(document.activeElement) ? document.activeElement : null, y = scrollY;
    const next = held && (held.id ? app.querySelector(`#${CSS.escape(held.id)}`) : twin(held));
    for (const one of window.cellwarden.early) if (first.contains(one.node)) one.node = twin(one.node);
    const ticked = [...first.querySelectorAll("form[method=post] input[type=checkbox]")].filter((box) => box.checked !== box.defaultChecked).map((box) => [twin(box), box.checked]);
    const typed = [...first.querySelectorAll("input.cw-input")].filter((field) => field.value !== field.defaultValue).map((field) => [twin(field), field.value]);
    const opened = [...first.querySelectorAll("details[open] > summary")].map(twin);
    const feeds = [...first.querySelectorAll(".cw-feed")].map((feed) => feed.scrollTop);
    const marked = held?.matches("input.cw-input") && held.selectionStart !== null ? [held.selectionStart, held.selectionEnd] : null; // an e-mail address has none
    first.remove();
    for (const summary of opened) if (summary) summary.parentElement.open = true;
    app.querySelectorAll(".cw-feed").forEach((feed, at) => { if (feeds[at]) feed.scrollTop = feeds[at]; });
    for (const [field, text] of typed) if (field) { field.value = text; field.dispatchEvent(new Event("input", { bubbles: true })); }
    for (const [box, is] of ticked) if (box && box.checked !== is) box.click();
    next?.focus({ preventScroll: true });
    if (marked && next?.setSelectionRange) next.setSelectionRange(...marked);
    if (scrollY !== y) scrollTo({ top: y, behavior: "instant" });
    document.dispatchEvent(new CustomEvent("cellwarden:taken"));
    if (!document.prerendering) return;
    // Of a page that was made ready the part is painted first that is on the screen: what stands below takes as long again.
    app.style.clipPath = "inset(0 0 calc(100% - 100vh))";
    window.cellwarden.whenShown(() => { app.style.clipPath = ""; });
    setTimeout(window.cellwarden.layOut);
  };

  // Components draw in microtasks behind the one in which this hears of them.
  const watch = new MutationObserver(() => {
    if (!app.querySelector(".nicegui-content")) return;
    watch.disconnect();
    queueMicrotask(takeOver);
  });
  watch.observe(app, { childList: true });
})();
