// A live window on a list: the server sorts, pages, searches and filters by the topic's query; this keeps the rows in step, cell by cell.
const UNREAD = "Not read: no connection";

export default {
  template: `
    <div class="cw-table" :class="{tall, filed: file}">
      <div class="cw-tools" ref="tools"><div ref="left" class="cw-row" style="display: contents"></div><div class="ends"><span ref="asof" class="cw-asof" hidden></span><span ref="sum" class="sum"></span><span ref="desk" style="display: contents"></span><slot /></div></div>
      <div ref="box"></div>
    </div>`,
  props: { topic: String, columns: Array, noun: Array, sort: String, size: Number, search: String, filters: Array, rowHref: String,
    actions: Array, bulk: Array, empty: Object, framed: Boolean, tall: Boolean, linked: Boolean, heads: Boolean, bare: Boolean, counted: String, most: Number, file: Boolean },

  mounted() {
    const cw = window.cellwarden;
    const [base, fixed] = this.topic.split("?");
    this.base = base;
    this.fixed = Object.fromEntries(new URLSearchParams(fixed ?? ""));
    this.see(this.linked ? cw.address.read() : {});
    this.picked = new Set();
    this.rows = new Map();
    this.drawn = new Map();
    this.build(cw);
    this.watch = new ResizeObserver(() => this.fold(true));
    this.watch.observe(this.$el);
    this.fold(true);
    if (this.linked) {
      history.scrollRestoration = "manual";
      if (cw.place.came()) this.pickAgain(this.kept = cw.place.kept());
      cw.place.picks = () => (this.every ? [] : [...this.picked]);
      cw.place.unpick = () => this.unpick();
      addEventListener("popstate", this.back);
      addEventListener("pagehide", cw.place.keep);
    }
    this.follow();
  },
  unmounted() { this.watch.disconnect(); removeEventListener("popstate", this.back); removeEventListener("pagehide", window.cellwarden.place.keep); this.stop?.(); this.uncount?.(); clearTimeout(this.wait); clearTimeout(this.typing); },

  methods: {
    // ---- the window and its topic
    see(asked) {
      this.saved = asked.view ?? ""; // the view that was opened, whose columns these are
      this.view = { sort: asked.sort ?? this.sort ?? "", page: asked.page ?? 0, q: asked.q ?? "" };
      const meant = (f, value) => (f.meant && value ? [...new Set(value.split(",").flatMap((word) => (f.meant[word.trim()] ?? word).split(",")))].join(",") : value);
      const chosen = this.filters.flatMap((f) => [[f.field, meant(f, asked[f.field] ?? f.value ?? "")], ...(f.until ? [[f.until, asked[f.until] ?? ""]] : [])]);
      this.chosen = Object.assign(this.chosen ?? {}, Object.fromEntries(chosen)); // the chips hold on to it
    },
    // The reader went back or on in the history.
    back() {
      if (this.query(false) === location.search.slice(1)) return; // within this view, such as to its beginning
      this.see(window.cellwarden.address.read());
      this.kept = window.cellwarden.place.kept();
      this.picked.clear();
      this.every = false;
      this.pickAgain(this.kept);
      this.showChosen();
      this.follow();
    },
    pickAgain(kept) { if (this.bulk?.length) for (const id of kept?.picked ?? []) this.picked.add(id); },
    query(all, narrowing = false) {
      const parts = [];
      const add = (key, value) => parts.push(`${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
      const { sort, page, q } = this.view;
      if (!narrowing && sort && (all || sort !== this.sort)) add("sort", sort);
      if (all) add("page", page); else if (page && !narrowing) add("page", page + 1);
      if (all) add("size", this.size);
      if (q) add("q", q);
      if (!all && !narrowing && this.saved) add("view", this.saved);
      const rest = all ? { ...this.fixed, ...this.chosen } : this.chosen;
      for (const key of Object.keys(rest).sort()) if (rest[key]) add(key, rest[key]);
      return parts.join("&");
    },
    follow(push = false) {
      this.stop?.(); clearTimeout(this.wait);
      if (this.linked) window.cellwarden.address.write(this.query(false), push);
      window.cellwarden.narrowTo(this.base, this.query(false, true));
      // Old rows stay, dimmed if the answer takes long, so that nothing jumps.
      this.wait = setTimeout(() => this.$el.classList.add("waiting"), 150);
      this.live = this.bare ? this.topic : `${this.base}?${this.query(true)}`;
      this.stop = window.cellwarden.follow(this.live, this.apply, this.refused);
      if (this.uncount) this.countChoices(true);
      this.unread = window.cellwarden.wire.standing().state === "offline"; // the rows that are there answer another question
      if (this.unread) { this.$refs.sum.textContent = UNREAD; window.cellwarden.speak(`${UNREAD}.`); }
    },
    // Another page or order shows other rows of the same list; a search or a filter makes another list, of which nothing is picked.
    move(change) {
      if (!("page" in change || "sort" in change)) { this.picked.clear(); this.every = false; }
      const goesOn = "q" in change && this.typed; // a search that is still being typed is one entry of the history
      this.typed = "q" in change;
      Object.assign(this.view, { page: 0 }, change);
      this.follow(!goesOn);
    },
    // What each choice of the filters would find, told by a topic of its own while a menu is open.
    countChoices(open) {
      this.uncount?.();
      this.uncount = open ? window.cellwarden.follow(`${this.counted}?${this.query(true)}`, (value) => this.facets(value), () => {}) : null;
    },
    facets(value) { for (const [field, counts] of Object.entries(value.facets ?? {})) this.chips[field]?.counts(counts); },

    // Where rows do not fit beside each other, columns that can be missed make room; where that is not enough, or the window is narrow,
    // rows become cards, until there is more room.
    fold(resized) {
      const list = this.$el.classList, box = this.body.closest(".cw-table-wrap"), room = this.$el.clientWidth, narrow = innerWidth < 1000;
      if (!room || (!resized && list.contains("cards"))) return;
      if (resized) list.toggle("cards", narrow || room <= (this.least ?? 0));
      if (narrow || !this.ids || list.contains("cards")) return;
      const over = () => box.scrollWidth > box.clientWidth + 1;
      list.remove("tight");
      if (over()) list.add("tight");
      if (over()) { this.least = room; list.add("cards"); }
    },

    // ---- frames
    apply(value, full, asOf) {
      clearTimeout(this.wait);
      this.unread = false;
      this.$refs.asof.hidden = !asOf;
      if (asOf) this.$refs.asof.replaceChildren(window.cellwarden.age(asOf, "asof"));
      this.$el.classList.remove("waiting");
      if (full) { this.rows = new Map(value.rows.map((row) => [row.id, { ...row }])); this.ids = value.ids ?? [...this.rows.keys()]; }
      else {
        for (const row of value.rows ?? []) this.rows.set(row.id, { ...this.rows.get(row.id), ...row });
        if (value.ids) this.ids = value.ids;
      }
      // A row that we were never told in full cannot be drawn: ask for the whole window.
      const first = this.columns[0].field.split(".")[0];
      if (!full && this.ids.some((id) => this.rows.get(id)?.[first] === undefined)) { window.cellwarden.again(this.live); return; }
      if (value.total !== undefined) this.total = value.total;
      if (value.matched !== undefined) this.matched = value.matched;
      if (full && value.total === undefined) this.total = this.matched = this.ids.length;
      this.facets(value);
      this.draw(!full);
      this.fold(false); // also what a row says now may need more room
      if (full) this.kept = this.kept && window.cellwarden.place.restore(this.kept, this.body);
    },
    refused(text) {
      clearTimeout(this.wait);
      this.unread = false;
      this.$el.classList.remove("waiting");
      const words = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.?$/, ".");
      const way = this.narrowed() ? { label: "Clear search and filters", act: () => this.clear() } : { label: "Try again", act: () => this.follow() };
      this.head.hidden = true;
      this.body.replaceChildren(this.lone(window.cellwarden.note({ title: "This list is not available", text: words, tone: "bad", ...way })));
      this.drawn.clear();
    },

    // ---- the parts around the rows
    build(cw) {
      const h = cw.h;
      this.chips = {};
      if (this.search) {
        this.seek = h("input", { class: "cw-input", type: "search", placeholder: this.search, "aria-label": this.search, value: this.view.q, autocomplete: "off", spellcheck: "false" });
        this.seek.addEventListener("input", () => {
          clearTimeout(this.typing);
          this.typing = setTimeout(() => this.move({ q: this.seek.value.trim() }), 200);
        });
        this.seek.addEventListener("keydown", (event) => { if (event.key === "Escape" || event.key === "ArrowDown") { event.preventDefault(); this.seek.blur(); this.body.querySelector("[data-row]")?.focus(); } });
        this.$refs.left.append(h("div", "seek", this.seek));
      }
      for (const filter of this.filters) {
        const chip = filter.until ? cw.spanChip(filter, this.chosen, (ends) => this.move({}, Object.assign(this.chosen, ends))) : cw.filterChip(filter, this.chosen[filter.field], (value) => { this.chosen[filter.field] = value; this.move({}); }, this.counted ? (open) => this.countChoices(open) : undefined);
        this.chips[filter.field] = chip;
        chip.node.hidden = filter.extra && !this.chosen[filter.field];
        this.$refs.left.append(chip.node);
      }
      if (this.filters.some((filter) => filter.extra)) this.$refs.left.append(cw.moreFilters(this.filters, this.chips));
      const told = {
        list: this.base, columns: this.columns, view: () => this.saved, query: () => [...Object.entries(this.fixed).map(([key, value]) => `${key}=${encodeURIComponent(value)}`), this.query(false, true)].filter(Boolean).join("&") + (this.view.sort ? `&sort=${this.view.sort}` : ""),
        leave: () => { this.saved = ""; cw.address.write(this.query(false), false); }, arrange: () => this.draw(false), shown: () => this.shown,
      };
      const tools = this.linked ? cw.deskTools(told) : [];
      this.$refs.desk.append(...(!tools.length && this.file ? [cw.fileOf(told)] : tools));
      this.choice = h("div", { class: "cw-row choice", hidden: true });
      this.$refs.left.append(this.choice);
      this.$refs.tools.hidden = !this.search && !this.filters.length && !this.$slots.default?.().length && !this.bulk.length && !this.file;

      this.all = h("input", { type: "checkbox", "aria-label": "Select all on this page" });
      this.all.addEventListener("change", () => {
        if (!this.all.checked) this.every = false;
        for (const id of this.ids ?? []) if (this.all.checked) this.picked.add(id); else this.picked.delete(id);
        this.draw(false);
      });
      this.head = h("tr", "");
      this.arrange(cw);
      this.body = h("tbody", "", ...cw.bones(Math.min(this.size, 8), this.shown, this.cls, this.bulk.length, this.actions.length));
      this.body.addEventListener("pointerover", (event) => {
        const td = event.target.closest("td[data-field]"); // what does not fit is told on pointing at it
        if (td) td.title = [td, ...td.children].some((part) => part.scrollWidth > part.clientWidth) ? td.textContent : "";
      });
      this.pages = h("div", { class: "cw-pages", hidden: true });
      const table = h("table", "", this.heads ? h("thead", "", this.head) : null, this.body);
      const box = h("div", this.framed ? "cw-table framed" : "", h("div", "cw-table-wrap", table), this.pages);
      this.$refs.box.append(box);
    },
    arrange(cw) { // the columns that the filters call for, with their heads; rows are drawn anew when those are others than before
      const shown = cw.fitting(this.linked ? cw.arranged(this.columns, this.base, this.saved) : this.columns, { ...this.fixed, ...this.chosen });
      if (this.shown?.length === shown.length && shown.every((column, at) => column === this.shown[at])) return;
      this.shown = shown;
      const heads = shown.map((column) => cw.heading(column, this.cls(column), () => this.view.sort, (sort) => { this.move({ sort }); this.sorted(); }));
      this.head.replaceChildren(...[this.bulk.length ? cw.h("th", { class: "pick", scope: "col" }, this.all) : null, ...heads,
        this.actions.length ? cw.h("th", { scope: "col" }, cw.h("span", "cw-sr", "Actions")) : null].filter(Boolean));
      for (const drawn of this.drawn.values()) drawn.tr.remove();
      this.drawn.clear();
    },
    cls(column) { return [column.align === "right" && "right", column.room === "wide" && "roomy", column.room === "narrow" && "phone-only", column.grow && "grow"].filter(Boolean).join(" ") || null; },
    sorted() { for (const th of this.head.children) th.show?.(); },
    lone(node) {
      const td = window.cellwarden.h("td", { colspan: this.shown.length + Number(this.bulk.length > 0) + Number(this.actions.length > 0) }, node);
      return window.cellwarden.h("tr", "lone", td);
    },

    // ---- the rows
    draw(glow) { window.cellwarden.keepFocus(this.body, () => this.redraw(glow)); },
    redraw(glow) {
      const cw = window.cellwarden, shown = new Set(this.ids);
      this.arrange(cw);
      for (const [id, drawn] of this.drawn) if (!shown.has(id)) { drawn.tr.remove(); this.drawn.delete(id); if (this.matched <= this.size) this.picked.delete(id); } // else it is on another page
      for (const node of [...this.body.children]) if (!node.dataset.row) node.remove();
      let before = this.body.firstChild;
      for (const id of this.ids) {
        const row = this.rows.get(id);
        if (!row) continue;
        let drawn = this.drawn.get(id);
        if (drawn) this.touch(cw, drawn, row, glow);
        else this.drawn.set(id, (drawn = this.row(cw, row, glow)));
        if (drawn.tr !== before) this.body.insertBefore(drawn.tr, before); else before = before.nextSibling;
      }
      for (const id of [...this.rows.keys()]) if (!shown.has(id)) this.rows.delete(id);
      if (!this.ids.length) this.body.append(this.lone(this.nothing(cw)));
      this.head.hidden = !this.ids.length && !this.narrowed(); // heads of nothing are in the way of what it says
      this.count(cw);
    },
    row(cw, row) {
      const h = cw.h;
      const tr = h("tr", { "data-row": row.id, tabindex: "-1" });
      const drawn = { tr, cells: [], row };
      if (this.bulk.length) {
        drawn.box = h("input", { type: "checkbox", "aria-label": `Select ${row.name ?? row.id}` });
        drawn.box.addEventListener("change", () => {
          if (this.every) { this.every = false; this.picked = new Set(this.ids); }
          if (drawn.box.checked) this.picked.add(row.id); else this.picked.delete(row.id);
          this.draw(false);
        });
        tr.append(h("td", "pick", drawn.box));
      }
      for (const column of this.shown) {
        const td = h("td", { class: this.cls(column), "data-phone": column.phone, "data-field": column.field, style: column.width ? `--wide: ${column.width}` : null });
        drawn.cells.push({ td, column, imprint: null });
        tr.append(td);
      }
      if (this.actions.length) tr.append((drawn.acts = h("td", "acts")));
      tr.addEventListener("click", (event) => {
        if (!tr.dataset.href || event.target.closest("a, button, input") || String(getSelection())) return;
        if (event.ctrlKey || event.metaKey) open(tr.dataset.href, "_blank"); else location.assign(tr.dataset.href);
      });
      this.touch(cw, drawn, row, false);
      return drawn;
    },
    touch(cw, drawn, row, glow) {
      drawn.row = row;
      const href = this.rowHref ? cw.href(this.rowHref, row) : null;
      if (href) drawn.tr.dataset.href = href;
      for (const cell of drawn.cells) {
        const imprint = cw.imprint(cell.column, row);
        if (imprint === cell.imprint) continue;
        cell.td.replaceChildren(cw.cell(cell.column, row));
        cell.td.toggleAttribute("data-blank", cw.blank(cell.column, row)); // a phone has no room for what is not known
        if (glow && cell.imprint !== null && cw.glows(cell.column)) cw.glow(cell.td);
        cell.imprint = imprint;
      }
      drawn.tr.toggleAttribute("data-unsure", Boolean(row.unsure));
      if (drawn.acts) this.offer(cw, drawn, row);
      else if (drawn.unsure?.dataset.unsure !== (row.unsure ?? undefined)) {
        drawn.unsure?.remove();
        drawn.unsure = row.unsure ? cw.unsure(row.unsure) : undefined;
        if (row.unsure) (drawn.cells.find(({ column }) => column.phone === "title") ?? drawn.cells[0]).td.append(drawn.unsure);
      }
      this.mark(drawn);
    },
    offer(cw, drawn, row) {
      const fits = this.actions.filter((action) => (!action.when || action.when.includes(cw.get(row, action.field))) && !action.unless?.includes(cw.get(row, action.field)));
      const imprint = [row.unsure, ...fits.map((action) => action.name)].join();
      if (drawn.offered === imprint) return;
      drawn.offered = imprint;
      drawn.acts.replaceChildren(...[row.unsure && cw.unsure(row.unsure), ...fits.map((action) => cw.h("button", { class: `cw-btn ${action.tone ?? ""}`, type: "button", "data-act": action.name,
        onclick: () => (action.own ? cw.asks[action.own]([row.id]) : this.$emit("act", { action: action.name, id: row.id, row: drawn.row })) }, action.label))].filter(Boolean));
    },
    mark(drawn) {
      if (!drawn.box) return;
      const on = this.every || this.picked.has(drawn.row.id);
      drawn.box.checked = on;
      if (on) drawn.tr.setAttribute("aria-selected", "true"); else drawn.tr.removeAttribute("aria-selected");
    },
    unpick() {
      this.picked.clear();
      this.every = false;
      for (const drawn of this.drawn.values()) this.mark(drawn);
      this.count(window.cellwarden);
    },
    narrowed() { return Boolean(this.view.q) || this.filters.some((filter) => this.chosen[filter.field] !== (filter.value ?? "") || this.chosen[filter.until]); },
    nothing(cw) {
      if (!this.narrowed()) return cw.note(this.empty);
      return cw.note({ title: `No ${this.noun[1]} match`, text: "Nothing fits this search and these filters together.", label: "Clear search and filters", act: () => this.clear() });
    },
    clear() {
      for (const filter of this.filters) { this.chosen[filter.field] = filter.value ?? ""; if (filter.until) this.chosen[filter.until] = ""; }
      this.view.q = "";
      this.showChosen();
      this.move({});
    },
    showChosen() {
      for (const { field, extra } of this.filters) {
        this.chips[field].reset(this.chosen[field]);
        if (extra && this.chosen[field]) this.chips[field].node.hidden = false;
      }
      if (this.seek) this.seek.value = this.view.q;
      this.sorted();
    },
    turn(page, button) {
      this.move({ page });
      if (!window.cellwarden.wire.open) window.cellwarden.sayAt(button, UNREAD);
      // The next page begins at its top, unless that is in view.
      if (this.$el.getBoundingClientRect().top < parseFloat(getComputedStyle(this.$el).scrollMarginTop)) this.$el.scrollIntoView();
    },
    count(cw) {
      const { page } = this.view, matched = this.matched ?? 0, total = this.total ?? 0;
      const noun = this.noun[total === 1 ? 0 : 1];
      this.$refs.sum.textContent = this.unread ? UNREAD : total === matched ? `${cw.number(total)} ${noun}` : `${cw.number(matched)} of ${cw.number(total)} ${noun}`;
      const some = this.every || this.picked.size > 0;
      this.all.checked = some && this.ids.length > 0 && this.ids.every((id) => this.every || this.picked.has(id));
      this.choice.hidden = !some;
      this.$refs.tools.classList.toggle("picking", some);
      if (some) this.choose(cw, matched);
      this.pages.hidden = this.bare || matched <= this.size;
      if (!this.pages.hidden) cw.pager(this.pages, { page, size: this.size, matched }, this.turn);
      else if (page && !this.ids.length && matched) { this.view.page = 0; this.follow(); }
    },
    tell(words) { window.cellwarden.toast({ words, label: "Undo", press: () => this.$emit("undo") }); },
    choose(cw, matched) {
      const { every, picked, most } = this, away = [...picked].filter((id) => !this.ids.includes(id)).length;
      cw.picks(this.choice, { every, count: picked.size, away, matched, most, whole: this.all.checked, bulk: this.bulk }, {
        act: (action) => {
          const { own, far } = this.bulk.find((one) => one.name === action) ?? {};
          const unseen = this.every || away;
          if (own && unseen && !far) cw.toast({ words: "This is done for rows that are in view: pick them on one page after the other.", tone: "warn" });
          else if (own && !unseen) cw.asks[own]([...this.picked], () => this.unpick());
          else this.$emit("bulk", { action, ...(this.every ? { query: this.query(true) } : { ids: [...this.picked] }) });
        },
        all: () => { this.every = true; this.draw(false); },
        none: () => this.unpick(),
      });
    },
  },
};
