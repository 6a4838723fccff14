// What people change of devices and towers, at once: retired and brought back, notes, labels, and what the form of a device says.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h, ACTS = cw.acts;
  const count = (ids, one, several) => (ids.length === 1 ? one : `${ids.length} ${several}`);
  const merged = (labels, patch) => Object.fromEntries(Object.entries({ ...labels, ...patch }).filter(([, value]) => value !== null));
  // The fields that a patch touches, as they are in a row: what it is decided by, and what takes it back.
  const touched = (row, { labels = {}, ...rest }) => ({ ...Object.fromEntries(Object.keys(rest).map((name) => [name, row[name] ?? null])),
    ...Object.fromEntries(Object.keys(labels).map((key) => [`label ${key}`, row.labels?.[key] ?? null])) });
  const before = (row, { labels, ...rest }) => ({ ...Object.fromEntries(Object.keys(rest).map((name) => [name, row[name]])),
    ...(labels ? { labels: Object.fromEntries(Object.keys(labels).map((key) => [key, row.labels?.[key] ?? null])) } : {}) });

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  ACTS.describe = {
    over: ({ patch }) => (row) => ({ ...patch, ...(patch.labels ? { labels: merged(row.labels, patch.labels) } : {}),
      ...(patch.criticality ? { notable_criticality: patch.criticality === "normal" ? null : patch.criticality } : {}) }),
    was: (row, { patch, base }) => touched(base ?? row, patch),
    done: (ids, _, name) => `${count(ids, name || "The device", "devices")} ${ids.length === 1 ? "is" : "are"} changed.`,
    undo: (row, { patch, base }) => ["describe", { patch: before(base ?? row, patch) }],
    holds: (row, { patch: { labels = {}, ...rest } }) => Object.entries(rest).every(([name, value]) => !(name in row) || same(row[name], value)) && Object.entries(labels).every(([key, value]) => (row.labels?.[key] ?? null) === value),
  };
  const noted = ({ text }, at) => (row) => {
    const there = row.notes ?? [], by = cw.me();
    return { notes: there.some((one) => one.by === by && one.text === text && one.at > at - 60) ? there : [...there, { at, by, text }] };
  };
  for (const noun of ["Device", "Tower"]) {
    ACTS[`retire${noun}`] = { over: () => ({ gone: true }), was: () => ({}), done: (_, said, name) => `${name} is retired.`, undo: () => [`restore${noun}`, {}], holds: (row) => Boolean(row.gone), past: (row, name) => `${name} was brought back meanwhile.` };
    ACTS[`restore${noun}`] = { over: () => ({ gone: null }), was: () => ({}), done: (_, said, name) => `${name} is back.` };
    ACTS[`note${noun}`] = { over: noted, was: () => ({}), done: () => "The note is there." };
  }

  // ---- what is asked before
  const retire = (noun, lines) => ([id]) => {
    const row = cw.known(id) ?? {}, list = h("ul", { class: "cw-plan", "data-testid": "consequences" }, ...lines(row).map((line) => h("li", "", line)));
    cw.sheet(`Retire ${row.name ?? `this ${noun.toLowerCase()}`}?`, [], [list], `Retire ${noun.toLowerCase()}`, "confirm", () => cw.does(`retire${noun}`, [id]), { rank: "danger" });
  };
  const note = (noun) => ([id]) => {
    const text = cw.words("Note", "What the next person should know.", "note"), fault = h("p", { class: "cw-complaint", role: "alert" });
    cw.sheet(`Note on this ${noun.toLowerCase()}`, [`Everybody who sees the ${noun.toLowerCase()} sees it, in its timeline as well.`], [h("div", "cw-label", "Note"), text, fault], "Write note", "send-note", () => {
      if (!text.value.trim()) { fault.textContent = "Write something."; text.focus(); return false; }
      cw.does(`note${noun}`, [id], { text: text.value.trim() });
      return true;
    }, { about: [id] });
  };
  const pairs = (text) => {
    const labels = {};
    for (const line of text.split(/[\n\r]+/).map((one) => one.trim()).filter(Boolean)) {
      const at = line.indexOf("="), name = line.slice(0, at).trim();
      if (at < 1 || !name) throw new Error(`“${line.slice(0, 60)}” is not a label; write key=value, one a line.`);
      if (Object.hasOwn(labels, name)) throw new Error(`${name} is there twice; a device has one value for a key.`);
      labels[name] = line.slice(at + 1).trim();
    }
    return labels;
  };
  Object.assign(cw.asks, {
    retireDevice: retire("Device", (row) => [
      "It can no longer check in until it is brought back.",
      ...(row.command ? ["Commands under way are cancelled, and stay so."] : []),
      ...(row.quarantine === "quarantined" ? ["It is in quarantine, and stays cut off as long as it is retired."] : []),
      "Its open violations are closed. Its history stays, and its page can bring it back.",
    ]),
    retireTower: retire("Tower", (row) => [
      row.devices ? `The ${row.devices === 1 ? "1 device" : `${cw.number(row.devices)} devices`} on its cells will then be on cells that no tower lists.` : "No device is on its cells now.",
      "Its checks stop and its open alert is cleared. Its history stays, and its page can bring it back.",
    ]),
    noteDevice: note("Device"),
    noteTower: note("Tower"),
    labels(ids, after = () => {}) {
      const set = cw.words("Labels to set", "site=port-1", "labels-set"), drop = cw.words("Labels to take away", "team", "labels-drop");
      const fault = h("p", { class: "cw-complaint", role: "alert" });
      drop.removeAttribute("autofocus");
      cw.sheet(`Labels of ${count(ids, "1 device", "devices")}`, ["Policies choose devices by them. Other labels stay."],
        [h("div", "cw-label", "Set, key=value, one a line"), set, h("div", "cw-label", "Take away, one key a line"), drop, fault], "Change labels", "change-labels", () => {
          try {
            const labels = { ...pairs(set.value), ...Object.fromEntries(drop.value.split(/[\n\r]+/).map((one) => one.trim()).filter(Boolean).map((name) => [name, null])) };
            if (!Object.keys(labels).length) throw new Error("Write a label to set or to take away.");
            cw.does("describe", ids, { patch: { labels } });
            after();
            return true;
          } catch (problem) { fault.textContent = problem.message; set.focus(); return false; }
        }, { about: ids });
    },
  });

  // The form of a device is sent by the page itself where everything in it can be read and nothing in it is known to be wrong; else, and for
  // what the server has to judge first, false: the server saves it, and says at the field what it does not take.
  cw.saves = (event, id) => {
    const card = event.target.closest(".cw-sheet"), form = card?.querySelector("[data-base]"), row = cw.known(id);
    if (!form || !row || card.querySelector("[aria-invalid=true]")) return false;
    const base = JSON.parse(form.dataset.base), choices = JSON.parse(form.dataset.choices), own = (name) => form.querySelector(`[data-testid=${name}]`);
    const text = (name) => { const node = own(`edit-${name}`); return (node?.matches("input, textarea") ? node : node?.querySelector("input, textarea"))?.value.trim(); };
    const chosen = (name) => { const node = own(`${name}-field`), field = node?.matches("input") ? node : node?.querySelector("input"); return choices[name][field?.value]; };
    const patch = {}, now = { name: text("name"), kind: chosen("kind"), criticality: chosen("criticality"), interval_s: Number(text("interval")) };
    if (!now.name || now.name.length > 120 || !now.kind || !now.criticality || !Number.isInteger(now.interval_s)) return false;
    if (text("sims") !== base.permitted_sims) return false; // an ICCID has a check digit
    for (const [name, value] of Object.entries(now)) if (value !== base[name]) patch[name] = value;
    try {
      const labels = pairs(text("labels"));
      for (const name of Object.keys(base.labels)) if (!Object.hasOwn(labels, name)) labels[name] = null;
      for (const name of Object.keys(labels)) if (labels[name] === base.labels[name]) delete labels[name];
      if (Object.keys(labels).length) patch.labels = labels;
    } catch { return false; }
    if (!Object.keys(patch).length) return false;
    const title = card.closest("[aria-label]")?.getAttribute("aria-label") ?? "";
    getElement(Number(form.dataset.dialog))?.$.subTree.component?.proxy.hide(); // as Escape does: what was typed is kept until the server has it
    cw.does("describe", [id], { patch, base }, { done: () => cw.drafts.forget(title), refused: ["Open the form again", () => document.querySelector("#app [data-testid=edit]")?.click()] });
    return true;
  };
})();
