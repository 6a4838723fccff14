// How one value shows: cellwarden.cell(column, row) -> node. Tables, facts and single live values share it.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const dash = () => h("span", "cw-quiet", "–");
  const missing = (value) => value === null || value === undefined || value === "";

  // Groups as people read them aloud: IMEI 35 404811 234567 8 (TAC, serial, check digit), ICCID in fours.
  const groups = {
    imei: (text) => (/^\d{15}$/.test(text) ? `${text.slice(0, 2)} ${text.slice(2, 8)} ${text.slice(8, 14)} ${text.slice(14)}` : text),
    iccid: (text) => text.replace(/(\d{4})(?=\d)/g, "$1 "),
  };

  // A cell identity in the notations that operators, modems and maps use. Shown is the hexadecimal one (docs/decisions/0036).
  const notations = (id, rat, key) => {
    const station = { GSM: null, UMTS: [65536, "RNC and cell"], NR: [4096, "gNB (24 bits) and cell"] };
    const [low, words] = (rat in station ? station[rat] : [256, "eNB and cell"]) ?? [];
    return [[`0x${id.toString(16).toUpperCase()}`, "hexadecimal"], [String(id), "decimal"], ...(low ? [[`${Math.floor(id / low)}-${id % low}`, words]] : []), ...(key ? [[key, "with network and area"]] : [])];
  };
  const cell = (value, _, row) => {
    const text = String(value), key = /^\d{3}-/.test(text) ? text : row.cell, id = Number(/0x[0-9A-F]+$/i.exec(text)?.[0] ?? text);
    const all = notations(id, cw.get(row, "radio.rat") ?? row.rat, key), shown = key === text ? text : all[0][0];
    const button = h("button", { class: "cw-copy", type: "button", "aria-haspopup": "true", "aria-expanded": "false", title: all.map(([said, words]) => `${said} (${words})`).join("\n") }, shown);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      const pop = h("div", { class: "cw-pop cw-notations", role: "group", "aria-label": `Copy the cell ${shown}` }, ...all.map(([said, words]) =>
        h("button", { class: "cw-item", type: "button", onclick: () => { button.click(); button.focus(); cw.toClipboard(said, button); } }, h("span", "cw-mono", said), h("span", "count", words))));
      const { left, bottom } = button.getBoundingClientRect();
      Object.assign(pop.style, { left: `${left + scrollX}px`, top: `${bottom + scrollY + 4}px` });
      cw.menu(button, pop, document.body);
    });
    return button;
  };

  const bar = (value, column) => {
    const share = Math.min(1, Math.max(0, (value - column.low) / (column.high - column.low)));
    const falling = column.bad < column.warn; // a low signal is bad; a high share of violations is
    const worse = (limit) => limit !== undefined && (falling ? value < limit : value >= limit);
    const tone = column.tone ?? (worse(column.bad) ? "bad" : worse(column.warn) ? "warn" : "ok");
    const fill = h("i", `cw-${tone}`);
    fill.style.width = `${(100 * share).toFixed(1)}%`;
    return h("span", { class: "cw-meter", "aria-hidden": "true" }, fill);
  };
  const figure = (value, column) => {
    const text = cw.number(value, column.digits ?? 0);
    return column.unit ? `${text} ${column.unit}` : text;
  };
  // A small line; a value that is null (a check that failed) is a gap with a mark at its foot.
  const spark = (values) => {
    const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg");
    const put = (tag, attributes) => { const node = document.createElementNS(ns, tag); for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value); svg.append(node); };
    const known = values.filter((value) => value !== null), low = Math.min(...known), span = Math.max(...known) - low || 1;
    const step = 80 / Math.max(1, values.length - 1), runs = [[]];
    values.forEach((value, i) => {
      if (value !== null) { runs.at(-1).push(`${(i * step).toFixed(1)},${(15 - (12 * (value - low)) / span).toFixed(1)}`); return; }
      put("rect", { x: (i * step - 1).toFixed(1), y: 2, width: 2, height: 14, rx: 1, fill: "var(--bad)" });
      if (runs.at(-1).length) runs.push([]);
    });
    for (const run of runs) {
      if (run.length === 1) put("circle", { cx: run[0].split(",")[0], cy: run[0].split(",")[1], r: 1.2, fill: "var(--accent)" });
      else if (run.length) put("polyline", { points: run.join(" "), fill: "none", stroke: "var(--accent)", "stroke-width": 1.25, "stroke-linejoin": "round" });
    }
    for (const [key, value] of Object.entries({ width: 80, height: 18, viewBox: "-1 0 82 18", "aria-hidden": "true" })) svg.setAttribute(key, value);
    return svg;
  };

  // What a person has done and the server has not confirmed: a broken ring and words.
  cw.unsure = (words) => h("span", { class: "cw-unsure", "data-unsure": words }, h("i", { class: "cw-shape dashed", "aria-hidden": "true" }), words);
  const comments = (list) => h("ul", "cw-comments", ...list.map((one) => h("li", "", h("p", { dir: "auto" }, one.text), h("span", "cw-quiet", `${one.by}, `, cw.age(one.at)))));

  // "{os.name} {os.version}" is as much of it as is known; in a template with words of its own a dash stands for what is not.
  const HOLE = /\{([\w.]+)[^}]*\}/g;
  const said = (template, row) => (template.replace(HOLE, "").trim() ? template : [...template.matchAll(HOLE)].filter((hit) => !missing(cw.get(row, hit[1]))).map((hit) => hit[0]).join(" "));

  const kinds = {
    unsure: cw.unsure,
    comments,
    text: (value) => document.createTextNode(typeof value === "number" ? cw.number(value) : String(value)),
    said: (value) => document.createTextNode(cw.zoned(value)), // a sentence of the server
    word: (value) => document.createTextNode(cw.look("", value).word), // a state or kind by its plain word
    quiet: (value) => h("span", "cw-quiet", cw.zoned(value)),
    strong: (value) => h("span", { class: "cw-strong", dir: "auto" }, String(value)), // a name is cut off where it ends, whichever way it is written
    template: (_, column, row) => document.createTextNode(cw.fill(said(column.template, row), row)),
    state: (value, column, row) => {
      const suffix = column.suffix ? cw.get(row, column.suffix) : "";
      return cw.state(column.family, value, { how: column.how, suffix: missing(suffix) || suffix === 0 ? "" : String(suffix) });
    },
    age: (value, column) => { const node = cw.age(value, column.mode ?? "ago"); if (!column.plain) node.classList.add("cw-quiet"); return node; },
    time: (value) => h("time", { class: "cw-quiet", title: cw.exact(value) }, cw.clock(value)),
    mono: (value, column) => cw.copy(String(value), (groups[column.group] ?? String)(String(value))),
    cell,
    code: (value) => h("span", "cw-mono", String(value)),
    number: (value, column) => document.createTextNode(figure(value, column)),
    bytes: (value) => document.createTextNode(value >= 1e12 ? `${cw.number(value / 1e12, 1)} TB` : value >= 1e9 ? `${cw.number(value / 1e9, 1)} GB` : `${cw.number(value / 1e6, 0)} MB`),
    signal: (value, column) => h("span", "signal", h("span", "", figure(value, column)), bar(value, column)),
    bar: (value, column) => { const node = bar(value, column); node.classList.add("long"); return node; },
    spark,
    flag: (value, column) => document.createTextNode(value ? column.yes ?? "Yes" : column.no ?? "No"),
    labels: (value) => {
      const list = Array.isArray(value) ? value : Object.entries(value).map(([key, text]) => `${key}=${text}`);
      return list.length ? h("span", "", ...list.map((label) => h("span", "cw-tag", label))) : dash();
    },
    evidence: (value) => h("span", "cw-mono", Object.entries(value).map(([key, seen]) => `${key} = ${seen}`).join(", ") || "–"),
  };

  // Nothing is known: of a template, when none of its fields is.
  cw.blank = (column, row) => (column.kind === "template" ? holes(column.template) : [column.field]).every((path) => missing(cw.get(row, path)));
  // A value that was true then and may not be now: grey, without the colours of a verdict.
  const stale = (value, column, row, old) => {
    const faded = { ...column, how: "plain", tone: "unk", stale: null, asOf: null };
    const when = cw.ageText(cw.epoch(old), "asof");
    const node = column.kind === "state" ? h("span", { class: "cw-state muted", "data-state": value }, cw.shape({ ...cw.look(column.family, value), tone: "unk", shape: "ring" }), cw.look(column.family, value).word) : h("span", "", cw.cell(faded, row));
    return h("span", { class: "cw-stale", title: when }, node, column.asOf ? h("span", "cw-detail", when) : h("span", "cw-sr", when));
  };
  cw.cell = (column, row) => {
    const value = cw.get(row, column.field);
    const blank = cw.blank(column, row);
    const old = column.stale && !blank ? cw.get(row, column.stale) : null;
    if (!missing(old)) return stale(value, column, row, old);
    let node = blank ? (column.empty === "" ? document.createTextNode("") : column.empty ? h("span", "cw-quiet", column.empty) : dash()) : (kinds[column.kind] ?? kinds.text)(value, column, row);
    const href = column.href && !blank ? cw.href(column.href, row) : null;
    if (href) node = column.kind === "strong" ? h("a", { class: "cw-strong", dir: "auto", href }, node.textContent) : h("a", { class: "cw-door", href }, node);
    if (!column.detail) return node;
    const detail = cw.get(row, column.detail);
    if (missing(detail)) return node;
    if (node.nodeType === Node.TEXT_NODE) node = h("span", { dir: "auto" }, node); // so that a long one can be cut off before its detail
    const more = column.detailMode ? cw.age(detail, column.detailMode) : h("span", "", cw.zoned(detail));
    more.classList.add(blank ? "cw-quiet" : "cw-detail");
    const both = document.createDocumentFragment();
    both.append(node, more);
    return both;
  };

  // What a cell depends on: when this text is unchanged, so is the cell.
  const holes = cw.holes = (template) => [...(template ?? "").matchAll(/\{([\w.]+)/g)].map((hit) => hit[1]);
  cw.uses = (column) => [column.field, column.detail, column.suffix, column.stale, ...holes(column.href), ...holes(column.template)].filter(Boolean);
  cw.imprint = (column, row) => JSON.stringify((column.needs ??= cw.uses(column)).map((path) => cw.get(row, path) ?? null));
  // Ages move by themselves, so a newer moment is no news.
  cw.glows = (column) => column.kind !== "age" && column.kind !== "time" && column.kind !== "spark";
  // The columns of a table that its filters call for: {when: "compliance=violating"} is there only while that is chosen, {unless} while it is not.
  cw.fitting = (columns, chosen) => {
    const has = (term) => { const [field, value] = term.split("="); return (chosen[field] ?? "").split(",").includes(value); };
    return columns.filter((column) => (!column.when || has(column.when)) && (!column.unless || !has(column.unless)));
  };
})();
