// What is happening, newest first: "crane-117 breaks Patch level ≤ 60 days · patch age 74 days".
export default {
  // One stop of the Tab key, however many rows: the arrows, or j and k, lead through them.
  template: `<div class="cw-feed" role="log" aria-live="off" aria-label="Events, newest first" tabindex="0"><ol></ol></div>`,
  props: { topic: String, most: Number, hideSubject: Boolean, empty: Object },
  mounted() {
    const cw = window.cellwarden;
    const list = this.$el.firstElementChild;
    this.$el.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      cw.step(list.querySelectorAll("[data-row]"), event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    });
    list.append(...Array.from({ length: 6 }, (_, i) => cw.h("li", { "aria-hidden": "true" }, cw.h("span", { class: "cw-skeleton", style: "width: 48px; margin-top: 5px" }), cw.h("span"),
      cw.h("span", { class: "cw-skeleton", style: `width: ${55 + ((i * 29) % 40)}%; margin-top: 5px` }))));
    this.stop = cw.follow(this.topic, (value, full) => {
      const entries = (value.entries ?? []).slice(0, this.most);
      cw.keepFocus(list, () => {
        if (full) list.replaceChildren(...entries.map((entry) => this.item(cw, entry)));
        else this.grow(cw, list, entries);
        if (!value.pinned) return;
        for (const row of list.querySelectorAll(".cw-pinned")) row.remove();
        list.prepend(...value.pinned.map((entry) => { const row = this.item(cw, entry); row.classList.add("cw-pinned"); return row; }));
      });
      if (!list.children.length) list.append(cw.h("li", { style: "display: block" }, cw.note(this.empty)));
    }, (text) => list.replaceChildren(cw.h("li", { style: "display: block" }, cw.note({ title: "Events are not available", text, tone: "bad" }))));
  },
  unmounted() { this.stop(); },
  methods: {
    grow(cw, list, entries) {
      if (entries.length) list.querySelector(".cw-note")?.parentElement.remove();
      for (const entry of [...entries].reverse()) {
        for (const seq of entry.folds ?? []) this.row(seq)?.remove();
        const known = this.row(entry.seq), item = this.item(cw, entry);
        if (known) { this.exchange(known, item); continue; } // a line that grows stays where it is, and does not glow again
        list.insertBefore(item, [...list.children].find((row) => !row.classList.contains("cw-pinned")) ?? null);
        if (entries.length <= 3) cw.glow(item);
      }
      while (list.children.length > this.most && !list.lastChild.classList.contains("cw-pinned")) list.lastChild.remove();
    },
    row(seq) { return [...this.$el.firstElementChild.children].find((row) => row.dataset.row === String(seq)); },
    // What is open stays open, and the focus stays where it is.
    exchange(known, item) {
      const was = known.querySelector("details"), now = item.querySelector("details"), at = document.activeElement;
      if (was?.open && now) now.open = true;
      const selector = !known.contains(at) ? null : at === known ? "" : at.tagName === "SUMMARY" ? "summary" : `a[href="${CSS.escape(at.getAttribute("href") ?? "")}"]`;
      known.replaceWith(item);
      if (selector !== null) (selector ? item.querySelector(selector) ?? item : item).focus({ preventScroll: true });
    },
    inside(cw, entry) {
      const box = cw.h("details", { class: "cw-inside" }, cw.h("summary", "", "Show which"));
      const names = entry.inside.map((one) => cw.h("li", "", cw.h("time", { title: cw.exact(one.at) }, cw.clock(one.at)), " ",
        cw.local(one.href) ? cw.h("a", { href: cw.local(one.href) }, String(one.name)) : String(one.name)));
      box.append(cw.h("ul", "", ...names));
      return box;
    },
    item(cw, entry) {
      const subject = entry.subject ?? {}, href = cw.local(subject.href);
      const name = this.hideSubject ? "" : entry.inside ? cw.zoned(subject.name ?? "") : String(subject.name ?? "");
      const said = cw.h("p", "");
      if (name) said.append(href ? cw.h("a", { href, tabindex: "-1" }, name) : cw.h("b", "", name), " ");
      let text = String(entry.text ?? "");
      if (!name) text = text.replace(/^is /, "");
      if (!name) text = text.charAt(0).toUpperCase() + text.slice(1);
      said.append(cw.zoned(text));
      if (entry.why) said.append(cw.h("span", "", ` · ${cw.zoned(entry.why)}`));
      const look = entry.state ? cw.look(entry.family, entry.state) : { tone: "unk", shape: "ring", word: "Note" };
      const shape = cw.shape(look);
      shape.removeAttribute("aria-hidden");
      shape.setAttribute("role", "img");
      shape.setAttribute("aria-label", look.word);
      return cw.h("li", { "data-row": entry.seq, "data-href": href, tabindex: "-1" },
        cw.h("time", { title: cw.exact(entry.at) }, cw.clock(entry.at)), shape, entry.inside ? cw.h("div", "", said, this.inside(cw, entry)) : said);
    },
  },
};
