// The frame around every page: live badge and counts, lost-connection banner, theme, person menu, keyboard.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const $ = (selector) => document.querySelector(selector);

  // Figures and texts of the frame that follow a topic: <span data-topic="counters" data-text="{devices}">.
  const bind = (root) => {
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

  // The line: a badge that tells the age of the newest frame, and a banner in plain words when it is lost.
  const WORDS = { live: ["ok", "disc", "Live"], delayed: ["warn", "triangle", "Delayed"], stale: ["bad", "square", "Stale"], offline: ["bad", "square", "Offline"], joining: ["unk", "ring", "Connecting"] };
  const badge = $("#cw-badge"), banner = $("#cw-banner");
  let wasLost = false, formsLostAt = 0;
  const showLine = () => {
    if (!badge) return;
    const line = cw.line(), [tone, shape, word] = WORDS[line.state];
    const age = line.age < 60 ? `${line.age.toFixed(1)} s` : cw.span(line.age);
    const text = line.state === "joining" || line.state === "offline" ? word : `${word} · ${age}`;
    if (badge.dataset.state !== line.state) {
      badge.dataset.state = line.state;
      badge.replaceChildren(cw.shape({ tone, shape }), h("span"));
      badge.title = { live: "Every figure on this page moves as it happens. The number is the age of the newest one.", delayed: "Nothing has arrived for a few seconds.", stale: "The server has gone quiet. Figures may be old.", offline: "There is no connection. Figures are old.", joining: "Connecting to the server." }[line.state];
    }
    badge.lastChild.textContent = text;
    const lost = line.state === "offline" && Date.now() - line.lostAt > 1500;
    const stuck = formsLostAt && Date.now() - formsLostAt > 2500;
    if (lost) {
      const wait = Math.ceil((line.retryAt - Date.now()) / 1000);
      say("bad", "No connection to the server.", `What you see is from ${cw.clock(line.newestAt)}. ${wait > 0 ? `Next try in ${wait} s.` : "Trying now."}`, true);
    } else if (stuck) {
      say("warn", "Buttons and forms are waiting for the server.", "Figures on this page are still live.", false);
    } else if (wasLost) {
      say("ok", "Connected again.", "Everything on this page is current.", false);
      setTimeout(() => { if (banner.dataset.tone === "ok") banner.hidden = true; }, 3000);
    }
    wasLost = lost || stuck;
  };
  function say(tone, title, text, retry) {
    if (banner.dataset.tone !== tone || banner.hidden) {
      banner.dataset.tone = tone;
      banner.className = `cw-banner cw-${tone}`;
      banner.replaceChildren(h("div", "", h("b", "", title), " ", h("span", "cw-quiet")), retry ? h("button", { class: "cw-btn", type: "button", onclick: cw.reconnect }, "Try now") : "");
      banner.hidden = false;
    }
    banner.querySelector("span").textContent = text;
  }
  setInterval(showLine, 1000);
  document.addEventListener("cellwarden:line", showLine);
  // Once our line is back there is no reason for NiceGUI's to sit out its own waiting time.
  document.addEventListener("cellwarden:line", () => {
    if (formsLostAt && cw.line().state === "live" && !window.socket.connected) window.socket.disconnect().connect();
  });
  showLine();
  // NiceGUI's own socket carries buttons and forms; it appears only after its app is mounted.
  addEventListener("load", () => {
    const wait = setInterval(() => {
      if (!window.socket) return;
      clearInterval(wait);
      window.socket.on("disconnect", () => { formsLostAt ||= Date.now(); });
      window.socket.on("connect", () => { formsLostAt = 0; });
      window.socket.on("signed_out", cw.signedOut);
      window.socket.on("changed", cw.loadAnew);
      if (!window.socket.connected) formsLostAt = Date.now(); // not yet, or lost again before we could listen
    }, 100);
  });

  // Theme: system, light or dark, remembered by this browser.
  const themeNow = () => document.documentElement.dataset.theme ?? "system";
  const setTheme = (theme) => {
    if (theme === "system") { delete document.documentElement.dataset.theme; localStorage.removeItem("cellwarden-theme"); }
    else { document.documentElement.dataset.theme = theme; localStorage.setItem("cellwarden-theme", theme); }
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
      cw.menu(button, pop, document.body);
      bind(pop);
    });
  }

  // Keyboard.
  const GO = Object.fromEntries([...document.querySelectorAll(".cw-nav a[data-key]")].filter((link) => link.dataset.key).map((link) => [link.dataset.key, link]));
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], .cm-editor") && target.type !== "checkbox";
  let went = 0;
  const step = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); cw.palette?.(); return; }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open], .q-dialog__inner")) return;
    if (went && Date.now() - went < 1200 && GO[event.key]) { event.preventDefault(); GO[event.key].click(); return; }
    went = event.key === "g" ? Date.now() : 0;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") help();
    else if (event.key === "/") { event.preventDefault(); ($(".cw-tools input") ?? { focus: () => cw.palette?.() }).focus(); }
    else if (event.key === "Enter" && document.activeElement?.dataset?.href) location.assign(document.activeElement.dataset.href);
  });

  function help() {
    const keys = (...names) => h("dt", "", ...names.map((name) => h("kbd", "", name)));
    const lines = [[["Ctrl", "K"], "Find a device, tower, policy or page"], [["/"], "Search in this list"],
      ...Object.entries(GO).map(([key, link]) => [["g", key], `Go to ${link.dataset.name}`]),
      [["j"], "Next row"], [["k"], "Previous row"], [["Enter"], "Open the row"], [["Esc"], "Close what is open"], [["?"], "This help"]];
    const dialog = h("dialog", { class: "cw-dialog", "aria-label": "Keyboard" },
      h("div", "cw-help", h("h2", "", "Keyboard"), h("dl", "", ...lines.flatMap(([names, text]) => [keys(...names), h("dd", "", text)]))));
    cw.modal(dialog);
  }
  cw.modal = (dialog) => {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  $("#cw-find")?.addEventListener("click", () => cw.palette?.());
})();
