// A form whose content is kept by the browser (drafts.js) until it is saved. What is typed is kept at once; what the server knows follows.
const FRESH = 1500; // ms in which what was typed counts more than what the server last knew

export default {
  template: `<div class="cw-draft"><div ref="line" class="cw-restored" hidden></div><slot /></div>`,
  props: { name: String, ids: Object, base: String },
  mounted() {
    const cw = window.cellwarden;
    this.fields = this.ids ?? {};
    this.known = { values: {}, rows: {} };
    this.typed = new Map(); // name -> [text, when]
    this.$el.addEventListener("input", (event) => this.heard(event.target));
    this.$el.addEventListener("click", (event) => { if (event.target.closest("[data-discards]")) cw.drafts.forget(this.name); });
    const found = cw.drafts.get(this.name, Boolean(this.$el.closest(".q-dialog")), () => this.forgotten());
    if (found) cw.drafts.ready(() => this.restore(found));
  },
  unmounted() { window.cellwarden.drafts.close(this.name); },
  methods: {
    heard(target) {
      if (target.type === "search" || target.type === "password") return;
      const name = this.fields[target.closest(Object.keys(this.fields).map((id) => `#${id}`).join() || "none")?.id];
      if (!name) return;
      this.typed.set(name, [target.value, Date.now()]);
      this.focus = name;
      this.keep();
    },
    keep() {
      const values = { ...this.known.values };
      for (const [name, [text]] of this.typed) values[name] = text;
      window.cellwarden.drafts.put(this.name, { values, rows: this.known.rows, base: this.from ?? this.base, focus: this.focus });
    },
    restore(found) {
      this.known = { values: found.values, rows: found.rows };
      this.from = found.base;
      this.focus = found.focus;
      window.cellwarden.drafts.put(this.name, { ...found, at: found.at });
      this.$emit("restore", { values: found.values, rows: found.rows });
      const h = window.cellwarden.h, at = window.cellwarden.drafts.when(found.at);
      this.$refs.line.replaceChildren(
        h("p", { role: "status" }, `Restored what you had typed at ${at}.`, found.base === this.base ? null : " What it began from has been changed since: compare before you save."),
        h("button", { type: "button", class: "cw-btn", "data-testid": "discard", onclick: () => this.discard() }, "Discard"));
      this.$refs.line.hidden = false;
      this.back = found.focus;
    },
    discard() {
      window.cellwarden.drafts.forget(this.name);
      this.$emit("discard");
      this.$refs.line.nextElementSibling?.querySelector("input, textarea, button")?.focus();
    },
    // The server's own words for these; called by it.
    told({ ids, values, rows }) {
      this.fields = ids;
      for (const [name, [, at]] of this.typed) if (values[name] !== undefined || Date.now() - at > FRESH) this.typed.delete(name);
      this.known = { values, rows };
      this.keep();
      if (this.back) this.refocus();
    },
    refocus() {
      const id = Object.keys(this.fields).find((one) => this.fields[one] === this.back), root = id && document.getElementById(id);
      this.back = null;
      const field = root?.matches("input, textarea") ? root : root?.querySelector("input, textarea");
      if (!field || (document.activeElement !== document.body && !document.activeElement?.closest(".q-dialog"))) return;
      field.focus({ preventScroll: false });
      if (field.setSelectionRange && field.type !== "email") field.setSelectionRange(field.value.length, field.value.length);
    },
    forgotten() {
      this.typed.clear();
      this.known = { values: {}, rows: {} };
      this.from = null;
      this.$refs.line.hidden = true;
    },
  },
};
