// A press is seen on the control itself, at once: that it is under way, and that it was not sent.
(() => {
  "use strict";
  const cw = window.cellwarden;
  const TOLD = 6_000, BRIEF = 150; // ms that words stay at the control; that a press is seen at least
  const CONTROLS = "button, a, summary, [role=button], [role=menuitem], [role=option], [role=tab], [tabindex]";
  const underWay = new Map(); // control -> how many presses the server has not taken yet

  cw.controlOf = (event) => event?.target?.closest?.(CONTROLS) ?? null;
  // Gives what is called when the server has taken it.
  cw.pressed = (node) => {
    if (!node) return () => {};
    underWay.set(node, (underWay.get(node) ?? 0) + 1);
    node.setAttribute("aria-busy", "true");
    delete node.dataset.said;
    return () => setTimeout(() => rest(node), BRIEF);
  };
  const rest = (node) => {
    const left = (underWay.get(node) ?? 1) - 1;
    if (left > 0) { underWay.set(node, left); return; }
    underWay.delete(node);
    node.removeAttribute("aria-busy");
  };
  // One sentence for people who do not see the page. The region was there before, or it would not be read out.
  cw.speak = (words) => document.querySelector("#cw-said")?.replaceChildren(cw.h("span", "", words));
  // Words beside a control. They are no part of its name: a name that changes loses those who look for it by that.
  cw.sayAt = (node, words) => {
    say(node, words);
    cw.speak(`${(node.ariaLabel || node.textContent).trim()}: ${words.charAt(0).toLowerCase()}${words.slice(1)}.`);
  };
  const say = (node, words) => {
    const mark = String(Date.now() + Math.random());
    node.dataset.said = words;
    node.dataset.saidAt = mark;
    setTimeout(() => { if (node.dataset.saidAt === mark) { delete node.dataset.said; delete node.dataset.saidAt; } }, TOLD);
  };

  document.addEventListener("cellwarden:refused", ({ detail }) => { if (detail?.control) say(detail.control, "Not sent"); });
  // The line is lost: whether what was on its way has arrived is not known.
  document.addEventListener("cellwarden:line", () => {
    if (cw.wire.open) return;
    for (const node of [...underWay.keys()]) { underWay.delete(node); node.removeAttribute("aria-busy"); say(node, "No answer"); }
  });
  document.addEventListener("submit", (event) => { if (event.target.getAttribute("action") && !event.defaultPrevented) cw.pressed(event.submitter); });
  addEventListener("pageshow", (event) => { if (event.persisted) for (const node of [...underWay.keys()]) { underWay.delete(node); node.removeAttribute("aria-busy"); } });
})();
