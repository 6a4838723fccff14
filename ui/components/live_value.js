// One value of an object topic in the middle of a page: a text, a number, a state chip, an age.
export default {
  template: `<span class="cw-live"></span>`,
  props: { topic: String, column: Object, keep: Array, initial: String },
  mounted() {
    const cw = window.cellwarden;
    this.state = {};
    this.$el.textContent = this.initial ?? "";
    this.$el.hidden = this.keep.length > 0;
    this.imprint = null;
    this.stop = cw.follow(this.topic, (value, full) => {
      this.state = full ? value : { ...this.state, ...value };
      const imprint = cw.imprint(this.column, this.state);
      if (imprint === this.imprint) return;
      const known = cw.get(this.state, this.column.field);
      this.$el.hidden = this.keep.length > 0 ? !this.keep.includes(known) : cw.blank(this.column, this.state) && this.column.empty === "";
      this.$el.replaceChildren(cw.cell(this.column, this.state));
      if (this.imprint !== null && cw.glows(this.column)) cw.glow(this.$el);
      this.imprint = imprint;
    });
  },
  unmounted() { this.stop(); },
};
