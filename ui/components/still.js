// The nodes that the first picture holds, taken over as they are; where there was none the page is asked for once more.
export default {
  template: `<div></div>`,
  props: { name: String },
  async mounted() {
    const place = (root) => root.querySelector(`#cw-first [data-still="${CSS.escape(this.name)}"]`);
    const drawn = place(document) ?? place(new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html"));
    if (!drawn) return;
    const move = this.$el.moveBefore && drawn.ownerDocument === document ? "moveBefore" : "insertBefore"; // which keeps the focus, where there is such a thing
    while (drawn.firstChild) this.$el[move](drawn.firstChild, null);
    this.$emit("taken");
  },
};
