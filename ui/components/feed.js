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
        if (full) { list.replaceChildren(...entries.map((entry) => this.item(cw, entry))); return; }
        if (entries.length) list.querySelector(".cw-note")?.parentElement.remove();
        for (const entry of [...entries].reverse()) {
          const item = this.item(cw, entry);
          list.prepend(item);
          cw.glow(item);
        }
        while (list.children.length > this.most) list.lastChild.remove();
      });
      if (!list.children.length) list.append(cw.h("li", { style: "display: block" }, cw.note(this.empty)));
    }, (text) => list.replaceChildren(cw.h("li", { style: "display: block" }, cw.note({ title: "Events are not available", text, tone: "bad" }))));
  },
  unmounted() { this.stop(); },
  methods: {
    item(cw, entry) {
      const subject = entry.subject ?? {}, href = cw.local(subject.href);
      const name = this.hideSubject ? "" : String(subject.name ?? "");
      const said = cw.h("p", "");
      if (name) said.append(href ? cw.h("a", { href, tabindex: "-1" }, name) : cw.h("b", "", name), " ");
      let text = String(entry.text ?? "");
      if (!name) text = text.replace(/^is /, "");
      if (!name) text = text.charAt(0).toUpperCase() + text.slice(1);
      said.append(cw.zoned(text));
      if (entry.why) said.append(cw.h("span", "", ` · ${entry.why}`));
      const look = entry.state ? cw.look(entry.family, entry.state) : { tone: "unk", shape: "ring", word: "Note" };
      const shape = cw.shape(look);
      shape.removeAttribute("aria-hidden");
      shape.setAttribute("role", "img");
      shape.setAttribute("aria-label", look.word);
      return cw.h("li", { "data-row": entry.seq, "data-href": href, tabindex: "-1" },
        cw.h("time", { title: cw.exact(entry.at) }, cw.clock(entry.at)), shape, said);
    },
  },
};
