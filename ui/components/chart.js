// One series over time from a topic {points: [[at, value, ..., place]], places: [name], outages: [{from, to, name}]}; later frames append
// their points. Silence is a gap, a reading between two gaps a dot, and where the place changes stands a dotted line.
import { echarts } from "nicegui-echart";

export default {
  template: `<div class="cw-chart-box"><div class="cw-seg" ref="tabs" role="group" aria-label="Series"></div><div class="cw-seg cw-spans" ref="spans" role="group" aria-label="Time in view"></div><div class="cw-chart" ref="chart" role="img"></div><div ref="none" hidden></div></div>`,
  props: { topic: String, series: Array, span: Number, gap: Number, height: Number, empty: Object, spans: Array },

  async mounted() {
    const cw = window.cellwarden;
    const first = this.spans?.[0];
    Object.assign(this, { points: [], places: [], outages: [], spread: new Map(), shown: 0, inView: first?.seconds ?? this.span, longestGap: first?.gap_s ?? this.gap });
    this.$refs.chart.setAttribute("aria-label", `${this.series[0].label}: loading`); // a picture has words from the beginning
    this.$refs.chart.style.height = `${this.height}px`;
    this.$refs.tabs.hidden = this.series.length < 2;
    this.$refs.tabs.append(...this.series.map((series, index) => cw.h("button", { type: "button", "aria-pressed": String(!index), onclick: (event) => {
      for (const tab of this.$refs.tabs.children) tab.setAttribute("aria-pressed", String(tab === event.currentTarget));
      this.shown = index;
      this.draw();
    } }, series.label)));
    this.$refs.spans.hidden = !(this.spans?.length > 1);
    this.$refs.spans.append(...(this.spans ?? []).map((span, index) => cw.h("button", { type: "button", "aria-pressed": String(!index), onclick: (event) => {
      for (const tab of this.$refs.spans.children) tab.setAttribute("aria-pressed", String(tab === event.currentTarget));
      this.stop?.();
      Object.assign(this, { points: [], spread: new Map(), inView: span.seconds, longestGap: span.gap_s });
      this.follow(span.query);
    } }, span.label)));
    this.$refs.none.append(cw.note(this.empty));
    await this.$nextTick(); // the box has its size only now
    if (!this.$refs.chart) return;
    this.chart = echarts.init(this.$refs.chart, null, { renderer: "canvas" });
    this.watch = new ResizeObserver(() => this.chart.resize());
    this.watch.observe(this.$refs.chart);
    this.onTheme = () => { this.draw(); if (cw.printing) this.chart.getZr().flush(); };
    document.addEventListener("cellwarden:theme", this.onTheme);
    this.clock = setInterval(() => { if (!document.hidden) this.slide(); }, 5000);
    this.follow(first?.query);
  },
  unmounted() {
    this.stop?.();
    clearInterval(this.clock);
    this.watch?.disconnect();
    document.removeEventListener("cellwarden:theme", this.onTheme);
    this.chart?.dispose();
  },

  methods: {
    follow(query) {
      const cw = window.cellwarden;
      this.stop = cw.follow(query ? `${this.topic}?${query}` : this.topic, (value, full) => {
        if (full) this.points = [];
        const last = this.points.at(-1), fresh = value.points ?? [];
        this.points.push(...fresh);
        if (value.places) this.places = value.places;
        if (value.spread) this.spread = new Map(value.spread.map((one) => [one[0], one.slice(1)]));
        const moved = fresh.some((point) => last && this.place(point) !== this.place(last));
        if (value.outages) this.outages = value.outages;
        const start = cw.now() - this.inView * 1.1;
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
        if (before !== null && at - before > this.longestGap * 1000) for (const line of [lows, between]) line.push([before + 1000, null]);
        const [low, high] = this.range_of(point) ?? [value, value];
        lows.push([at, low]);
        between.push([at, low === null ? null : high - low]);
        before = at;
      }
      return [lows, between];
    },
    data() {
      const cw = window.cellwarden, out = [];
      let before = null;
      for (const point of this.points) {
        const at = cw.epoch(point[0]), value = point[this.shown + 1] ?? null;
        if (before !== null && at - before > this.longestGap) out.push([(before + 1) * 1000, null]); // not a straight line
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
      const now = window.cellwarden.now(), first = window.cellwarden.epoch(this.points[0]?.[0]) ?? now;
      return { min: Math.max(now - this.inView, Math.min(first, now - 900)) * 1000, max: now * 1000 };
    },
    slide() {
      if (!this.drawn) return; // nothing has arrived yet
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
