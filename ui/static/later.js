// Scripts of a page, and the sheets of NiceGUI's elements, wait until the first picture is on the screen: what fetches and compiles them takes
// the processor from what is to be painted. They stand in the page as "later" and are put in the place where they stand, in that order.
(() => {
  "use strict";
  const nonce = document.currentScript.nonce, WAIT = 1_000, PAINTED = 60, UNSEEN = 300; // ms: at most; from the frame in which the picture is shown, where the browser does not say when it was; of a page that was made ready, likewise
  const NEXT = ["speculationrules", "manifest"]; // what is needed behind this page alone
  const cw = window.cellwarden, first = document.getElementById("cw-first");
  // At once; on a page that the browser has made ready before it was asked for, when that has been on the screen: then the browser has nothing else to do.
  cw.whenShown = (act) => {
    if (!document.prerendering) { act(); return; }
    document.addEventListener("prerenderingchange", () => {
      let done = false;
      const once = () => { if (!done) { done = true; act(); } };
      new PerformanceObserver(once).observe({ type: "paint" });
      setTimeout(once, UNSEEN);
    }, { once: true });
  };
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
    const next = all.filter((one) => NEXT.includes(one.dataset.held)), putNext = () => next.forEach(put);
    const scripts = all.filter((one) => !sheets.includes(one) && !next.includes(one)), last = scripts.pop(); // the last one draws the page
    cw.whenShown(document.prerendering ? () => requestIdleCallback(putNext) : putNext);
    scripts.forEach(put);
    Promise.all(dressed).then(() => {
      const drawing = put(last);
      if (!first) for (const event of ["load", "error"]) drawing.addEventListener(event, cw.giveEarly);
    });
  };
  if (!first || document.prerendering || document.hidden) { begin(); return; }
  // The frame was painted before; the picture has larger texts. What is pressed ends that account, and need not wait.
  const isWhole = first.className === "folded"; // else its figures may be painted before the rest
  let since = isWhole ? 0 : Infinity;
  new PerformanceObserver((list) => { if (list.getEntries().some(({ element, startTime }) => startTime >= since && first.contains(element))) begin(); }).observe({ type: "largest-contentful-paint", buffered: true });
  const shown = () => { since = Math.min(since, performance.now()); requestAnimationFrame(() => setTimeout(begin, PAINTED)); };
  if (isWhole) shown(); else first.addEventListener("shown", shown, { once: true });
  for (const event of ["pointerdown", "keydown", "wheel"]) document.addEventListener(event, begin, { once: true, capture: true, passive: true });
  document.addEventListener("visibilitychange", begin, { once: true });
  setTimeout(begin, WAIT);
})();
