// A command to copy, in one line.
export default {
  template: `<div></div>`,
  props: { text: String },
  mounted() { this.$el.append(window.cellwarden.command(this.text)); },
};
