// An age that keeps itself current.
export default {
  template: `<span></span>`,
  props: { at: Number, mode: String },
  mounted() { this.$el.replaceChildren(window.cellwarden.age(this.at, this.mode)); },
};
