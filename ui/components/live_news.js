// Tells the server that a topic has news.
export default {
  template: `<span hidden></span>`,
  props: { topic: String },
  mounted() { this.stop = window.cellwarden.follow(this.topic, () => this.$emit("news")); },
  unmounted() { this.stop(); },
};
