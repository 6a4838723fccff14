// The frame around every page: live badge and counts, lost-connection banner, theme, person menu, keyboard.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const $ = (selector) => document.querySelector(selector);

  // Figures and texts of the frame that follow a topic: <span data-topic="counters" data-text="{devices}">.
  const bind = (root) => {
    for (const node of root.querySelectorAll("[data-zone]")) node.textContent = cw.zone;
    for (const node of root.querySelectorAll("[data-topic]")) {
      let state = {};
      const stop = cw.follow(node.dataset.topic, (value, full) => {
        if (!node.isConnected) { stop(); return; } // a menu that has been closed
        state = full ? value : { ...state, ...value };
        const text = cw.fill(node.dataset.text, state);
        cw.put(node, text === "–" ? "" : text, false);
        if (node.classList.contains("pill")) node.classList.toggle("none", text === "0" || text === "–");
      });
    }
  };
  bind(document);

  // The line: a badge that tells the age of the newest frame and by which way it came, and a banner in plain words when it is lost.
  const WORDS = { live: ["ok", "disc", "Live"], delayed: ["warn", "triangle", "Delayed"], offline: ["bad", "square", "Offline"], joining: ["unk", "ring", "Connecting"] };
  const TITLES = { live: "Every figure on this page moves as it happens. The number is the age of the newest one.", delayed: "Nothing has arrived for a few seconds.", offline: "There is no connection. Figures are old.", joining: "Connecting to the server." };
  const POLLING = " The network between here and the console refuses WebSockets, so the page asks by HTTP requests (long polling): slower, and complete.";
  const badge = $("#cw-badge"), banner = $("#cw-banner");
  let wasLost = false, refusedAt = 0;
  const showLine = () => {
    if (!badge) return;
    const line = cw.line(), [tone, shape, word] = WORDS[line.state];
    const age = line.age < 60 ? `${line.age.toFixed(1)} s` : cw.span(line.age);
    const text = line.state === "joining" || line.state === "offline" ? word : `${word} · ${age}${line.polls ? " · polling" : ""}`;
    const title = TITLES[line.state] + (line.polls ? POLLING : line.state === "live" ? " It comes by WebSocket." : "");
    if (badge.dataset.state !== line.state) {
      badge.dataset.state = line.state;
      badge.replaceChildren(cw.shape({ tone, shape }), h("span"));
    }
    if (badge.title !== title) badge.title = title;
    cw.write(badge.lastChild, text);
    if (line.unknown) {
      const words = line.unknown.again ? "It was loaded anew and is still an old one: something between here and the console keeps old pages."
        : "It is loaded anew as soon as you pause. What you have typed is kept.";
      say("warn", "The console was restarted, and does not know this page any more.", words, ["Load now", line.unknown.load]);
    } else if (line.lost) {
      const wait = Math.ceil((line.retryAt - Date.now()) / 1000);
      const frozen = line.seenAt ? `Frozen at ${cw.clock(line.seenAt)}.` : "Nothing has come yet.";
      const unsent = Date.now() - refusedAt < 6000 ? "Nothing was sent: this must not wait. Acknowledgements, comments and notes may." : "Buttons wait; acknowledgements, comments and notes are kept and sent later.";
      say("bad", "No connection to the server.", [frozen, line.reason, unsent].filter(Boolean).join(" "), ["Try now", cw.wire.again], wait > 0 ? `Next try in ${wait} s.` : "Trying now.");
    } else if (wasLost) {
      say("ok", "Connected again.", "Everything on this page is current.");
      setTimeout(() => { if (banner.dataset.tone === "ok") banner.hidden = true; }, 3000);
    }
    wasLost = line.lost;
  };
  function say(tone, title, text, act = null, next = "") { // what counts down is not read out each second
    if (banner.dataset.tone !== tone || banner.hidden) {
      banner.dataset.tone = tone;
      banner.className = `cw-banner cw-${tone}`;
      banner.replaceChildren(h("div", "", h("b", "", title), " ", h("span", "cw-quiet"), " ", h("span", { class: "cw-quiet", "aria-live": "off" })), act ? h("button", { class: "cw-btn", type: "button", onclick: act[1] }, act[0]) : "");
      banner.hidden = false;
    }
    const [words, count] = banner.querySelectorAll("span");
    cw.write(words, text);
    cw.write(count, next);
  }
  // The words on what was done stand above it, so that both can be read.
  if (banner) new ResizeObserver(() => $(".cw-toasts").style.setProperty("--told", `${banner.offsetHeight && banner.offsetHeight + 12}px`)).observe(banner);
  setInterval(showLine, 1000);
  document.addEventListener("cellwarden:line", showLine);
  // A button was pressed while the line is away: said at once, and nothing is done later.
  document.addEventListener("cellwarden:refused", () => {
    refusedAt = Date.now();
    if (cw.line().lost) { showLine(); return; }
    say("warn", "Nothing was sent.", "The connection to the server was just lost; press again when it is back.");
    wasLost = true;
  });
  showLine();

  // Theme: system, light or dark, remembered by this browser.
  const themeNow = () => document.documentElement.dataset.theme ?? "system";
  const setTheme = (theme) => {
    if (theme === "system") { delete document.documentElement.dataset.theme; localStorage.removeItem("cellwarden-theme"); }
    else { document.documentElement.dataset.theme = theme; localStorage.setItem("cellwarden-theme", theme); }
    cw.toldTheme(theme);
    cw.keepDesk?.({ theme }).catch(() => { /* this browser remembers it; the next choice tells the server */ });
    dressed();
  };
  const dressed = () => document.dispatchEvent(new CustomEvent("cellwarden:theme"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dressed);
  // Paper is light: pictures that were painted for a dark screen are painted again, at once.
  let worn = null;
  addEventListener("beforeprint", () => { if (!cw.printing) { cw.printing = true; worn = themeNow(); document.documentElement.dataset.theme = "light"; dressed(); } });
  addEventListener("afterprint", () => {
    if (!cw.printing) return;
    cw.printing = false;
    if (worn === "system") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = worn;
    dressed();
  });
  cw.themeSwitch = () => {
    const buttons = ["system", "light", "dark"].map((theme) =>
      h("button", { type: "button", "aria-pressed": String(themeNow() === theme), onclick: (event) => {
        setTheme(theme);
        for (const button of buttons) button.setAttribute("aria-pressed", String(button === event.currentTarget));
      } }, theme.charAt(0).toUpperCase() + theme.slice(1)));
    return h("div", { class: "cw-seg", role: "group", "aria-label": "Theme" }, ...buttons);
  };

  // Menus of the frame are kept in <template>s, so that the server writes their links.
  for (const button of document.querySelectorAll("[data-cw-menu]")) {
    button.addEventListener("click", () => {
      const pop = $(`template[data-menu=${button.dataset.cwMenu}]`).content.firstElementChild.cloneNode(true);
      pop.querySelector("[data-theme-switch]")?.replaceWith(cw.themeSwitch());
      pop.querySelector("[data-help]")?.addEventListener("click", () => { button.click(); help(); });
      cw.menu(button, pop);
      bind(pop);
    });
  }

  // Keyboard.
  const GO = Object.fromEntries([...document.querySelectorAll(".cw-nav a[data-key]")].filter((link) => link.dataset.key).map((link) => [link.dataset.key, link]));
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], .cm-editor") && target.type !== "checkbox";
  let went = 0;
  cw.going = () => went && Date.now() - went < 1200; // "g" was pressed: the next key names a page
  const step = (by) => cw.step(document.querySelectorAll("[data-row]"), by);
  const pressed = (button) => { if (button) button.click(); return Boolean(button); };
  // Quasar leads the focus to a field that was refused, and does not scroll to it.
  document.addEventListener("focusin", ({ target }) => requestAnimationFrame(() => {
    if (target.matches?.("[aria-invalid=true]") || target.closest?.(".q-field--error")) (target.closest(".q-field") ?? target).scrollIntoView({ block: "nearest" });
  }));

  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); cw.palette?.(); return; }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open], .q-dialog__inner")) return;
    if (went && Date.now() - went < 1200 && GO[event.key]) { event.preventDefault(); GO[event.key].click(); return; }
    went = event.key === "g" ? Date.now() : 0;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if ((event.key === "x" || event.key === " ") && pressed(document.activeElement.matches("[data-row]") && document.activeElement.querySelector("td.pick input"))) event.preventDefault();
    else if (event.key === "?") help();
    else if (event.key === "/") { event.preventDefault(); ($(".cw-tools input") ?? { focus: () => cw.palette?.() }).focus(); }
    else if (event.key === "Enter" && document.activeElement?.dataset?.href) location.assign(document.activeElement.dataset.href);
  });

  function help() {
    const keys = (...names) => h("dt", "", ...names.map((name) => h("kbd", "", name)));
    const lines = [[["Ctrl", "K"], "Find a device, tower, policy or page"], [["/"], "Search in this list"],
      ...Object.entries(GO).map(([key, link]) => [["g", key], `Go to ${link.dataset.name}`]),
      [["j"], "Next row"], [["k"], "Previous row"], [["Enter"], "Open the row"], [["x"], "Select the row"], [["e"], "Acknowledge the alert of the row, of the page, or those selected"], [["a"], "Assign it to a person"], [["c"], "Comment on it"], [["Esc"], "Close what is open"], [["?"], "This help"]];
    const dialog = h("dialog", { class: "cw-dialog", "aria-label": "Keyboard" },
      h("div", "cw-help", h("h2", "", "Keyboard"), h("dl", "", ...lines.flatMap(([names, text]) => [keys(...names), h("dd", "", text)]))));
    cw.modal(dialog);
  }
  $("#cw-find")?.addEventListener("click", () => cw.palette?.());
})();
