// A definition list of an object topic; only the facts that changed are written again.
export default {
  template: `<dl class="cw-facts"></dl>`,
  props: { topic: String, columns: Array },
  mounted() {
    const cw = window.cellwarden;
    this.state = {};
    this.lines = this.columns.map((column) => {
      const dt = cw.h("dt", "", column.label);
      const dd = cw.h("dd", { "data-field": column.field }, cw.h("span", { class: "cw-skeleton", style: "width: 90px" }));
      this.$el.append(dt, dd);
      return { column, dt, dd, imprint: null };
    });
    this.$el.append((this.none = cw.h("dd", { class: "none", hidden: true }, "Not reported yet.")));
    this.stop = cw.follow(this.topic, (value, full) => {
      this.state = full ? value : { ...this.state, ...value };
      for (const line of this.lines) {
        const imprint = cw.imprint(line.column, this.state);
        if (imprint === line.imprint) continue;
        line.dd.replaceChildren(cw.cell(line.column, this.state));
        if (line.imprint !== null && cw.glows(line.column)) cw.glow(line.dd);
        line.imprint = imprint;
        line.dt.hidden = line.dd.hidden = cw.blank(line.column, this.state) && !line.column.empty;
      }
      this.none.hidden = !this.lines.every((line) => line.dt.hidden);
    });
  },
  unmounted() { this.stop(); },
};
