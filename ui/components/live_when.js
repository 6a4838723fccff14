// What is inside is there only while a field of an object topic has one of these values.
export default {
  template: `<div class="cw-when"><slot /></div>`,
  props: { topic: String, field: String, values: Array, shown: Boolean, unless: Boolean },
  mounted() {
    const cw = window.cellwarden;
    let state = {};
    this.$el.hidden = !this.shown;
    this.stop = cw.follow(this.topic, (value, full) => {
      state = full ? value : { ...state, ...value };
      const seen = cw.get(state, this.field);
      this.$el.hidden = this.values.some((one) => one === (seen ?? null)) === this.unless;
    });
  },
  unmounted() { this.stop(); },
};
