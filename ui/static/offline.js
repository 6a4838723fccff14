// The page without a network: what this browser has kept of the address that was asked for, in its frame, with the moment of every figure.
// The worker answers with it; it goes back to the live page by itself.
"use strict";
(async () => {
  const cw = Object.assign(self.cellwarden, JSON.parse(document.getElementById("cw-release").textContent)), { kept } = cw, root = document.documentElement;
  try { const theme = localStorage.getItem("cellwarden-theme"); if (theme) root.dataset.theme = theme; } catch { /* the system's */ }
  await kept.find().catch(() => false);
  const [pages, index, desk] = await Promise.all([kept.all("pages"), kept.get("meta", "index"), kept.get("meta", "desk")]);
  const fresh = new Map(pages.filter((one) => !kept.isOld(one)).sort((a, b) => b.at - a.at).map((one) => [one.path, one]));
  cw.desk = desk?.desk ?? null;
  if (cw.desk?.set) { if (cw.desk.theme === "system") delete root.dataset.theme; else root.dataset.theme = cw.desk.theme; root.dataset.density = cw.desk.density; }
  const load = (name) => new Promise((ready, fail) => document.head.append(Object.assign(document.createElement("script"), { src: `${cw.base}/${name}`, onload: ready, onerror: fail })));
  for (const name of ["kit.js", "menu.js", "pictured.js", "seeking.js", "palette.js"]) await load(name);

  const { h } = cw, path = cw.pictured.addressOf(location.href), here = fresh.get(path), like = here ?? fresh.values().next().value;
  const things = index && !kept.isOld(index) ? index.things : [];
  // The server's time: this computer's clock as far as it was off when the picture was kept. One that was set back since tells no age.
  const offset = like?.offset ?? 0, known = !like || Date.now() > like.kept - 60_000;
  cw.now = () => Date.now() / 1000 + offset;
  const asOf = (at) => h("span", "cw-asof", cw.age(at, "asof"), ...(known ? [", ", cw.age(at)] : []));

  // ---- why, and the way back
  const RETRY = 5_000, LONGEST = 30_000; // ms
  const why = () => (navigator.onLine === false ? ["No network.", ""] : ["The console does not answer.", "This computer has a network, so the server or the way to it is down."]);
  const title = h("b"), text = h("span", "cw-quiet"), again = h("button", { class: "cw-btn", type: "button" }, "Try now");
  const forget = h("button", { class: "cw-btn quiet", type: "button", title: "Delete all that this browser keeps of the console" }, "Forget");
  const banner = h("div", { class: "cw-banner cw-bad", role: "status" }, h("div", "", title, " ", text), again, forget);
  let wait = 0, timer = 0;
  const tell = () => {
    const [what, reason] = why();
    title.textContent = what;
    text.textContent = `${reason} ${here ? "You see the last picture, and nothing can be changed." : ""} The page comes back by itself.`;
    root.dataset.why = navigator.onLine === false ? "network" : "server";
  };
  const tries = () => { try { const [count, at] = JSON.parse(sessionStorage.getItem("cellwarden-back") ?? "[0,0]"); return Date.now() - at < 60_000 ? count : 0; } catch { return 0; } };
  const back = async () => {
    clearTimeout(timer);
    tell();
    try {
      if (navigator.onLine !== false && (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5_000) })).ok) {
        try { sessionStorage.setItem("cellwarden-back", JSON.stringify([tries() + 1, Date.now()])); } catch { /* it tries as often */ }
        location.reload();
        return;
      }
    } catch { /* still away */ }
    wait = Math.min(LONGEST, wait ? wait * 1.5 : RETRY * 2 ** Math.min(3, tries()));
    timer = setTimeout(back, wait);
  };
  again.addEventListener("click", back);
  addEventListener("online", back);
  addEventListener("offline", tell);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) back(); });
  forget.addEventListener("click", async () => { await kept.wipe(); location.reload(); });

  // ---- the frame
  const html = (node, inside) => { node.innerHTML = inside; return node; }; // ours, stripped when it was kept; the policy runs no script of it
  const named = (one) => things.find(({ href }) => href === one)?.name, thing = things.find((one) => one.href === location.pathname);
  const name = thing?.name ?? here?.title ?? "Not kept";
  document.title = `${name} · Cellwarden`;
  const glass = '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/></svg>';
  const find = h("button", { class: "cw-find", id: "cw-find", type: "button", "aria-keyshortcuts": "Control+K", onclick: () => cw.palette() });
  html(find, `${glass}<span>Find in what is kept…</span><kbd aria-hidden="true">Ctrl K</kbd>`);
  const badge = h("span", "cw-badge", cw.shape({ tone: "bad", shape: "square" }), h("span", "", "Offline"));
  const rail = html(h("nav", { class: "cw-rail", "aria-label": "Main" }), like?.rail ?? "");
  const foot = html(h("nav", { class: "cw-foot", "aria-label": "Main, short" }), like?.foot ?? "");
  // The bottom bar has the places of the live one: what stands in the rail alone is behind "More".
  const tabs = new Set([...foot.querySelectorAll("a[href]")].map((link) => link.getAttribute("href")));
  const rest = [...rail.querySelectorAll(".cw-nav a[href]")].filter((link) => !tabs.has(link.getAttribute("href")));
  const items = rest.map((link) => h("a", { class: "cw-item", href: link.getAttribute("href") }, link.querySelector(".name")?.textContent ?? link.textContent, link.querySelector(".count:not(:empty)")?.cloneNode(true)));
  const pop = h("div", { class: "cw-pop", "data-menu": "more" }, ...items);
  const more = html(h("button", { type: "button", "aria-haspopup": "true", "aria-expanded": "false", onclick: () => cw.menu(more, pop) }),
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true"><path d="M5 12h.01M12 12h.01M19 12h.01"/></svg><span>More</span>');
  if (items.length) foot.append(more);
  if (here && rest.some((link) => link.hasAttribute("aria-current"))) more.setAttribute("aria-current", "page");
  if (!here) for (const link of [...rail.querySelectorAll("[aria-current]"), ...foot.querySelectorAll("[aria-current]")]) link.removeAttribute("aria-current");
  for (const link of rail.querySelectorAll(".cw-nav a")) link.dataset.name = link.querySelector(".name")?.textContent ?? link.textContent;
  if (like) rail.append(h("p", "cw-zone", "Counts ", asOf(like.at), `. Times in ${cw.zone}`));
  const top = h("header", "cw-top", h("h1", "", name), find, h("span", "cw-spring"), badge, like?.part ? h("span", "cw-part-of", like.part) : null, like?.enterprise ? h("span", "cw-who", like.enterprise) : null);

  // ---- the page
  const inside = h("div", { id: "main", tabindex: "-1", class: here ? null : "cw-main" });
  if (here) {
    html(inside, here.main);
    for (const block of inside.querySelectorAll(".cw-counter, .cw-card, .cw-heading, .cw-tools")) {
      if (block.matches(".cw-tools") && !block.querySelector(".sum")?.textContent) { block.remove(); continue; }
      (block.querySelector(":scope > header") ?? block).append(asOf(here.at));
    }
    for (const map of inside.querySelectorAll(".cw-map, .cw-chart")) if (!map.querySelector("img")) map.replaceWith(h("p", "cw-unpainted", "Charts and maps are kept once this page has been open."));
    const fold = () => { for (const table of inside.querySelectorAll(".cw-table:has(.cw-table-wrap)")) table.classList.toggle("cards", innerWidth < 1000); };
    addEventListener("resize", fold);
    fold();
  } else {
    inside.append(h("section", "cw-card", cw.note({ title: "This page is not kept here", text: cw.pictured.may(location.href)
      ? "It was not opened in this browser in the last 24 hours, so there is no last picture of it. It opens once the console answers."
      : "Pages with forms, credentials and settings are never kept. It opens once the console answers." })));
    if (thing) inside.append(h("section", "cw-card", h("header", "", h("h2", "", "What the lists say of it"), asOf(index.at)), h("p", "body", h("b", "", thing.name), " ", thing.state ? cw.state(null, thing.state) : null)));
  }
  const others = [...fresh.values()].filter((one) => one !== here).slice(0, 24);
  const list = others.length ? h("section", "cw-card cw-also", h("header", "", h("h2", "", "Other pages that are kept")),
    h("ul", "", ...others.map((one) => h("li", "", h("a", { class: "cw-link", href: one.path }, named(one.path) ?? one.title), h("code", "cw-mono", one.path), asOf(one.at))))) : null;
  (inside.querySelector(".cw-main") ?? inside).append(list ?? "");
  for (const link of [...inside.querySelectorAll("a[href]"), ...rail.querySelectorAll("a[href]"), ...items, ...foot.querySelectorAll("a[href]")]) {
    if (fresh.has(cw.pictured.addressOf(link.getAttribute("href")))) continue;
    link.dataset.unkept = "";
    link.title = "Not kept in this browser";
  }
  inside.addEventListener("click", (event) => {
    const row = event.target.closest("[data-href]");
    if (row && !event.target.closest("a") && cw.local(row.dataset.href)) location.assign(row.dataset.href);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !document.querySelector("dialog[open]"))) { event.preventDefault(); cw.palette(); }
  });
  document.body.append(h("a", { class: "cw-skip", href: "#main" }, "Skip to content"), rail, top, foot, banner, h("div", { id: "cw-kept" }, h("main", "", h("div", "nicegui-content", inside))));
  root.dataset.kept = here ? "page" : "none";
  tell();
  timer = setTimeout(back, RETRY * 2 ** Math.min(3, tries()));
})();
