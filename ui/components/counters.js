// A number, what it counts, a thin stacked bar, and a legend whose counts lead to the filtered list.
export default {
  template: `<div class="cw-counter"><h2></h2><p class="big"><b></b><span></span></p><div class="cw-bar"></div><p class="cw-legend"></p></div>`,
  props: { heading: String, topic: String, big: String, caption: String, family: String, parts: String, href: String, quiet: String },
  mounted() {
    const [title, big, bar, legend] = this.$el.children;
    Object.assign(this, { number: big.children[0], words: big.children[1], bar, legend, state: {}, items: new Map() });
    title.textContent = this.heading;
    this.number.append(window.cellwarden.h("i", { class: "cw-skeleton", style: "width: 64px; height: 20px" }));
    this.stop = window.cellwarden.follow(this.topic, (value, full) => {
      this.state = full ? value : { ...this.state, ...value };
      this.draw();
    });
  },
  unmounted() { this.stop(); },
  methods: {
    draw() {
      const cw = window.cellwarden;
      if (this.number.firstElementChild) this.number.replaceChildren();
      cw.put(this.number, cw.fill(this.big, this.state));
      const counts = cw.get(this.state, this.parts) ?? {};
      const some = Object.values(counts).some((count) => count > 0);
      cw.put(this.words, some || !this.quiet ? cw.fill(this.caption, this.state) : this.quiet, false);
      this.bar.classList.toggle("filled", some);
      for (const [state, look] of Object.entries(cw.states[this.family])) {
        const count = counts[state] ?? 0;
        let item = this.items.get(state);
        if (!item && !count) continue;
        if (!item) this.items.set(state, (item = this.item(cw, state, look)));
        item.part.hidden = item.link.hidden = !count;
        item.part.style.flexGrow = count;
        cw.put(item.count, cw.number(count));
      }
    },
    item(cw, state, look) {
      const count = cw.h("b"), part = cw.h("i", `cw-${look.tone}`);
      const link = cw.h("a", { href: cw.href(this.href, { state }) }, cw.shape(look), cw.h("span", "", look.word), count);
      const order = Object.keys(cw.states[this.family]);
      const after = [...this.items.keys()].filter((other) => order.indexOf(other) < order.indexOf(state)).pop();
      const previous = after ? this.items.get(after) : null;
      if (previous) { previous.part.after(part); previous.link.after(link); } else { this.bar.prepend(part); this.legend.prepend(link); }
      part.title = look.word;
      return { part, link, count };
    },
  },
};
