// Ways to keep what is shown once: copied, as a file, on paper.
export default {
  template: `<div class="cw-keep"></div>`,
  props: { text: String, what: String, file: String },
  mounted() {
    const h = window.cellwarden.h, what = this.what;
    const copy = h("button", { type: "button", class: "cw-btn", onclick: async () => {
      try { await navigator.clipboard.writeText(this.text); }
      catch { getSelection().selectAllChildren(this.$el.previousElementSibling); return; } // no clipboard over plain HTTP: select it for the person
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = `Copy ${what}`; }, 1200);
    } }, `Copy ${what}`);
    this.address = URL.createObjectURL(new Blob([`${this.text}\n`], { type: "text/plain" }));
    this.$el.append(copy,
      h("a", { class: "cw-btn", download: this.file, href: this.address }, `Download ${what}`),
      h("button", { type: "button", class: "cw-btn", onclick: () => print() }, `Print ${what}`));
  },
  unmounted() { URL.revokeObjectURL(this.address); },
};
