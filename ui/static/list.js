// What stands around the rows of a list: the strip for picked rows, and the buttons that turn its pages.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;

  // Draw only what has changed: a button has to stay under the finger while the numbers move.
  const once = (node, imprint, make) => {
    if (node.dataset.imprint === imprint) return;
    node.dataset.imprint = imprint;
    node.replaceChildren(...make());
  };

  // now: {every, count, away, matched, most, whole, bulk}; what a person asks for comes by act(name), all() and none().
  // Once the page is picked as a whole, all that match can be, up to most.
  cw.picks = (node, { every, count, away, matched, most, whole, bulk }, { act, all, none }) => {
    const offer = most > 0 && !every && whole && matched > count;
    once(node, `${every} ${offer} ${matched <= most}`, () => [
      h("span", "cw-strong"),
      ...(offer ? [matched <= most ? h("button", { class: "cw-btn every", type: "button", onclick: () => node.all() }) : h("span", "cw-quiet every")] : []),
      ...bulk.map((action) => h("button", { class: `cw-btn ${action.tone ?? ""}`, type: "button", onclick: () => node.act(action.name) }, action.label)),
      h("button", { class: "cw-btn quiet", type: "button", onclick: () => node.none() }, "Clear"),
    ]);
    Object.assign(node, { act, all, none });
    const unseen = away ? `, ${cw.number(away)} of them not in view` : "";
    cw.put(node.firstChild, every ? `All ${cw.number(matched)} that match selected` : `${cw.number(count)} selected${unseen}`, false);
    if (offer) cw.put(node.querySelector(".every"), matched <= most ? `Select all ${cw.number(matched)} that match` : `${cw.number(matched)} match, at most ${cw.number(most)} at once`, false);
  };

  // turn(page) is called with the page to show, counted from 0.
  cw.pager = (node, { page, size, matched }, turn) => {
    const last = Math.ceil(matched / size) - 1;
    once(node, `${page} ${last}`, () => [h("span"), h("span", "cw-spring"), ...[["First", 0], ["Previous", page - 1], ["Next", page + 1], ["Last", last]].map(([label, to]) =>
      h("button", { class: "cw-btn", type: "button", disabled: to < 0 || to > last || to === page, onclick: () => turn(to) }, label))]);
    cw.put(node.firstChild, `${cw.number(page * size + 1)}–${cw.number(Math.min(matched, (page + 1) * size))} of ${cw.number(matched)}`, false);
  };
})();
