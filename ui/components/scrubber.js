// A slider over minutes: the tree, the counts and what was known, as they were then.
const WORDS = { to_come: "not yet", open: "open", over: "over" };
const MOST_KNOWN = 6;

export default {
  template: `<div class="cw-scrub"><label class="cw-label">Minute</label><input type="range" min="0" step="1" data-testid="scrub"><p class="cw-scrub-sum" data-testid="scrub-sum"></p><ul class="cw-lines"></ul><ol class="cw-scrub-known"></ol><p class="cw-ends"></p></div>`,
  props: { moments: Array, lines: Array, known: Array, first: Number, href: String },
  mounted() {
    const cw = window.cellwarden, [label, slider, sum, tree, known, foot] = this.$el.children;
    Object.assign(this, { slider, sum, tree, list: known });
    slider.id = `cw-scrub-${this.$.uid}`;
    label.htmlFor = slider.id;
    slider.max = this.moments.length - 1;
    slider.value = this.first;
    this.items = this.lines.map((line) => {
      const state = cw.h("span", "cw-quiet"), link = cw.h("a", { class: "cw-door", href: `/alerts/${line.id}` }, line.words);
      const item = cw.h("li", "", link, " ", state);
      item.style.marginInlineStart = `${16 * line.depth}px`;
      tree.append(item);
      return { item, state };
    });
    this.here = cw.h("a", { class: "cw-link" }, "Address of this minute");
    foot.append(this.here);
    slider.addEventListener("input", () => this.draw());
    this.draw();
  },
  methods: {
    draw() {
      const cw = window.cellwarden, moment = this.moments[Number(this.slider.value)];
      const those = moment.devices ? `, ${cw.number(moment.devices)} ${moment.devices === 1 ? "device" : "devices"} behind them` : "";
      const words = `${moment.clock}: ${moment.alerts} ${moment.alerts === 1 ? "alert" : "alerts"} open${those}`;
      this.slider.setAttribute("aria-valuetext", words);
      this.sum.textContent = words;
      this.lines.forEach((line, at) => {
        const state = line.from > moment.at ? "to_come" : line.to === null || line.to > moment.at ? "open" : "over";
        this.items[at].state.textContent = WORDS[state];
        this.items[at].item.dataset.state = state;
      });
      const told = this.known.filter((one) => one.at <= moment.at);
      const rest = told.length > MOST_KNOWN ? [cw.h("li", "cw-quiet", `${told.length - MOST_KNOWN} before that`)] : [];
      this.list.replaceChildren(...rest, ...told.slice(-MOST_KNOWN).map((one) => cw.h("li", "", cw.h("span", "cw-quiet", `${one.clock} `), one.text)));
      this.here.href = this.href + moment.at;
    },
  },
};
