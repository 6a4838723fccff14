// Small tools that every script here shares. All text arrives through textContent: a device may be named <script>.
(() => {
  "use strict";
  const cw = window.cellwarden;
  // Words in a script that is written from right to left, set apart from the sentence around them (UAX 9, FSI and PDI).
  cw.apart = (text) => String(text).replace(/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[\d\s\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]*[\d\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])?/g, "\u2068$&\u2069");
  cw.narrowed = {}; // topic of a list: its search and filters as a query

  cw.h = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    if (typeof attributes === "string") node.className = attributes;
    else for (const [key, value] of Object.entries(attributes ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key === "class") node.className = value;
      else node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  // "a.b" of an object; a flat key of that very name wins.
  cw.get = (object, path) =>
    object === null || object === undefined ? undefined
      : Object.hasOwn(object, path) ? object[path]
      : path.split(".").reduce((at, key) => (at === null || at === undefined ? undefined : at[key]), object);

  const filters = {
    percent: (v) => (v === null || v === undefined ? "–" : `${v === 1 || v === 0 ? cw.number(100 * v) : tenths.format(100 * v)} %`),
    clock: (v) => cw.clock(v),
    state: (v) => String(v).replaceAll("_", " "),
    said: (v) => cw.zoned(v ?? "–"),
  };
  // "{devices} enrolled" -> "512 enrolled"; "{share|percent}" formats; what is missing reads as a dash.
  cw.fill = (template, object) =>
    template.replace(/\{([\w.]+)(?:\|(\w+))?\}/g, (_, path, filter) => {
      const value = cw.get(object, path);
      if (filter && filters[filter]) return filters[filter](value);
      if (value === null || value === undefined || value === "") return "–";
      return typeof value === "number" ? cw.number(value) : String(value);
    });
  // An address within this site, or null: no other scheme or host can be smuggled in as data.
  cw.local = (href) => (typeof href === "string" && /^\/(?![/\\])/.test(href) ? href : null);
  // Templates of addresses: every value is escaped, and an empty one means there is nowhere to go. "{href}" alone is an address itself.
  cw.href = (template, object) => {
    const alone = /^\{([\w.]+)\}$/.exec(template);
    if (alone) return cw.local(cw.get(object, alone[1]));
    let whole = true;
    const href = template.replace(/\{([\w.]+)\}/g, (_, path) => {
      const value = cw.get(object, path);
      if (value === null || value === undefined || value === "") whole = false;
      return encodeURIComponent(value ?? "");
    });
    return whole ? href : null;
  };

  // How the reader's locale writes numbers, dates and the hours of a clock; the words of the product stay English. Moments are told in
  // one zone: the browser's, UTC or that of a site. A locale or zone that this browser does not know falls back to the browser's own.
  const desk = cw.desk ?? {}, lone = (make) => { try { return make(); } catch { return null; } };
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone, browser = own && own !== "Etc/Unknown" ? own : "UTC";
  const named = desk.zone && desk.zone !== "browser" ? desk.zone : browser;
  cw.zone = lone(() => new Intl.DateTimeFormat("en", { timeZone: named }) && named) ?? browser;
  cw.locale = lone(() => Intl.getCanonicalLocales(desk.locale || navigator.language)[0]) ?? "en-GB";
  // What the server writes the first picture of the next page in: the zone, and the theme that this browser remembers.
  const say = (name, value) => {
    const said = `${name}=${encodeURIComponent(value)}`;
    if (!document.cookie.split("; ").includes(said)) document.cookie = `${said}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  };
  say("cellwarden_zone", browser);
  cw.toldTheme = (theme) => say("cellwarden_theme", theme);
  const looks = document.documentElement.dataset, theme = desk.set ? null : lone(() => localStorage.getItem("cellwarden-theme"));
  if (theme && theme !== looks.theme) { looks.theme = theme; cw.toldTheme(theme); } // the cookie has gone
  const hours = desk.hours === "12" ? { hourCycle: "h12" } : desk.hours === "24" ? { hourCycle: "h23" } : {};
  cw.dates = (form) => new Intl.DateTimeFormat(cw.locale, { timeZone: cw.zone, ...(form.hour || form.timeStyle ? hours : {}), ...form });

  // The date and time of a moment (epoch seconds) in the zone of the page, and the way back: [year, month from 0, day, hours, minutes, seconds].
  const parted = new Intl.DateTimeFormat("en-GB", { timeZone: cw.zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  cw.parts = (at) => {
    const found = Object.fromEntries(parted.formatToParts(new Date(at * 1000)).map(({ type, value }) => [type, Number(value)]));
    return [found.year, found.month - 1, found.day, found.hour, found.minute, found.second];
  };
  // An hour that a clock skips in spring counts from before the change; of one that it shows twice, the first is meant, or with late the second.
  cw.at = (parts, late = false) => {
    const meant = Date.UTC(...parts) / 1000, offset = (at) => Date.UTC(...cw.parts(at)) / 1000 - Math.floor(at);
    const tried = [meant - offset(meant - 86400), meant - offset(meant + 86400)].sort((a, b) => a - b);
    const fits = tried.filter((at) => Math.floor(at) + offset(at) === Math.floor(meant));
    return fits.length ? fits.at(late ? -1 : 0) : meant - offset(meant - 86400);
  };

  const grouped = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat(cw.locale, { maximumFractionDigits: digits }));
  const tenths = new Intl.NumberFormat(cw.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  cw.number = (value, digits = 2) => grouped[Math.min(digits, 3)].format(value).replace("-", "−");

  // Epoch seconds of a number (seconds) or an RFC 3339 text; null of anything else.
  cw.epoch = (value) => {
    if (typeof value === "number") return value;
    const at = typeof value === "string" ? Date.parse(value) / 1000 : NaN;
    return Number.isFinite(at) ? at : null;
  };

  const day = cw.dates({ day: "numeric", month: "short" });
  const year = cw.dates({ day: "numeric", month: "short", year: "numeric" });
  const time = cw.dates({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const minute = cw.dates({ hour: "2-digit", minute: "2-digit" });
  const exact = cw.dates({ dateStyle: "full", timeStyle: "long" });
  cw.clock = (value) => {
    const at = cw.epoch(value);
    if (at === null) return "–";
    const date = new Date(at * 1000), then = cw.parts(at), now = cw.parts(cw.now());
    if (String(then.slice(0, 3)) === String(now.slice(0, 3))) return time.format(date);
    return then[0] === now[0] ? `${day.format(date)} ${minute.format(date)}` : year.format(date);
  };
  cw.exact = (value) => (cw.epoch(value) === null ? "" : exact.format(new Date(cw.epoch(value) * 1000)));
  cw.date = (at) => day.format(new Date(at * 1000));
  cw.minute = (at) => minute.format(new Date(at * 1000));

  // 41 s, 6 min, 3 h, 2 d: one unit, rounded down, so that it only changes when it must.
  cw.span = (seconds) => {
    const s = Math.max(0, seconds);
    if (s < 60) return `${cw.number(Math.floor(s))} s`;
    if (s < 3600) return `${cw.number(Math.floor(s / 60))} min`;
    if (s < 86400) return `${cw.number(Math.floor(s / 3600))} h`;
    return `${cw.number(Math.floor(s / 86400))} d`;
  };
  const ages = {
    ago: (at, now) => (now - at > 30 * 86400 ? year.format(new Date(at * 1000)) : `${cw.span(now - at)} ago`),
    for: (at, now) => `for ${cw.span(now - at)}`,
    bare: (at, now) => cw.span(now - at),
    left: (at, now) => (at > now ? `in ${cw.span(at - now)}` : `${cw.span(now - at)} over`),
    ends: (at, now) => (at > now ? `in ${cw.span(at - now)}` : `${cw.span(now - at)} ago`),
    seen: (at, now) => `seen ${cw.span(now - at)} ago`,
    since: (at) => `since ${cw.clock(at)}`,
    asof: (at) => `as of ${cw.clock(at)}`,
    until: (at) => `until ${cw.clock(at)}`,
    exact: (at) => cw.exact(at),
  };
  // An element that keeps telling the age of a moment; the ticker below renews it every second.
  cw.age = (value, mode = "ago") => {
    const at = cw.epoch(value);
    const node = cw.h("time", { class: "cw-age" });
    if (at === null) { node.textContent = "–"; return node; }
    node.dataset.at = at;
    node.dataset.age = mode;
    node.dateTime = new Date(at * 1000).toISOString();
    node.title = cw.exact(at);
    node.textContent = ages[mode](at, cw.now());
    return node;
  };
  cw.ageText = (at, mode = "ago") => ages[mode](at, cw.now());
  let openedAt = 0; // of a page that was made ready before it was asked for: it has ticked all along, and is painted first
  document.addEventListener("prerenderingchange", () => { openedAt = Date.now(); });
  const tick = () => {
    if ((document.hidden && !document.prerendering) || Date.now() - openedAt < 500) return;
    const now = cw.now();
    for (const node of document.querySelectorAll("[data-age]")) cw.write(node, ages[node.dataset.age](Number(node.dataset.at), now));
    if (document.prerendering) cw.layOut();
  };
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.prerendering) tick(); });
  // All that comes before painting: of a page that is made ready before it is asked for, only that is left then.
  cw.layOut = () => document.elementFromPoint(1, 1);

  // State: shape, colour, word. Without a family the value is looked up in all of them (they agree where they overlap).
  cw.look = (family, value) => {
    const key = String(value ?? "unknown");
    const found = cw.states[family]?.[key] ?? (family ? null : Object.values(cw.states).find((f) => f[key])?.[key]);
    return found ?? { word: (key.charAt(0).toUpperCase() + key.slice(1)).replaceAll("_", " "), tone: "unk", shape: "ring", loud: true };
  };
  cw.shape = (look) => cw.h("i", { class: `cw-shape ${look.shape} cw-${look.tone}`, "aria-hidden": "true" });
  // how: "chip" always loud, "quiet" an ordinary state is a grey word only, else loud as the state itself says.
  cw.state = (family, value, { how = "", suffix = "" } = {}) => {
    const look = cw.look(family, value);
    const loud = how === "chip" || (look.loud && how !== "plain");
    const word = suffix ? `${look.word} ${suffix}` : look.word;
    if (!loud && how === "quiet") return cw.h("span", { class: "cw-state muted", "data-state": value }, word);
    return cw.h("span", { class: `cw-state cw-${look.tone}${loud ? " loud" : ""}`, "data-state": value }, cw.shape(look), word);
  };

  // Write text only when it differs. It takes the place of the text that was there: where a node comes in its place, a browser
  // asks every :has() above it anew.
  cw.write = (node, text) => {
    if (node.textContent === text) return;
    const only = node.childNodes.length === 1 && node.firstChild.nodeType === Node.TEXT_NODE && text;
    if (only) node.firstChild.data = text; else node.textContent = text;
  };
  // The same, and what moved glows.
  cw.put = (node, text, glow = true) => {
    if (node.textContent === text) return;
    const first = node.dataset.had === undefined;
    cw.write(node, text);
    node.dataset.had = "";
    if (glow && !first) cw.glow(node);
  };
  cw.glow = (node) => {
    node.classList.remove("cw-glow");
    void node.offsetWidth; // restart the animation
    node.classList.add("cw-glow");
    node.addEventListener("animationend", () => node.classList.remove("cw-glow"), { once: true });
  };

  // Lead the focus to the row before or after the one that has it.
  cw.step = (rows, by) => {
    const shown = [...rows].filter((row) => row.offsetParent);
    const at = shown.findIndex((row) => row.contains(document.activeElement));
    const row = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by))];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  // Change the rows of a list without losing the focus: it stays where it is, or goes to the row that stands there now.
  cw.keepFocus = (list, change) => {
    const held = list.contains(document.activeElement) ? document.activeElement : null, row = held?.closest("[data-row]");
    const at = row ? [...list.children].indexOf(row) : 0;
    change();
    if (!held || document.activeElement === held) return;
    const rows = [...list.children].filter((one) => one.dataset.row);
    const next = held.isConnected ? held : rows.find((one) => one.dataset.row === row?.dataset.row) ?? rows[Math.min(at, rows.length - 1)] ?? list.closest("[tabindex]");
    next?.focus({ preventScroll: true });
  };

  cw.modal = (dialog) => {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  cw.copy = (text, shown = text) => {
    const button = cw.h("button", { class: "cw-copy", type: "button", title: `Copy ${text}` }, shown);
    button.addEventListener("click", (event) => { event.stopPropagation(); cw.toClipboard(text, button); });
    return button;
  };
  cw.toClipboard = async (text, button) => {
    try { await navigator.clipboard.writeText(text); }
    catch { getSelection().selectAllChildren(button); return; } // no clipboard over plain HTTP: select it for the person
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1200);
  };
  cw.command = (text) => cw.h("div", "cw-command", cw.h("code", "", text), cw.copy(text, ""));
  // Empty, loading and error states: what belongs here, and the one thing that puts it there.
  cw.note = ({ title, text = "", command = "", href = "", label = "", tone = "", act = null }) =>
    cw.h("div", { class: "cw-note", role: tone === "bad" ? "alert" : null },
      cw.h("b", "", title), text ? cw.h("p", "", text) : null, command ? cw.command(command) : null,
      href ? cw.h("a", { class: "cw-btn primary", href }, label) : null,
      act ? cw.h("button", { class: "cw-btn", type: "button", onclick: act }, label) : null);

  cw.colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
})();
