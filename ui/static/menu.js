// Small menus: of the frame, of filter chips, of cells.
(() => {
  "use strict";
  const cw = window.cellwarden;
  const STOPS = ":is(a, button, input):not(:disabled)";
  let open = null; // the one menu that is open: {pop, button, close}

  // A finger beside a menu closes it, and presses nothing that lies below: the click of that touch is not heard.
  const deaf = () => {
    const done = new AbortController(), { signal } = done;
    document.addEventListener("click", (event) => { event.stopImmediatePropagation(); event.preventDefault(); done.abort(); }, { capture: true, signal });
    for (const over of ["pointerdown", "pointercancel"]) document.addEventListener(over, () => done.abort(), { capture: true, signal });
  };

  // Open a menu beside its button; Escape, a click elsewhere or leaving by Tab closes it and gives the focus back.
  cw.menu = (button, pop, place = button.parentElement, closed = null) => {
    if (open?.button === button) { open.close(); return; }
    open?.close();
    const outside = (event) => {
      if (pop.contains(event.target) || button.contains(event.target)) return;
      close();
      if (event.pointerType === "touch") deaf();
    };
    const keys = (event) => {
      if (event.key === "Escape") { event.stopPropagation(); close(); button.focus(); return; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [...pop.querySelectorAll(STOPS)];
      const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      stops[(at + stops.length) % stops.length]?.focus();
      event.preventDefault();
    };
    const leave = (event) => { if (event.relatedTarget && !pop.contains(event.relatedTarget) && event.relatedTarget !== button) close(); };
    function close() {
      document.removeEventListener("pointerdown", outside, true);
      pop.removeEventListener("keydown", keys);
      pop.removeEventListener("focusout", leave);
      button.setAttribute("aria-expanded", "false");
      pop.remove();
      if (open?.button === button) open = null;
      closed?.();
    }
    pop.tabIndex = -1; // a click on its ground keeps the focus inside
    place.append(pop);
    // innerWidth grows with what overflows on a phone, and would let the menu hang out of the window
    const { left, right } = pop.getBoundingClientRect(), wide = document.documentElement.clientWidth, by = Math.min(0, wide - 8 - right) || Math.max(0, 8 - left);
    if (by && getComputedStyle(pop).position === "absolute") Object.assign(pop.style, { left: `${pop.offsetLeft + by}px`, right: "auto" });
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    pop.addEventListener("keydown", keys);
    pop.addEventListener("focusout", leave);
    pop.querySelector(STOPS)?.focus({ preventScroll: true });
    open = { pop, button, close };
  };
})();
