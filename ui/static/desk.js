// One's own desk: what is set goes to the server at once and is there on every browser; lists get their columns and their saved views.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h, desk = cw.desk;
  if (!desk) return; // a page for people who have not signed in

  const send = async (path, body) => {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (answer.status === 401) { cw.signedOut(); throw new Error("signed out"); }
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${said.detail.charAt(0).toUpperCase()}${said.detail.slice(1)}.`);
    Object.assign(desk, said);
    document.dispatchEvent(new CustomEvent("cellwarden:desk"));
  };
  // What this browser alone had remembered goes along the first time that something is kept on the server.
  cw.keepDesk = (wanted) => send("/ui/desk", desk.set ? wanted : { theme: document.documentElement.dataset.theme ?? "system", ...wanted });

  const shown = (list, view) => desk.views.find((one) => one.id === view && one.list === list)?.columns ?? desk.columns[list] ?? [];
  // The columns of a list as the person wants them: those of the view that is open, else those of the desk, else the usual ones as they come.
  cw.arranged = (columns, list, view) => {
    const wanted = shown(list, view), usual = columns.filter((column) => !column.aside);
    if (!wanted.length) return usual;
    const known = new Map(columns.map((column) => [column.field, column]));
    const found = wanted.map((field) => known.get(field)).filter(Boolean);
    const [first] = columns; // the name of a row stays: a row without one says nothing
    if (!found.length) return usual;
    return [first, ...found.filter((column) => column !== first && column.room !== "narrow"), ...usual.filter((column) => column !== first && column.room === "narrow")];
  };

  const label = (column) => column.label || column.field.replaceAll("_", " ");
  const fault = (error) => h("p", { class: "cw-complaint", role: "alert" }, error.message);

  const FILES = ["policies", "towers", "commands", "people", "enrolment_tokens", "enterprises"];
  // The fields that a file has for these columns: what stands beside or inside a value has a column of its own, and so has every field of a template.
  const written = (columns) => {
    const found = new Map(), put = (field, kind) => { if (field && !found.has(field)) found.set(field, kind); };
    for (const column of columns.filter(({ room }) => room !== "narrow")) {
      if (column.kind === "template") for (const field of cw.holes(column.template)) put(field, "text");
      else put(column.field, column.kind ?? "text");
      put(column.detail, column.detailMode ? "age" : "text");
      put(column.suffix, "text");
      put(column.stale, "age");
    }
    return found;
  };
  cw.fileOf = (table) => h("a", { class: "cw-chip plain", href: "#", "data-testid": "export-list", onclick: (event) => { event.currentTarget.href = `/ui/lists/${table.list}.csv?${table.query()}&columns=${[...written(table.shown())].map(([field, kind]) => `${field}:${kind}`).join(",")}`; } }, "CSV");
  // The buttons above a list. table: {list, columns, view(), query(), arrange()}.
  cw.deskTools = (table) => {
    if (!desk.lists.includes(table.list)) return [];
    const tool = (name, test, pop) => {
      const button = h("button", { class: "cw-chip plain", type: "button", "aria-expanded": "false", "aria-haspopup": "true", "data-testid": test }, name);
      const anchor = h("div", "cw-anchor cw-desk-tool", button);
      button.addEventListener("click", () => cw.menu(button, pop(button), anchor));
      return anchor;
    };
    // A file of what the list shows, where it has none of its own.
    const file = FILES.includes(table.list) ? [cw.fileOf(table)] : [];
    return [tool("Views", "views", (button) => views(table, button)), tool("Columns", "columns", () => columns(table)), ...file];
  };

  const columns = (table) => {
    const wide = (column) => column.room !== "narrow"; // those of phones alone say again what others do
    const now = cw.arranged(table.columns, table.list, table.view()).filter(wide);
    const order = [...now, ...table.columns.filter((column) => wide(column) && !now.includes(column))];
    const on = new Set(now.map((column) => column.field));
    const pop = h("div", { class: "cw-pop", role: "group", "aria-label": "Columns" });
    const keep = async (wanted) => {
      try {
        table.leave(); // of a view: what is chosen now is the desk's
        await cw.keepDesk({ columns: { [table.list]: wanted } });
        table.arrange();
      } catch (error) { pop.append(fault(error)); }
    };
    const save = () => keep(order.filter((column) => on.has(column.field)).map((column) => column.field));
    const draw = (focus) => {
      const rows = order.map((column, at) => {
        const box = h("input", { type: "checkbox", disabled: at === 0, "data-column": column.field });
        box.checked = at === 0 || on.has(column.field);
        box.addEventListener("change", () => { if (box.checked) on.add(column.field); else on.delete(column.field); save(); });
        const move = (by, sign, words) => h("button", { class: "cw-btn quiet", type: "button", disabled: at + by < 1 || at === 0 || at + by >= order.length, "aria-label": `Move ${label(column)} ${words}`, "data-move": `${column.field} ${words}`, onclick: () => {
          order.splice(at + by, 0, ...order.splice(at, 1));
          draw(`${column.field} ${words}`);
          save();
        } }, sign);
        return h("div", "cw-column", h("label", "cw-item", box, label(column)), move(-1, "↑", "up"), move(1, "↓", "down"));
      });
      pop.replaceChildren(...rows, h("button", { class: "cw-item cw-link", type: "button", onclick: () => { keep([]); } }, "As they come"));
      if (focus) (pop.querySelector(`[data-move="${CSS.escape(focus)}"]:not(:disabled)`) ?? pop.querySelector("input:not(:disabled)"))?.focus();
    };
    draw();
    return pop;
  };

  const views = (table, button) => {
    const pop = h("div", { class: "cw-pop cw-views", role: "group", "aria-label": "Views" });
    const draw = () => {
      const known = desk.views.filter((view) => view.list === table.list);
      const rows = known.map((view) => h("div", "cw-column",
        h("a", { class: "cw-item", href: cw.local(view.href), "aria-current": view.id === table.view() ? "true" : null }, h("bdi", "", view.name), view.shared ? h("span", "count", view.mine ? "shared" : "shared with you") : null),
        h("button", { class: "cw-btn quiet", type: "button", "aria-pressed": String(desk.landing === view.id), "aria-label": `Begin with ${view.name}`, title: "Begin with this view", onclick: () => act(cw.keepDesk({ landing: desk.landing === view.id ? "" : view.id })) }, desk.landing === view.id ? "★" : "☆"),
        view.removable ? h("button", { class: "cw-btn quiet", type: "button", "aria-label": `Take away ${view.name}`, title: "Take this view away", onclick: () => act(send(`/ui/views/${view.id}/remove`, {})) }, "×") : null));
      const name = h("input", { class: "cw-input", placeholder: "Name of this view", "aria-label": "Name of this view", maxlength: 120, autocomplete: "off" });
      const share = h("input", { type: "checkbox" });
      const form = h("form", { class: "save", "data-testid": "save-view" }, name, h("label", "cw-item", share, "For everybody here"), h("button", { class: "cw-btn", type: "submit" }, "Save view"));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        act(send("/ui/views", { name: name.value, list: table.list, query: table.query(), columns: shown(table.list, table.view()), shared: share.checked }));
      });
      pop.replaceChildren(...(rows.length ? rows : [h("p", "cw-hint", "No view is saved yet. A view is what you search, filter and sort by now, and its columns.")]), form);
    };
    const act = async (done) => { try { await done; draw(); pop.querySelector("a, input")?.focus(); } catch (error) { pop.querySelector(".cw-complaint")?.remove(); pop.append(fault(error)); } };
    draw();
    return pop;
  };
})();
