// A word on what was done, with the way back: it stays while it is pointed at or has the focus, z presses its button, and screen readers
// are told without being interrupted.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const MOST = 3;
  const place = h("section", { class: "cw-toasts", "aria-label": "What was done" });
  // A region has to be there before its words are, or they are not read out.
  const said = h("div", { class: "cw-sr", role: "status" });
  place.append(said);
  document.body.append(place);

  // {words, tone, label, press, lasts, spoken, news} -> {close, say(words), end(words), shown}. lasts in ms; one that is not spoken is read out elsewhere. News come
  // by themselves: z does not press their button, for it is pressed to undo what was done, and neither do they push that way back out.
  cw.toast = ({ words, tone = "ok", label = "", press = null, lasts = 10_000, spoken = true, news = false }) => {
    const text = h("span", "", cw.apart(words));
    const button = label ? h("button", { class: "cw-btn quiet", type: "button", "aria-keyshortcuts": news ? null : "z", "data-testid": news ? "toast-open" : "toast-act", onclick: () => { close(); press(); } }, label, news ? "" : h("kbd", { "aria-hidden": "true" }, "z")) : null;
    const away = h("button", { class: "cw-btn quiet", type: "button", "aria-label": "Close", onclick: () => close() }, "×");
    const node = h("div", { class: `cw-said cw-${tone}`, "data-testid": "toast" }, cw.shape({ tone, shape: tone === "ok" ? "disc" : tone === "bad" ? "square" : "triangle" }), text, button, away);
    let left = lasts, from = 0, timer = 0;
    const close = () => {
      clearTimeout(timer);
      const held = node.contains(document.activeElement);
      node.remove();
      if (held) document.getElementById("main")?.focus({ preventScroll: true });
    };
    const run = () => { from = Date.now(); clearTimeout(timer); timer = setTimeout(close, left); };
    const hold = () => { clearTimeout(timer); left = Math.max(1500, left - (Date.now() - from)); };
    for (const event of ["pointerenter", "focusin"]) node.addEventListener(event, hold);
    for (const event of ["pointerleave", "focusout"]) node.addEventListener(event, () => { if (!node.matches(":hover, :focus-within")) run(); });
    while (place.children.length > MOST) (place.querySelector(".cw-said:not(:has([aria-keyshortcuts]))") ?? place.children[1]).remove();
    place.append(node);
    if (spoken) said.replaceChildren(h("span", "", label && !news ? `${words} ${label}: press z.` : words));
    run();
    const say = (now) => { text.textContent = cw.apart(now); };
    // What it told of is not so any more: the way back goes, and the words say why.
    const end = (now) => { say(now); said.replaceChildren(h("span", "", now)); if (node.contains(document.activeElement)) away.focus(); button?.remove(); };
    return { close, say, end, get shown() { return node.isConnected && (!button || button.isConnected); } };
  };
  // Looks at a word for as long as it offers a way back: once what it told of is not so, it ends with these words.
  cw.lapse = (toast, holds, words) => {
    const timer = setInterval(() => {
      if (toast.shown && holds()) return;
      clearInterval(timer);
      if (toast.shown) toast.end(words());
    }, 250);
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "z" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], .cm-editor") || document.querySelector("dialog[open], .q-dialog__inner")) return;
    const buttons = place.querySelectorAll("[data-testid=toast-act]");
    if (buttons.length) { event.preventDefault(); buttons[buttons.length - 1].click(); }
  });
})();
