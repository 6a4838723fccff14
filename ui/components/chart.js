// One series over time from a topic {points: [[at, value, ..., place]], places: [name], outages: [{from, to, name}]}; later frames append
// their points. Silence is a gap, a reading between two gaps a dot, and where the place changes stands a dotted line.
import { echarts } from "nicegui-echart";

export default {
  template: `<div class="cw-chart-box"><div class="cw-seg" ref="tabs" role="group" aria-label="Series"></div><div class="cw-chart-tools"><div class="cw-seg cw-spans" ref="spans" role="group" aria-label="Time in view"></div><div ref="own"></div><div class="cw-row" ref="ways" role="group" aria-label="Zoom and move"></div></div><div class="cw-chart" ref="chart" role="img"></div><div ref="none" hidden></div></div>`,
  props: { topic: String, series: Array, span: Number, gap: Number, height: Number, empty: Object, spans: Array, begin: Number, px: Number },

  async mounted() {
    const cw = window.cellwarden;
    const begin = this.begin ?? 0, first = this.spans?.[begin];
    Object.assign(this, { window: null, pixel: 0, points: [], places: [], outages: [], spread: new Map(), shown: 0, inView: first?.seconds ?? this.span, longestGap: first?.gap_s ?? this.gap });
    this.$refs.chart.setAttribute("aria-label", `${this.series[0].label}: loading`); // a picture has words from the beginning
    this.$refs.chart.style.height = `${this.height}px`;
    this.$refs.tabs.hidden = this.series.length < 2;
    this.$refs.tabs.append(...this.series.map((series, index) => cw.h("button", { type: "button", "aria-pressed": String(!index), onclick: (event) => {
      for (const tab of this.$refs.tabs.children) tab.setAttribute("aria-pressed", String(tab === event.currentTarget));
      this.shown = index;
      this.draw();
    } }, series.label)));
    this.$refs.spans.hidden = !(this.spans?.length > 1);
    this.$refs.spans.append(...(this.spans ?? []).map((span, index) => cw.h("button", { type: "button", "aria-pressed": String(index === begin), onclick: (event) => {
      this.now(span, event.currentTarget);
    } }, span.label)));
    this.span_ = first;
    this.tools(cw);
    this.$refs.none.append(cw.note(this.empty));
    await this.$nextTick(); // the box has its size only now
    if (!this.$refs.chart) return;
    this.chart = echarts.init(this.$refs.chart, null, { renderer: "canvas" });
    this.grasp();
    this.watch = new ResizeObserver(() => this.chart.resize());
    this.watch.observe(this.$refs.chart);
    this.onTheme = () => { this.draw(); if (cw.printing) this.chart.getZr().flush(); };
    document.addEventListener("cellwarden:theme", this.onTheme);
    this.clock = setInterval(() => { if (!document.hidden) this.slide(); }, 5000);
    this.follow();
  },
  unmounted() {
    this.stop?.();
    clearInterval(this.clock);
    clearTimeout(this.settle);
    this.watch?.disconnect();
    document.removeEventListener("cellwarden:theme", this.onTheme);
    this.chart?.dispose();
  },

  methods: {
    // One of the spans that end now.
    now(span, tab) {
      for (const one of this.$refs.spans.children) one.setAttribute("aria-pressed", String(one === tab));
      Object.assign(this, { window: null, span_: span, inView: span.seconds, longestGap: span.gap_s });
      this.range_ = ["", ""];
      this.own?.();
      this.unread();
      this.follow();
    },
    // What lies outside of what is here has to come from the server: the button says so where it cannot.
    unread() {
      const cw = window.cellwarden, control = cw.wire.away ? cw.controlOf(window.event) : null;
      if (control && this.$el.contains(control)) cw.sayAt(control, "Not read: no connection");
    },
    // A span of one's own, which stays where it is. It is drawn at once from what is here, and then read as finely as it can be.
    show(since, until, wait = 0) {
      const cw = window.cellwarden, now = Math.floor(cw.now());
      const length = Math.min(30 * 86400, Math.max(60, until - since)), end = Math.min(now, Math.max(until, now - 30 * 86400 + length));
      this.window = { since: Math.round(end - length), until: Math.round(end) };
      Object.assign(this, { inView: length, longestGap: (this.spans ?? []).find((span) => span.seconds >= length)?.gap_s ?? this.gap });
      for (const one of this.$refs.spans.children) one.setAttribute("aria-pressed", "false");
      this.range_ = [cw.utc(this.window.since), cw.utc(this.window.until)];
      this.own?.();
      this.unread();
      if (this.drawn) this.chart.setOption({ xAxis: this.range() });
      clearTimeout(this.settle);
      this.settle = setTimeout(() => this.follow(), wait);
    },
    zoom(factor, at = 0.5, wait = 0) {
      const { min, max } = this.range(), middle = (min + (max - min) * at) / 1000, length = (max - min) / 1000 * factor;
      this.show(middle - length * at, middle + length * (1 - at), wait);
    },
    pan(share, wait = 0) {
      const { min, max } = this.range(), by = (max - min) / 1000 * share;
      this.show(min / 1000 + by, max / 1000 + by, wait);
    },
    tools(cw) {
      const way = (sign, words, act) => cw.h("button", { class: "cw-btn quiet", type: "button", "aria-label": words, title: words, onclick: act }, sign);
      this.$refs.ways.append(way("←", "Earlier", () => this.pan(-0.5)), way("→", "Later", () => this.pan(0.5)), way("+", "Zoom in", () => this.zoom(0.5)), way("−", "Zoom out", () => this.zoom(2)), way("CSV", "CSV of what the chart shows", () => this.save()));
      const chosen = { since: "", until: "" };
      const chip = cw.spanChip({ field: "since", until: "until", label: "Own span", none: "" }, chosen, ({ since, until }) => {
        const from = cw.moment(since), to = cw.moment(until);
        if (from !== null) this.show(from, to ?? cw.now()); else if (!since && !until && this.window) this.now(this.span_, this.$refs.spans.children[(this.spans ?? []).indexOf(this.span_)]);
      });
      this.own = () => { [chosen.since, chosen.until] = this.range_; chip.reset(); };
      this.$refs.own.append(chip.node);
    },
    // By hand: drag to move, Ctrl and the wheel (or two fingers on a pad or a screen) to zoom where they are; the wheel alone, and a finger that
    // goes up or down, scroll the page.
    grasp() {
      const zr = this.chart.getZr(), box = this.$refs.chart;
      const fingers = new Map(), gap = () => { const [one, other] = [...fingers.values()]; return Math.abs(one - other); };
      let held = null;
      box.addEventListener("pointerdown", (event) => { if (event.pointerType === "touch") fingers.set(event.pointerId, event.clientX); });
      box.addEventListener("pointermove", (event) => {
        if (!fingers.has(event.pointerId)) return;
        const before = gap();
        fingers.set(event.pointerId, event.clientX);
        if (fingers.size !== 2 || before < 20 || gap() < 20) return;
        held = null;
        const [one, other] = [...fingers.values()], { left, width } = box.getBoundingClientRect();
        this.zoom(before / gap(), ((one + other) / 2 - left) / width, 250);
      });
      for (const end of ["pointerup", "pointercancel", "pointerleave"]) box.addEventListener(end, (event) => fingers.delete(event.pointerId));
      box.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / box.clientWidth, 250);
      }, { passive: false });
      zr.on("mousedown", (event) => { held = { x: event.offsetX, ...this.range() }; });
      zr.on("mousemove", (event) => {
        if (!held || fingers.size > 1 || Math.abs(event.offsetX - held.x) < 4) return;
        const by = (held.x - event.offsetX) / box.clientWidth * (held.max - held.min);
        this.show((held.min + by) / 1000, (held.max + by) / 1000, 250);
      });
      for (const end of ["mouseup", "globalout"]) zr.on(end, () => { held = null; });
    },
    // What the chart shows as a file: a row for each point, moments in UTC.
    save() {
      const cw = window.cellwarden, { min, max } = this.range(), many = this.series.length;
      const some = this.spread.size > 0, names = this.series.map((one) => one.unit ? `${one.label} (${one.unit})` : one.label);
      const cell = (value) => { const text = String(value ?? ""); const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text; return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe; };
      const rows = [["at", ...names, ...(some ? [...names.map((name) => `lowest ${name}`), ...names.map((name) => `highest ${name}`)] : []), ...(this.places.length ? ["place"] : [])],
        ...this.points.filter((point) => { const at = cw.epoch(point[0]) * 1000; return at >= min && at <= max; }).map((point) => [
          new Date(cw.epoch(point[0]) * 1000).toISOString(), ...point.slice(1, many + 1), ...(some ? this.spread.get(point[0]) ?? Array(2 * many).fill("") : []), ...(this.places.length ? [this.place(point) ?? ""] : [])])];
      const link = cw.h("a", { download: `${this.topic.replaceAll("/", "-")}-${cw.utc(min / 1000).slice(0, 16).replace(":", "")}.csv`, href: URL.createObjectURL(new Blob(["\ufeff", rows.map((row) => row.map(cell).join(",")).join("\r\n")], { type: "text/csv" })) });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },
    // As much as there are pixels for, in hundreds: charts of about the same width share what is read. At first what the server drew from.
    query() {
      const px = `px=${this.met ? Math.min(4000, Math.max(100, Math.ceil(this.$refs.chart.clientWidth / 100) * 100)) : this.px}`;
      this.met = true;
      if (this.window) return `since=${this.window.since}&until=${this.window.until}&${px}`;
      return this.span_?.query ? `${this.span_.query}&${px}` : "";
    },
    follow() {
      const cw = window.cellwarden, query = this.query();
      this.stop?.();
      this.stop = cw.follow(query ? `${this.topic}?${query}` : this.topic, (value, full) => {
        if (full) Object.assign(this, { points: [], spread: new Map(), pixel: value.step_s ?? value.pixel_s ?? 0 });
        const last = this.points.at(-1), fresh = value.points ?? [];
        this.points.push(...fresh);
        if (value.places) this.places = value.places;
        if (value.spread) this.spread = new Map(value.spread.map((one) => [one[0], one.slice(1)]));
        const moved = fresh.some((point) => last && this.place(point) !== this.place(last));
        if (value.outages) this.outages = value.outages;
        const start = this.window ? 0 : cw.now() - this.inView * 1.1;
        while (this.points.length && cw.epoch(this.points[0][0]) < start) this.points.shift();
        if (full || moved || value.outages || value.spread || this.$refs.chart.hidden) this.draw(); else this.slide();
      });
    },
    // The lowest and the highest value of a point, when its step had several.
    range_of(point) {
      const spread = this.spread.get(point[0]), many = this.series.length;
      const low = spread?.[this.shown] ?? null, high = spread?.[this.shown + many] ?? null;
      return low === null || high === null || low === high ? null : [low, high];
    },
    // Two lines, one on the other: the lowest, and what lies between it and the highest.
    band() {
      const lows = [], between = [];
      let before = null;
      for (const point of this.points) {
        const at = window.cellwarden.epoch(point[0]) * 1000, value = point[this.shown + 1] ?? null;
        if (before !== null && at - before > this.silence() * 1000) for (const line of [lows, between]) line.push([before + 1000, null]);
        const [low, high] = this.range_of(point) ?? [value, value];
        lows.push([at, low]);
        between.push([at, low === null ? null : high - low]);
        before = at;
      }
      return [lows, between];
    },
    // A silence is longer than what the device or job owes, and than a pixel.
    silence() { return Math.max(this.longestGap, 1.5 * this.pixel); },
    data() {
      const cw = window.cellwarden, out = [];
      let before = null;
      for (const point of this.points) {
        const at = cw.epoch(point[0]), value = point[this.shown + 1] ?? null;
        if (before !== null && at - before > this.silence()) out.push([(before + 1) * 1000, null]); // not a straight line
        out.push([at * 1000, value]);
        before = at;
      }
      const some = (item) => (item?.[1] ?? null) !== null, [low, high] = this.reach();
      return out.map((item, i) => {
        if (!some(item)) return item;
        const [at, value] = item, held = Math.min(high, Math.max(low, value));
        // What no axis reaches stands at its edge as an arrow; the tip has its value.
        if (held !== value) return { value: [at, held, value], symbol: "triangle", symbolRotate: value < low ? 180 : 0, symbolSize: 9, symbolOffset: [0, value < low ? -5 : 5], itemStyle: { color: cw.colour("bad") } };
        return !some(out[i - 1]) && !some(out[i + 1]) ? { value: item, symbol: "circle" } : item;
      });
    },
    // The ends of the axis: what is usual, and up to the ends of the reporting range as soon as a reading is beyond the usual.
    reach() {
      const { low, high, least, most } = this.series[this.shown], values = this.values();
      const under = low === undefined ? Math.min(0, ...values) : Math.min(...values, low) < low ? least ?? low : low;
      const over = high === undefined ? Math.max(1, ...values) * 1.15 : Math.max(...values, high) > high ? most ?? high : high;
      return [under, over];
    },
    place(point) { return point.length > this.series.length + 1 ? this.places[point.at(-1)] : undefined; },
    // The moments at which a reading came from another place than the one before.
    moves() { return this.points.filter((point, i) => i && this.place(point) !== this.place(this.points[i - 1])).map((point) => window.cellwarden.epoch(point[0]) * 1000); },
    // A short past fills the width too, but never less than a quarter of an hour.
    range() {
      if (this.window) return { min: this.window.since * 1000, max: this.window.until * 1000 };
      const now = window.cellwarden.now(), first = window.cellwarden.epoch(this.points[0]?.[0]) ?? now;
      return { min: Math.max(now - this.inView, Math.min(first, now - 900)) * 1000, max: now * 1000 };
    },
    slide() {
      if (!this.drawn || this.window) return; // nothing has arrived yet, or it stays where it is
      const start = window.cellwarden.now() - this.inView; // the last reading may have left the view
      if (this.points.length && window.cellwarden.epoch(this.points.at(-1)[0]) < start) { this.points = []; this.draw(); return; }
      if (String(this.reach()) !== this.reached) { this.draw(); return; }
      this.tell();
      this.chart.setOption({ xAxis: this.range(), series: [{ data: this.data() }] });
    },
    values() { return this.points.flatMap((p) => [p[this.shown + 1], ...(this.range_of(p) ?? [])]).filter((v) => v !== null && v !== undefined); },
    tell() {
      const cw = window.cellwarden, { label, unit } = this.series[this.shown], values = this.values();
      const words = values.length ? `${label}: now ${cw.number(this.points.map((p) => p[this.shown + 1]).filter((v) => v !== null && v !== undefined).at(-1))} ${unit}, lowest ${cw.number(Math.min(...values))}, highest ${cw.number(Math.max(...values))}` : `${label}: no readings`;
      if (this.$refs.chart.getAttribute("aria-label") !== words) this.$refs.chart.setAttribute("aria-label", words);
    },
    draw() {
      const cw = window.cellwarden, ink3 = cw.colour("ink-3"), line = cw.colour("line"), accent = cw.colour("accent"), bad = cw.colour("bad");
      const series = this.series[this.shown], values = this.values();
      const [low, high] = this.reach();
      this.$refs.chart.dataset.reach = this.reached = String([low, high]);
      const font = getComputedStyle(document.body).fontFamily;
      this.tell();
      this.$refs.none.hidden = values.length > 0;
      this.$refs.chart.hidden = !values.length;
      const isFirst = !this.drawn;
      this.drawn = true;
      this.chart.setOption({
        animation: false,
        textStyle: { fontFamily: font },
        grid: { left: 0, right: 1, top: 6, bottom: 24 },
        xAxis: { type: "time", ...this.range(), axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, splitLine: { show: false }, splitNumber: 6,
          axisLabel: { color: ink3, fontSize: 11, hideOverlap: true, formatter: (at) => (this.inView > 2 * 86400 ? cw.date(at / 1000) : cw.minute(at / 1000)), showMinLabel: false, showMaxLabel: false } },
        yAxis: { type: "value", min: low, max: high, interval: (high - low) / 4, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: line, opacity: 0.8 } }, z: 5,
          axisLabel: { inside: true, color: ink3, fontSize: 11, margin: 4, verticalAlign: "middle", padding: [0, 0, 0, 0],
            formatter: (value) => (Math.abs(value - high) < 1e-6 ? `{top|${cw.number(high, 0)} ${series.unit}}` : Math.abs(value - low) < 1e-6 ? `{low|${cw.number(low, 0)}}` : ""),
            rich: { top: { padding: [20, 0, 0, 0], color: ink3, fontSize: 11 }, low: { padding: [0, 0, 20, 0], color: ink3, fontSize: 11 } } } },
        tooltip: { trigger: "axis", axisPointer: { lineStyle: { color: ink3, type: "solid", width: 1 } }, padding: [7, 10], backgroundColor: cw.colour("panel"), borderColor: line, borderWidth: 1,
          textStyle: { color: cw.colour("ink-2"), fontSize: 12, fontFamily: font }, formatter: (hits) => this.tip(hits, series) },
        series: [{ type: "line", data: this.data(), symbol: "none", symbolSize: 5, connectNulls: false, lineStyle: { width: 1.75, color: accent }, itemStyle: { color: accent }, areaStyle: { color: accent, opacity: 0.12, origin: "start" },
          markLine: { silent: true, symbol: "none", animation: false, lineStyle: { type: "dashed", width: 1, color: ink3 }, label: { position: "insideEndTop", color: ink3, fontSize: 11, formatter: "{b}" },
            data: [...(series.thresholds ?? []).map(([value, name]) => ({ yAxis: value, name })),
              ...this.moves().map((at) => ({ xAxis: at, label: { show: false }, lineStyle: { type: "dotted", opacity: 0.7 } }))] },
          markArea: { silent: true, itemStyle: { color: bad, opacity: 0.14 }, label: { color: bad, fontSize: 11, position: "insideTopRight", formatter: "{b}" },
            data: this.outages.map((outage) => [{ name: outage.name, xAxis: cw.epoch(outage.from) * 1000 }, { xAxis: (cw.epoch(outage.to) ?? cw.now()) * 1000 }]) } },
          ...(this.spread.size ? this.band() : []).map((data, i) => ({ type: "line", data, stack: "band", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: accent, opacity: i ? 0.22 : 0 } }))],
      }, { replaceMerge: ["series"] });
      if (isFirst) this.chart.getZr().flush(); // before the first picture gives way
    },
    tip(hits, series) {
      const hit = hits.find((one) => one.seriesIndex === 0), cw = window.cellwarden, [at, held, beyond] = hit?.value ?? [], value = beyond ?? held;
      if (value === null || value === undefined) return "";
      const outage = this.outages.find((o) => cw.epoch(o.from) * 1000 <= at && at <= (cw.epoch(o.to) ?? cw.now()) * 1000);
      const point = this.points.find((one) => cw.epoch(one[0]) * 1000 === at), place = point && this.place(point), range = point && this.range_of(point);
      return cw.h("div", "", cw.h("b", { style: `color: ${cw.colour("ink")}` }, `${cw.number(value)} ${series.unit}`), cw.h("div", "", `${cw.clock(at / 1000)} · ${cw.ageText(at / 1000)}`), range ? cw.h("div", "", `${cw.number(range[0])} to ${cw.number(range[1])} ${series.unit}`) : null, place ? cw.h("div", "", place) : null, outage ? cw.h("div", "", outage.name) : null);
    },
  },
};
