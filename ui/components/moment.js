// A day and a time as the reader's clock shows them; the server is told the moment itself.
export default {
  template: `<input class="cw-input" type="datetime-local">`,
  props: { label: String, ahead: Number },
  mounted() {
    const input = this.$el, two = (number) => String(number).padStart(2, "0");
    const written = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
    const now = window.cellwarden.now();
    input.setAttribute("aria-label", this.label);
    input.min = written(new Date(now * 1000));
    input.value = written(new Date((now + this.ahead) * 1000));
    const tell = () => { const at = new Date(input.value).getTime() / 1000; this.$emit("moment", Number.isFinite(at) ? at : null); };
    input.addEventListener("change", tell);
    tell();
  },
};
