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
    if (offer) cw.put(node.querySelector(".every"), matched <= most ? `Select all ${cw.number(matched)} that match` : `${cw.number(matched)} match, at most ${cw.number(most)} at once: narrow the list by search or filters`, false);
  };

  // The head of a column; one that can be sorted by is a button. sorted() gives the order in use, sort(order) asks for another.
  cw.heading = (column, cls, sorted, sort) => {
    const th = h("th", { scope: "col", "data-head": column.field, class: cls, style: column.width ? `width: ${column.width}` : null });
    if (!column.sort) { th.append(h("span", column.head === "unseen" ? "cw-sr" : "", column.kind === "time" ? `${column.label} (${cw.zone})` : column.label)); return th; }
    const arrow = h("span", { class: "arrow", "aria-hidden": "true" });
    const first = ["number", "signal", "bar", "age", "time", "bytes"].includes(column.kind) ? `-${column.sort}` : column.sort;
    const other = first === column.sort ? `-${column.sort}` : column.sort;
    th.append(h("button", { type: "button", onclick: () => sort(sorted() === first ? other : first) }, ...(column.align === "right" ? [arrow, column.label] : [column.label, arrow])));
    th.show = () => {
      const up = sorted() === column.sort, down = sorted() === `-${column.sort}`;
      arrow.textContent = up ? "↑" : down ? "↓" : "";
      if (up || down) th.setAttribute("aria-sort", up ? "ascending" : "descending"); else th.removeAttribute("aria-sort");
    };
    th.show();
    return th;
  };

  // What else shows these things follows the search and the filters of their list: the map of the towers does.
  cw.narrowTo = (list, query) => {
    if ((cw.narrowed[list] ?? "") === query) return;
    cw.narrowed[list] = query;
    document.dispatchEvent(new CustomEvent("cellwarden:narrowed"));
  };

  // Rows before the first frame.
  cw.bones = (count, columns, cls, picks, acts) => Array.from({ length: count }, (_, i) => h("tr", { "aria-hidden": "true" }, picks ? h("td", "pick") : null,
    ...columns.map((column, j) => {
      const bone = h("span", "cw-skeleton");
      bone.style.width = `${36 + ((i * 37 + j * 53) % 48)}px`;
      return h("td", { "data-phone": column.phone, class: cls(column) }, bone);
    }), acts ? h("td") : null));

  // The view of a list stands in the page's address, pages counted from 1; another page, order or filter is an entry of the history.
  let own; // what the list of an address without a query chooses by itself: the same view has two addresses
  cw.address = {
    read: () => {
      const asked = {}; // a form without a script sends a filter once for each of its choices
      for (const [key, value] of new URLSearchParams(location.search)) asked[key] = asked[key] && value ? `${asked[key]},${value}` : asked[key] || value;
      return { ...asked, page: Math.max(0, (Number(asked.page) || 1) - 1) };
    },
    write: (query, push) => {
      own ??= location.search ? "" : query;
      const here = location.pathname + location.search, there = location.pathname + (query ? `?${query}` : "");
      if (here === there) return;
      if (push) place.keep();
      history[push ? "pushState" : "replaceState"](history.state, "", there + location.hash);
    },
    all: () => [location.pathname + location.search, ...(own && location.search === `?${own}` ? [location.pathname] : [])],
  };

  const reader = document.querySelector("[data-cw-live]")?.dataset.cwLive ?? "";
  // Where a reader stood on each view of this tab: the way back leads to the same rows, the same focus and what was picked.
  const place = (cw.place = {
    name: () => `cellwarden-place ${location.pathname}${location.search}`,
    keep: () => {
      if (cw.drafts?.ended) return;
      const row = document.activeElement?.closest?.("[data-row]")?.dataset.row;
      try { sessionStorage.setItem(place.name(), JSON.stringify({ reader, y: scrollY, row, picked: place.picks() })); } catch { /* a browser that keeps nothing */ }
    },
    // What was searched for stands in the addresses, so they go when the person signs out.
    forget: () => { try { for (const key of Object.keys(sessionStorage)) if (key.startsWith("cellwarden-place ")) sessionStorage.removeItem(key); } catch { /* there is nothing */ } },
    picks: () => [], // of the list of the page, by its id
    unpick: () => {},
    kept: () => { try { const found = JSON.parse(sessionStorage.getItem(place.name())); return found?.reader === reader ? found : null; } catch { return null; } },
    came: () => performance.getEntriesByType("navigation")[0]?.type !== "navigate", // back, on, or loaded again
    restore: (kept, root) => {
      scrollTo(0, kept.y);
      if (kept.row) root.querySelector(`[data-row="${CSS.escape(kept.row)}"]`)?.focus({ preventScroll: true });
      return null;
    },
  });

  // turn(page, button) is called with the page to show, counted from 0.
  cw.pager = (node, { page, size, matched }, turn) => {
    const last = Math.ceil(matched / size) - 1, focused = node.contains(document.activeElement) ? document.activeElement.textContent : "";
    once(node, `${page} ${last}`, () => [h("span"), h("span", "cw-spring"), ...[["First", 0], ["Previous", page - 1], ["Next", page + 1], ["Last", last]].map(([label, to]) =>
      h("button", { class: "cw-btn", type: "button", disabled: to < 0 || to > last || to === page, onclick: (event) => turn(to, event.currentTarget) }, label))]);
    if (focused && !node.contains(document.activeElement)) {
      const free = [...node.querySelectorAll("button:not(:disabled)")];
      (free.find((button) => button.textContent === focused) ?? free[0])?.focus({ preventScroll: true });
    }
    cw.put(node.firstChild, `${cw.number(page * size + 1)}–${cw.number(Math.min(matched, (page + 1) * size))} of ${cw.number(matched)}`, false);
  };
})();
