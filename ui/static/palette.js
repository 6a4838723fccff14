// Ctrl K: find anything. The server answers GET /ui/search?q= with [{kind, id, name, href, state}]; pages are found right here.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const KINDS = { verb: ["Do", ""], page: ["Go to", ""], device: ["Devices", "presence"], tower: ["Towers", "tower"], policy: ["Policies", "mode"], alert: ["Alerts", "severity"], standing: ["Unknown cells", "standing"], person: ["People", ""], alert_rule: ["Alert rules", ""] };
  const BESIDE = [["/cells", "Unknown cells"], ["/account", "My account"], ["/api", "API"]]; // pages that are not in the rail
  const pages = (beside) => [...[...document.querySelectorAll(".cw-nav a")].map((link) => [link.getAttribute("href"), link.dataset.name]), ...beside].map(([href, name]) => ({ kind: "page", id: href, name, href }));

  cw.palette = () => {
    if (document.querySelector("dialog.cw-palette[open]")) return;
    const input = h("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "cw-found", "aria-label": "Find anything", placeholder: "Find a device, tower, policy…", autocomplete: "off", spellcheck: "false" });
    const found = h("div", { id: "cw-found", role: "listbox", "aria-label": "Found" });
    const told = h("p", { class: "none", role: "status" });
    const glass = document.querySelector("#cw-find svg").cloneNode(true);
    const dialog = h("dialog", { class: "cw-dialog cw-palette", "aria-label": "Find" }, h("div", "ask", glass, input, h("kbd", "", "Esc")), h("div", { class: "found", tabindex: "0" }, found, told));
    const verbs = cw.verbs?.() ?? []; // of what had the focus before the finder has it
    let items = [], at = 0, asked = null, timer = 0, shown = "", early = false; // early: Enter came before what was typed was found

    const choose = (index) => {
      at = (index + items.length) % Math.max(1, items.length);
      items.forEach((item, i) => item.node.setAttribute("aria-selected", String(i === at)));
      items[at]?.node.scrollIntoView({ block: "nearest" });
      if (items[at]) input.setAttribute("aria-activedescendant", items[at].node.id); else input.removeAttribute("aria-activedescendant");
    };
    const show = (results, note = "") => {
      const kinds = [...new Set(results.map((result) => result.kind))];
      items = [];
      const groups = kinds.map((kind) => h("div", { role: "group", "aria-label": KINDS[kind]?.[0] ?? kind }, h("div", { class: "kind", "aria-hidden": "true" }, KINDS[kind]?.[0] ?? kind),
        ...results.filter((result) => result.kind === kind).map((result) => {
          const node = h("a", { class: "cw-item", role: "option", id: `cw-found-${items.length}`, href: cw.local(result.href) ?? "#", tabindex: "-1" },
            result.state ? cw.shape(cw.look(KINDS[kind]?.[1], result.state)) : null, h("span", "grow", result.name),
            result.state ? h("span", "count", cw.look(KINDS[kind]?.[1], result.state).word) : null);
          const index = items.push({ node, href: cw.local(result.href) ?? "#", press: result.press }) - 1;
          if (result.press) node.addEventListener("click", (event) => { event.preventDefault(); go(items[index]); });
          node.addEventListener("pointermove", () => at !== index && choose(index));
          return node;
        })));
      found.replaceChildren(...groups);
      told.textContent = note;
      told.hidden = !note;
      choose(0);
    };
    const go = ({ href, press }) => { if (!press) { location.assign(href); return; } dialog.close(); press(); };
    const ask = async (text) => {
      if (!(await find(text)) || text !== input.value.trim()) return;
      shown = text;
      if (early && items[at]) go(items[at]);
      early = false;
    };
    // True once what is found stands there; another question may come before.
    const find = async (text) => {
      asked?.abort();
      const near = [...verbs, ...pages(text ? BESIDE : [])].filter((page) => page.name.toLowerCase().includes(text.toLowerCase()));
      if (!text) { show(near); return true; }
      asked = new AbortController();
      try {
        const answer = await fetch(`/ui/search?q=${encodeURIComponent(text)}`, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (answer.status === 401) { location.assign(`/login?next=${encodeURIComponent(location.pathname)}`); return false; }
        if (!answer.ok) throw new Error(String(answer.status));
        const results = [...(await answer.json()), ...near];
        show(results, results.length ? "" : `Nothing is called “${text}”. Try part of a name, an IMEI, an ICCID, an address or a cell id.`);
      } catch (error) {
        if (error.name === "AbortError") return false;
        const mine = asked, found = await cw.seekKept(text); // no network, or no server
        if (mine.signal.aborted) return false;
        if (found) show([...found.things, ...near], `Found in what this browser keeps, ${cw.ageText(found.at, "asof")}: the console does not answer.`);
        else show(near, "The search is not answering. Try again in a moment.");
      }
      return true;
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => ask(input.value.trim()), 80); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(at + (event.key === "ArrowDown" ? 1 : -1)); }
      else if (event.key === "Enter") {
        event.preventDefault();
        if (input.value.trim() !== shown) { early = true; clearTimeout(timer); ask(input.value.trim()); } // what stands there is of other words
        else if (items[at]) go(items[at]);
      }
    });
    cw.modal(dialog);
    ask("");
    input.focus();
  };
})();
