// The last picture of a page: what it shows, as HTML that does nothing. Fields, forms, dialogs and scripts are left out, and so is what
// is shown once: those stand in dialogs, and the pages that have others are not kept (cw.pictured.may).
(() => {
  "use strict";
  const cw = window.cellwarden;
  const NEVER = /^\/(account|api|enrolment|installation|join|login|people\/services|status-page|(policies|towers)\/(new|[^/]+\/edit))(\/|$)/;
  const GONE = "script, style, template, noscript, iframe, dialog, input, select, textarea, fieldset, [hidden], .cw-pop, .cw-chip, .cw-seg, .cw-chart-tools, .cw-tools .cw-anchor, th.pick, td.pick, .cw-keep, .cw-qr, .cw-reveal, .cw-without, .cw-notice[data-once], [class*='q-']:not(.nicegui-content)";
  const LOST = /^(on.*|id|name|for|value|nonce|action|method|contenteditable|data-(testid|cw-.*|later|had|imprint|topic|text|at|age|key)|aria-(controls|describedby|labelledby|expanded|haspopup|activedescendant|live|keyshortcuts))$/;
  const LARGEST = 200_000; // characters of a chart

  // One address for what is one page: the overview has two.
  const addressOf = (href) => {
    const url = new URL(href, location.origin), query = new URLSearchParams(url.search);
    query.delete("overview");
    const rest = String(query);
    return url.pathname + (rest ? `?${rest}` : "");
  };

  const become = (node, tag) => {
    const other = document.createElement(tag);
    for (const { name, value } of [...node.attributes]) if (name === "class" || name === "style" || name === "title") other.setAttribute(name, value);
    other.append(...node.childNodes);
    node.replaceWith(other);
    return other;
  };
  const leads = (node) => cw.local(node.getAttribute("href")) && !node.hasAttribute("download") && !/^\/(ui|auth|api)\//.test(node.getAttribute("href"));

  // A copy of what stands below a node, without all that acts; charts and maps as pictures.
  const still = (root) => {
    const copy = root.cloneNode(true), painted = [...root.querySelectorAll("canvas")];
    [...copy.querySelectorAll("canvas")].forEach((canvas, at) => {
      let src = "";
      try { src = painted[at].width ? painted[at].toDataURL("image/webp", 0.8) : ""; } catch { /* from elsewhere: none of ours is */ }
      const name = canvas.closest("[aria-label]")?.getAttribute("aria-label") ?? "";
      if (!src.startsWith("data:image/webp") || src.length > LARGEST) { canvas.remove(); return; }
      const image = document.createElement("img");
      image.src = src;
      image.alt = name;
      image.className = "cw-painted";
      canvas.replaceWith(image);
    });
    for (const node of copy.querySelectorAll(GONE)) node.remove();
    for (const form of copy.querySelectorAll("form")) become(form, "div");
    for (const button of copy.querySelectorAll("button")) {
      const says = !button.classList.contains("cw-btn") && button.closest("td, th, dd, .cw-command");
      if (says) become(button, "span"); else button.remove();
    }
    for (const link of copy.querySelectorAll("a")) {
      if (leads(link) && !link.closest("thead")) continue;
      if (link.classList.contains("cw-btn")) link.remove(); else become(link, "span");
    }
    for (const node of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name, value } of [...node.attributes]) {
        if (LOST.test(name) || (name === "tabindex" && value !== "0") || (name === "data-href" && !cw.local(value))) node.removeAttribute(name);
      }
      node.classList.remove("cw-glow", "waiting");
    }
    return copy.innerHTML;
  };

  // A page of the document: from its first picture where the live page has not come yet, and of a page that was only fetched.
  const of = (page, { path, at }) => {
    const shown = page.querySelector("#app .nicegui-content") ?? page.querySelector("#cw-first .nicegui-content");
    if (!shown || !at || shown.querySelector(".cw-skeleton")) return null; // something is still to come
    const part = (selector) => { const found = page.querySelector(selector); return found ? still(found) : ""; };
    const text = (selector) => page.querySelector(selector)?.textContent.trim() ?? "";
    return {
      path: addressOf(path), at, kept: Date.now(), title: text(".cw-top h1"), main: still(shown), rail: part("nav.cw-rail"), foot: part("nav.cw-foot"),
      enterprise: text(".cw-who"), part: text(".cw-top .cw-part-of"),
    };
  };

  cw.pictured = { of, addressOf, may: (path) => !NEVER.test(new URL(path, location.origin).pathname) };
})();
