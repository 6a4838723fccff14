// The filter chips above a table, and their menus.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const LONG = 12; // a list with more entries than this gets a search field
  // One filter: {field, label, family?, options?: [[value, word]], placeholder?}. changed(value) gets "a,b" or "".
  // Without options and family, the values that the list itself counts become the choices; where it counts none, the value is typed.
  // opened(true) says that the menu is there, opened(false) that it is gone: counts are of use in between alone.
  cw.filterChip = (filter, value, changed, opened = () => {}) => {
    const fixed = filter.options ?? (filter.family ? Object.entries(cw.states[filter.family]).map(([key, look]) => [key, look.word]) : null);
    let options = fixed;
    const picked = new Set(value ? value.split(",") : []);
    const word = h("b");
    const chip = h("button", { class: "cw-chip", type: "button", "aria-expanded": "false", "aria-haspopup": "true" }, `${filter.label} `, word);
    const anchor = h("div", "cw-anchor", chip);
    let counts = null, told = new Map();

    const show = () => {
      const words = options ? options.filter(([key]) => picked.has(key)).map(([, text]) => (fixed ? text.toLowerCase() : text)) : [...picked];
      word.textContent = words.join(", ") || "any";
      chip.classList.toggle("on", picked.size > 0);
    };
    const set = () => { show(); changed([...picked].join(",")); };
    const tell = () => { for (const [key, node] of told) node.textContent = counts?.[key] === undefined ? "" : cw.number(counts[key]); };
    const choices = () => {
      told = new Map();
      const pop = h("div", { class: "cw-pop", role: "group", "aria-label": filter.label });
      const items = options.map(([key, text]) => {
        const box = h("input", { type: "checkbox", value: key });
        box.checked = picked.has(key);
        box.addEventListener("change", () => { if (box.checked) picked.add(key); else picked.delete(key); set(); });
        told.set(key, h("span", "count"));
        return h("label", "cw-item", box, filter.family ? cw.shape(cw.look(filter.family, key)) : null, text, told.get(key));
      });
      tell();
      if (items.length > LONG) {
        const seek = h("input", { class: "cw-input seek", type: "search", placeholder: `Find in ${items.length}`, "aria-label": `Find in ${filter.label}` });
        seek.addEventListener("input", () => { for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(seek.value.trim().toLowerCase()); });
        pop.append(seek);
      }
      pop.append(...items);
      if (picked.size) pop.append( h("button", { class: "cw-item cw-link", type: "button", onclick: () => { picked.clear(); set(); chip.click(); } }, "Any"));
      return pop;
    };
    const words = () => {
      const input = h("input", { class: "cw-input", placeholder: filter.placeholder ?? filter.label, value: [...picked].join(",") });
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // or the chip has it too
        picked.clear();
        for (const part of input.value.split(",").map((text) => text.trim()).filter(Boolean)) picked.add(part);
        set(); chip.click(); chip.focus();
      });
      return h("div", "cw-pop", input);
    };
    chip.addEventListener("click", () => {
      if (chip.getAttribute("aria-expanded") === "false") opened(true);
      cw.menu(chip, options ? choices() : words(), anchor, () => opened(false));
    });
    show();
    return { node: anchor, open: () => chip.click(), counts: (value) => {
      counts = value;
      const keys = [...new Set([...Object.keys(value), ...picked])];
      if (!fixed) options = keys.length ? keys.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).map((key) => [key, key]) : null;
      tell();
      show();
    }, reset: (value) => { picked.clear(); for (const one of value ? value.split(",") : []) picked.add(one); show(); } };
  };

  // "+ Filter": the filters that are needed less often.
  cw.moreFilters = (filters, chips) => {
    const waiting = () => filters.filter((filter) => chips[filter.field].node.hidden);
    const button = h("button", { class: "cw-chip plain", type: "button", "aria-haspopup": "true", "aria-expanded": "false" }, "+ Filter");
    const anchor = h("div", "cw-anchor", button);
    button.addEventListener("click", () => cw.menu(button, h("div", { class: "cw-pop", role: "group", "aria-label": "More filters" },
      ...waiting().map((filter) => h("button", { class: "cw-item", type: "button", onclick: () => {
        const { node, open } = chips[filter.field];
        node.hidden = false;
        anchor.hidden = !waiting().length;
        open();
      } }, filter.label))), anchor));
    anchor.hidden = !waiting().length;
    return anchor;
  };
})();
