// A button that opens what is needed seldom: the buttons built inside. Escape, a choice, or a click elsewhere closes it.
export default {
  template: `<div class="cw-more"><button ref="button" class="cw-btn" type="button" :aria-label="label + ' actions'" aria-haspopup="true" aria-expanded="false" @click="toggle" @keydown.down.prevent="open">{{ label }}</button>
    <div ref="pop" class="cw-pop" role="group" :aria-label="label" hidden @click="chosen" @keydown.esc.stop="leave" @keydown.down.prevent="step(1)" @keydown.up.prevent="step(-1)"><slot /></div></div>`,
  props: { label: String },
  mounted() {
    this.elsewhere = (event) => { if (!this.$el.contains(event.target)) this.close(); };
    this.$el.addEventListener("focusout", (event) => { if (event.relatedTarget && !this.$el.contains(event.relatedTarget)) this.close(); });
  },
  unmounted() { document.removeEventListener("pointerdown", this.elsewhere, true); },
  methods: {
    toggle() { if (this.$refs.pop.hidden) this.open(); else this.close(); },
    open() {
      this.$refs.pop.hidden = false;
      this.$refs.button.setAttribute("aria-expanded", "true");
      document.addEventListener("pointerdown", this.elsewhere, true);
      this.stops()[0]?.focus({ preventScroll: true });
    },
    close() {
      this.$refs.pop.hidden = true;
      this.$refs.button.setAttribute("aria-expanded", "false");
      document.removeEventListener("pointerdown", this.elsewhere, true);
    },
    leave() { this.close(); this.$refs.button.focus(); },
    chosen(event) { if (event.target.closest("button")) { this.$refs.button.focus(); this.close(); } }, // a dialog gives the focus back to the button
    stops() { return [...this.$refs.pop.querySelectorAll("button, a")].filter((node) => node.checkVisibility()); },
    step(by) {
      const stops = this.stops();
      stops[(stops.indexOf(document.activeElement) + by + stops.length) % stops.length]?.focus();
    },
  },
};
