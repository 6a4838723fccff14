// What is down, how many it hurts, since when, who has it, and one big button: for one hand in the dark.
const SETTLES = 100; // ms from the finger going up to its click

export default {
  template: `<div class="cw-night cw-alerts" data-cw-acts><p class="cw-night-sum" role="status"></p><button class="cw-btn" type="button" data-testid="take-all" hidden></button><ol></ol><p class="cw-quiet"></p></div>`,
  props: { topic: String, may: Boolean },
  mounted() {
    const cw = window.cellwarden, [sum, every, list, rest] = this.$el.children, drawn = new Map();
    let ids = [], matched = 0, free = [], isHeld = false, isLate = false, settling;
    every.onclick = () => cw.asks.take(free);
    const rows = new Map();
    if (!this.may) this.$el.removeAttribute("data-cw-acts");
    const draw = () => {
      isLate = isHeld;
      if (isHeld) return;
      const seen = ids.map((id) => rows.get(id)).filter(Boolean);
      free = seen.filter((row) => row.state === "open" && !row.assigned_to).map((row) => row.id);
      const waiting = free.length;
      const all = Math.max(matched, seen.length), more = all - seen.length;
      const stand = waiting ? `${more ? "at least " : ""}${waiting} with nobody on it` : more ? `the gravest ${seen.length} are seen to` : "all are seen to";
      cw.put(sum, all ? `${cw.number(all)} open, ${stand}` : "All quiet. Nothing is open.", false);
      cw.put(rest, more ? `${cw.number(more)} more, less grave, are in the inbox.` : "", false);
      every.hidden = !this.may || waiting < 2; // of many that fail at once each by itself would be a night of pressing
      cw.put(every, `I have ${more ? "these" : "all"} ${cw.number(waiting)}`, false);
      cw.keepFocus(list, () => {
        for (const [id, node] of drawn) if (!ids.includes(id)) { node.remove(); drawn.delete(id); }
        seen.forEach((row, at) => {
          const imprint = JSON.stringify(row), known = drawn.get(row.id);
          let node = known;
          if (!known || known.dataset.imprint !== imprint) {
            node = this.item(cw, row);
            node.dataset.imprint = imprint;
            const held = known?.contains(document.activeElement);
            known?.replaceWith(node);
            if (held) (node.querySelector("button") ?? node).focus({ preventScroll: true });
            drawn.set(row.id, node);
          }
          if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
        });
      });
    };
    // Nothing moves under a finger that is down: what it presses is what it has seen.
    const release = () => { settling = setTimeout(() => { isHeld = false; if (isLate) draw(); }, SETTLES); };
    this.$el.addEventListener("pointerdown", () => { clearTimeout(settling); isHeld = true; });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release);
    const stop = cw.follow(this.topic, (value, full) => {
      if (full) rows.clear();
      for (const row of value.rows ?? []) rows.set(row.id, { ...rows.get(row.id), ...row });
      ids = value.ids ?? ids;
      matched = value.matched ?? matched;
      draw();
    }, (text) => cw.put(sum, text, false));
    this.stop = () => { stop(); clearTimeout(settling); for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, release); };
  },
  unmounted() { this.stop(); },
  methods: {
    item(cw, row) {
      const h = cw.h, hurt = row.devices ? `${cw.number(row.devices)} ${row.devices === 1 ? "device" : "devices"}` : "no device";
      const who = row.assigned_to ? h("b", "", `${row.assigned_to} has it`) : row.acknowledged_by ? h("span", "", `Acknowledged by ${row.acknowledged_by}`) : row.is_snoozed ? h("span", "", `Snoozed by ${row.snoozed_by}`) : h("b", "cw-bad-ink", "Nobody has it");
      const button = (words, test, ask, tone) => h("button", { class: `cw-btn ${tone}`, type: "button", "data-testid": test, onclick: () => cw.asks[ask]([row.id]) }, words);
      return h("li", { "data-row": row.id, "data-href": `/alerts/${encodeURIComponent(row.id)}`, tabindex: "-1" },
        h("div", "cw-row", cw.state("severity", row.severity, { how: "chip" }), row.raised_at ? cw.age(row.raised_at, "for") : null, row.raised_at ? h("span", "cw-quiet", cw.ageText(row.raised_at, "since")) : null),
        h("a", { class: "cw-strong", dir: "auto", href: `/alerts/${encodeURIComponent(row.id)}` }, row.name),
        h("div", "cw-quiet", `Hurts ${hurt}${row.beneath ? `, ${row.beneath} beneath` : ""}${row.why ? ` · ${row.why}` : ""}`),
        h("div", "cw-row", who, row.quiet_until ? cw.age(row.quiet_until, "until") : null, row.unsure ? cw.unsure(row.unsure) : null),
        h("a", { class: "cw-link", href: `/alerts/${encodeURIComponent(row.id)}/incident` }, "Incident report"),
        this.may ? h("div", "cw-night-acts", row.state === "acknowledged" && row.assigned_to ? (row.assigned_id === cw.own() ? null : button("Take over", "take", "take", "")) : button("I have it", "take", "take", "primary big"), button("More…", "more", "more", "")) : null);
    },
  },
};
