// A text whose moments, written in UTC by the server, are shown in the zone of the page.
export default {
  template: `<span></span>`,
  props: { text: String },
  mounted() { this.$el.textContent = window.cellwarden.zoned(this.text); },
};
