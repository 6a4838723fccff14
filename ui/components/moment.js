// A day and a time in the zone of the page, which stands below; the server is told the moment itself.
export default {
  template: `<div style="width: 100%"><input class="cw-input" type="datetime-local"><p class="cw-hint"></p></div>`,
  props: { label: String, ahead: Number },
  mounted() {
    const cw = window.cellwarden, [input, hint] = this.$el.children, minutes = (at) => Math.floor(at / 60) * 60;
    input.setAttribute("aria-label", this.label);
    input.min = cw.written(minutes(cw.now()));
    input.value = cw.written(minutes(cw.now() + this.ahead));
    hint.textContent = `Time in ${cw.zone}`;
    const tell = () => this.$emit("moment", cw.moment(input.value, true));
    input.addEventListener("change", tell);
    tell();
  },
};
