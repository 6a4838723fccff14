// Scripts of a page, and the sheets of NiceGUI's elements, wait until the first picture is on the screen: what fetches and compiles them takes
// the processor from what is to be painted. They stand in the page as "later" and are put in the place where they stand, in that order.
(() => {
  "use strict";
  const nonce = document.currentScript.nonce, WAIT = 1_000; // ms: nothing may have been painted, of a page that is empty or covered
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    const all = [...document.querySelectorAll("[data-held]")], sheets = all.filter((one) => one.dataset.held === "style");
    const put = (one) => {
      const kind = one.dataset.held, made = document.createElement(kind === "style" ? kind : one.localName);
      for (const { name, value } of one.attributes) if (name !== "data-held" && name !== "type" && name !== "nonce") made.setAttribute(name, value);
      if (kind && kind !== "style") made.setAttribute(one.localName === "link" ? "rel" : "type", kind);
      if (made.localName === "script") Object.assign(made, { async: false, nonce });
      made.textContent = one.textContent;
      one.replaceWith(made);
      return made;
    };
    const dressed = sheets.map((one) => new Promise((there) => Object.assign(put(one), { onload: there, onerror: there })));
    const scripts = all.filter((one) => !sheets.includes(one)), last = scripts.pop(); // the last one draws the page
    scripts.forEach(put);
    Promise.all(dressed).then(() => {
      const drawing = put(last);
      if (document.getElementById("cw-first")) document.addEventListener("cellwarden:taken", release, { once: true });
      else for (const event of ["load", "error"]) drawing.addEventListener(event, release);
    });
  };
  // Letters, and presses on buttons of the frame, that come before a script could hear them are heard then; those in the picture are first.js's.
  const early = [];
  const hold = (event) => {
    if (!event.isTrusted) return; // what scripts press is theirs
    const { type, target, key } = event, button = type === "click" ? target.closest?.("button") : null;
    if (type === "click" ? !button || button.closest("#cw-first, form, .cw-pop") : key.length > 1 || event.ctrlKey || event.metaKey || event.altKey || target.closest?.("input, textarea, select")) return;
    event.stopImmediatePropagation(); // or what can hear it by now would do it twice
    if (button) event.preventDefault();
    early.push(button ?? key);
  };
  function release() {
    for (const type of ["click", "keydown"]) document.removeEventListener(type, hold, true);
    for (const one of early.splice(0)) {
      if (typeof one !== "string") one.click();
      else document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: one, bubbles: true, cancelable: true }));
    }
  }
  for (const type of ["click", "keydown"]) document.addEventListener(type, hold, true);
  if (document.prerendering || document.hidden) begin();
  else {
    new PerformanceObserver((list) => { if (list.getEntriesByName("first-contentful-paint").length) begin(); }).observe({ type: "paint", buffered: true });
    document.addEventListener("visibilitychange", begin, { once: true });
    setTimeout(begin, WAIT);
  }
})();
