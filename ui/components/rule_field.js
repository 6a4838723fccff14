// A rule as it is typed: coloured behind a plain textarea, its wrong place underlined, the fields it can read one click away.
const TOKEN = /("(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(\/\/[^\n]*)|((?:device|tower)(?:\.\w+)+)|(\b(?:true|false|null|in|has|size|version|now|exists|all|matches|startsWith|endsWith|contains)\b)|(\b\d+(?:\.\d+)?\b)/g;
const PAUSE = 250; // ms after the last key

export default {
  template: `<div class="cw-rule">
    <div class="box" ref="box"><pre ref="back" aria-hidden="true"></pre><textarea ref="text" rows="3" aria-label="Rule" spellcheck="false" autocomplete="off" autocapitalize="off" data-testid="rule"></textarea></div>
    <p class="verdict" ref="said" role="status" data-testid="rule-verdict"></p>
    <div class="shelf"><input class="cw-input" ref="seek" type="search" placeholder="Find a field: patch, rsrp, tower…" aria-label="Find a field" autocomplete="off" spellcheck="false">
      <div class="list" ref="list"></div><div class="hints" ref="hints"></div></div></div>`,
  props: { text: String, fields: Object, examples: Array, verdict: Object },

  mounted() {
    const cw = window.cellwarden, { text, seek, hints } = this.$refs;
    this.n = 0;
    this.problem = null;
    text.value = this.text;
    text.addEventListener("input", () => this.changed());
    text.addEventListener("keyup", () => this.suggest());
    text.addEventListener("click", () => this.suggest());
    text.addEventListener("scroll", () => { this.$refs.back.scrollTop = text.scrollTop; });
    seek.addEventListener("input", () => this.offer(seek.value.trim().toLowerCase()));
    seek.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); this.$refs.list.querySelector("button")?.click(); } });
    hints.append(cw.h("span", "", "Examples"), ...this.examples.map((example) => cw.h("button", { type: "button", class: "cw-mono", onclick: () => this.put(0, text.value.length, example) }, example)));
    this.offer("");
    this.paint();
    this.tell();
  },
  unmounted() { clearTimeout(this.wait); },
  watch: { verdict() { this.tell(); }, text(wanted) { if (wanted !== this.$refs.text.value) { this.$refs.text.value = wanted; this.changed(); } } },

  methods: {
    changed() {
      this.n += 1;
      this.problem = null; // it may be gone; the server says so in a moment
      this.paint();
      clearTimeout(this.wait);
      this.wait = setTimeout(() => this.$emit("typed", { text: this.$refs.text.value, n: this.n }), PAUSE);
    },
    tell() {
      const { n, problem } = this.verdict;
      if (n && n !== this.n) return; // about a text that is no longer there
      this.problem = problem;
      const cw = window.cellwarden, said = this.$refs.said;
      said.classList.toggle("wrong", Boolean(problem));
      if (problem) {
        const place = cw.h("button", { type: "button", class: "cw-link", onclick: () => this.show() }, `Line ${problem.line}, column ${problem.column}`);
        said.replaceChildren(place, `: ${problem.words} `, ...(problem.instead ? [cw.h("button", { type: "button", class: "cw-btn", "data-testid": "rule-instead", onclick: () => this.replace() }, `Use ${problem.instead}`)] : []));
      } else said.replaceChildren(...(this.$refs.text.value.trim() ? [cw.shape({ tone: "ok", shape: "disc" }), "This is a rule. True means that the device complies."] : ["Say what is true of a device that complies."]));
      this.paint();
    },
    // From, to: the word or the text in quotes at the problem's line and column, at least one character wide.
    place() {
      const text = this.$refs.text.value, lines = text.split("\n");
      const before = lines.slice(0, this.problem.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
      const from = Math.min(text.length, before + this.problem.column - 1);
      const word = /^(?:[\w.]+|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/.exec(text.slice(from))?.[0] ?? text.slice(from, from + 1);
      return [from, from + word.length];
    },
    show() { this.$refs.text.focus(); this.$refs.text.setSelectionRange(...this.place()); },
    replace() { this.put(...this.place(), this.problem.instead); },
    put(from, to, words) {
      const text = this.$refs.text;
      text.focus();
      text.setSelectionRange(from, to);
      // the old way keeps the field's own undo; where it is gone the text is set
      if (!document.execCommand("insertText", false, words)) { text.setRangeText(words, from, to, "end"); this.changed(); }
    },

    paint() {
      const cw = window.cellwarden, text = this.$refs.text.value, kinds = ["string", "note", "path", "word", "number"];
      const [from, to] = this.problem ? this.place() : [-1, -1];
      const nodes = [];
      // A run of one colour, cut where the mark begins and ends.
      const run = (start, end, kind) => {
        for (const [a, b] of [[start, Math.min(end, Math.max(start, from))], [Math.max(start, from), Math.min(end, to)], [Math.max(start, Math.min(end, to)), end]]) {
          if (a >= b) continue;
          const marked = a >= from && b <= to;
          nodes.push(kind || marked ? cw.h("span", `${kind}${marked ? " wrong" : ""}`, text.slice(a, b)) : text.slice(a, b));
        }
      };
      let at = 0;
      for (const hit of text.matchAll(TOKEN)) {
        run(at, hit.index, "");
        run(hit.index, hit.index + hit[0].length, kinds[hit.slice(1).findIndex(Boolean)]);
        at = hit.index + hit[0].length;
      }
      run(at, text.length, "");
      if (this.problem && from >= text.length) nodes.push(cw.h("span", "wrong", " ")); // something is missing at the end
      this.$refs.back.replaceChildren(...nodes, "\n");
    },

    // ---- the fields
    word() {
      const text = this.$refs.text, before = /[\w.]*$/.exec(text.value.slice(0, text.selectionStart))[0];
      const after = /^[\w.]*/.exec(text.value.slice(text.selectionStart))[0];
      return { from: text.selectionStart - before.length, to: text.selectionStart + after.length, before, whole: before + after };
    },
    suggest() {
      if (this.$refs.seek.value) return;
      const { before } = this.word();
      this.offer(/^(device|tower)/.test(before) ? before.toLowerCase() : "");
    },
    offer(wanted) {
      if (wanted === this.offered) return;
      this.offered = wanted;
      const cw = window.cellwarden, all = Object.entries(this.fields).sort(([a], [b]) => a.localeCompare(b));
      const fits = all.filter(([path]) => path.toLowerCase().includes(wanted));
      const shown = fits.length ? fits : all; // what is being typed names nothing: show what there is
      this.$refs.list.replaceChildren(...shown.map(([path, type]) => cw.h("button", { type: "button", "data-field": path, onclick: () => this.insert(path) }, cw.h("span", "cw-mono", path), cw.h("span", "type", type))));
    },
    insert(path) {
      const { from, to, whole } = this.word(), text = this.$refs.text;
      // A half-typed path is completed, a whole other word is left alone.
      if (whole && path.startsWith(whole)) this.put(from, to, path);
      else this.put(text.selectionStart, text.selectionEnd, path);
      this.$refs.seek.value = "";
    },
  },
};
