// Chips to press: one of several, or any number of them.
export default {
  template: `<div class="cw-choices"></div>`,
  props: { label: String, options: Array, picked: Array, many: Boolean },
  mounted() {
    const cw = window.cellwarden;
    const on = new Set(this.picked);
    this.$el.setAttribute("role", this.many ? "group" : "radiogroup");
    this.$el.setAttribute("aria-label", this.label);
    const show = () => { for (const chip of this.$el.children) chip.setAttribute(this.many ? "aria-pressed" : "aria-checked", String(on.has(chip.dataset.value))); };
    this.$el.append(...this.options.map(([value, word]) => cw.h("button", { type: "button", class: "cw-choice", role: this.many ? null : "radio", "data-value": value, onclick: () => {
      if (!this.many) { if (on.has(value)) return; on.clear(); on.add(value); } else if (!on.delete(value)) on.add(value);
      show();
      this.$emit("chosen", [...on]);
    } }, word)));
    show();
    this.press = (picked) => { on.clear(); for (const value of picked) on.add(value); show(); };
  },
  watch: { picked(now) { this.press(now); } },
};
