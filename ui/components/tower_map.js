// A plain map of the towers: coastline, graticule, scale bar; shape and colour tell the state, size the devices served.
const { coast, mercator, places, unmercator } = await import(`${window.cellwarden.base}/map_land.js`);
const RANK = ["down", "unreachable", "degraded", "unknown", "maintenance", "up"]; // drawn last to first, and the worst names a cluster
const CELL = 34; // px: four towers in one square of this size become a cluster
const PLACE_ROOM = 26_000; // px²: one name of a place for so much of the map
const KM_PER_DEGREE = 111.195;

export default {
  template: `<div class="cw-map"><canvas ref="land" aria-hidden="true"></canvas><canvas ref="marks" tabindex="0" role="img" aria-label="Map of towers: loading"></canvas>
    <div class="zoom"><button ref="closer" type="button" aria-label="Zoom in">+</button><button ref="wider" type="button" aria-label="Zoom out">−</button><button ref="whole" type="button" aria-label="Show all towers" title="Show all towers">⤢</button></div>
    <div class="cw-tip" ref="tip" hidden></div></div>`,
  props: { topic: String, href: String, list: String },

  mounted() {
    const cw = window.cellwarden;
    Object.assign(this, { rows: new Map(), view: null, land: null, named: [], moved: false, near: null, spots: [] });
    this.dress();
    this.onTheme = () => { this.dress(); this.paint(true); };
    document.addEventListener("cellwarden:theme", this.onTheme);
    this.watch = new ResizeObserver(() => { if (!this.moved) this.fit(); this.paint(true); });
    this.watch.observe(this.$el);
    this.handle();
    coast(`${cw.base}/land.json`).then((land) => { this.land = land; this.paint(true); }, () => {}); // a map without coast is still a map
    places(`${cw.base}/places.json`).then((all) => { this.named = all; this.paint(true); }, () => {});
    this.narrow = () => { const query = cw.narrowed[this.list]; this.follow(query ? `${this.topic}?${query}` : this.topic); };
    document.addEventListener("cellwarden:narrowed", this.narrow);
    this.narrow();
  },
  unmounted() {
    this.stop();
    this.watch.disconnect();
    document.removeEventListener("cellwarden:theme", this.onTheme);
    document.removeEventListener("cellwarden:narrowed", this.narrow);
  },

  methods: {
    follow(topic) {
      if (topic === this.followed) return;
      this.stop?.();
      this.followed = topic;
      this.stop = window.cellwarden.follow(topic, (value, full) => this.apply(value, full));
    },
    apply(value, full) {
      if (full) this.rows = new Map();
      for (const row of value.rows ?? []) this.rows.set(row.id, { ...this.rows.get(row.id), ...row });
      if (value.ids) { const keep = new Set(value.ids); for (const id of this.rows.keys()) if (!keep.has(id)) this.rows.delete(id); }
      if (full && !this.moved) this.fit();
      this.tell();
      this.paint(full);
    },
    dress() {
      const names = ["water", "land", "shore", "line", "panel", "ink", "ink-2", "ink-3", "ok", "warn", "bad", "info", "unk"];
      this.colours = Object.fromEntries(names.map((name) => [name, window.cellwarden.colour(name)]));
    },
    placed() { return [...this.rows.values()].filter((row) => Number.isFinite(row.latitude) && Number.isFinite(row.longitude)); },
    fit() {
      const { clientWidth: w, clientHeight: h } = this.$el, towers = this.placed();
      if (!w || !h) return;
      if (!towers.length) { this.view ??= { x: 0, y: 20, scale: w / 300 }; return; } // a filter that finds none leaves the view as it is
      const xs = towers.map((t) => t.longitude), ys = towers.map((t) => mercator(t.latitude));
      const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const pad = 44, scale = Math.min((w - 2 * pad) / Math.max(right - left, 0.05), (h - 2 * pad) / Math.max(high - low, 0.05));
      this.view = { x: (left + right) / 2, y: (low + high) / 2, scale };
    },
    at(lon, lat) {
      const { x, y, scale } = this.view;
      return [(lon - x) * scale + this.$el.clientWidth / 2, (y - mercator(lat)) * scale + this.$el.clientHeight / 2];
    },
    zoom(by, px = this.$el.clientWidth / 2, py = this.$el.clientHeight / 2) {
      const view = this.view, dx = px - this.$el.clientWidth / 2, dy = py - this.$el.clientHeight / 2;
      const scale = Math.min(60_000, Math.max(1, view.scale * by));
      this.view = { x: view.x + dx / view.scale - dx / scale, y: view.y - dy / view.scale + dy / scale, scale };
      this.moved = true;
      this.paint(true);
    },
    pan(dx, dy) {
      this.view = { ...this.view, x: this.view.x - dx / this.view.scale, y: this.view.y + dy / this.view.scale };
      this.moved = true;
      this.paint(true);
    },
    tell() {
      const counts = {};
      for (const row of this.rows.values()) counts[row.status] = (counts[row.status] ?? 0) + 1;
      const words = RANK.filter((state) => counts[state]).map((state) => `${counts[state]} ${window.cellwarden.look("tower", state).word.toLowerCase()}`);
      this.$refs.marks.setAttribute("aria-label", `Map of ${this.rows.size} ${this.rows.size === 1 ? "tower" : "towers"}: ${words.join(", ") || "none"}`);
    },

    // ---- pointer and keyboard
    handle() {
      const canvas = this.$refs.marks;
      let from = null;
      canvas.addEventListener("pointerdown", (event) => { from = { x: event.clientX, y: event.clientY, far: false }; canvas.setPointerCapture(event.pointerId); });
      canvas.addEventListener("pointermove", (event) => {
        if (!from) { this.hover(event.offsetX, event.offsetY); return; }
        const dx = event.clientX - from.x, dy = event.clientY - from.y;
        if (!from.far && Math.hypot(dx, dy) < 4) return;
        this.$el.classList.add("dragging");
        this.pan(dx, dy);
        from = { x: event.clientX, y: event.clientY, far: true };
      });
      const up = (event) => {
        if (from && !from.far && event.type === "pointerup") { this.hover(event.offsetX, event.offsetY); this.enter(event); }
        from = null;
        this.$el.classList.remove("dragging");
      };
      canvas.addEventListener("pointerup", up);
      canvas.addEventListener("pointercancel", up);
      canvas.addEventListener("pointerleave", () => this.hover(-1e3, -1e3));
      canvas.addEventListener("dblclick", (event) => this.zoom(2, event.offsetX, event.offsetY));
      canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // plain scrolling belongs to the page
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 200), event.offsetX, event.offsetY);
      }, { passive: false });
      canvas.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
        if (step) this.pan(...step); else if (event.key === "+") this.zoom(1.5); else if (event.key === "-") this.zoom(1 / 1.5); else return;
        event.preventDefault();
      });
      this.$refs.closer.addEventListener("click", () => this.zoom(1.6));
      this.$refs.wider.addEventListener("click", () => this.zoom(1 / 1.6));
      this.$refs.whole.addEventListener("click", () => { this.moved = false; this.fit(); this.paint(true); });
    },
    hover(x, y) {
      let best = null, least = 16;
      for (const spot of this.spots) { const d = Math.hypot(spot.x - x, spot.y - y) - (spot.rows.length > 1 ? 8 : 0); if (d < least) { best = spot; least = d; } }
      this.$el.classList.toggle("pointing", Boolean(best));
      if (best?.key === this.near?.key) return;
      this.near = best;
      const cw = window.cellwarden, tip = this.$refs.tip;
      tip.hidden = !best;
      if (!best) return;
      const [row] = best.rows;
      if (best.rows.length > 1) tip.replaceChildren(cw.h("b", "", `${best.rows.length} towers here`), best.rows.slice(0, 6).map((r) => r.name).join(", ") + (best.rows.length > 6 ? " …" : ""));
      else tip.replaceChildren(cw.h("b", "", String(row.name)), cw.state("tower", row.status, { how: "plain" }), ` · ${cw.number(row.devices ?? 0)} ${row.devices === 1 ? "device" : "devices"}`,
        ...(row.since ? [" · ", cw.age(row.since, "for")] : []));
      tip.style.left = `${Math.min(best.x + 14, this.$el.clientWidth - tip.offsetWidth - 6)}px`;
      tip.style.top = `${Math.max(6, best.y - tip.offsetHeight - 10)}px`;
    },
    enter(event) {
      const spot = this.near;
      if (!spot) return;
      if (spot.rows.length > 1) { this.zoom(2.5, spot.x, spot.y); return; }
      const href = window.cellwarden.href(this.href, spot.rows[0]);
      if (event.ctrlKey || event.metaKey) open(href, "_blank"); else location.assign(href);
    },

    // ---- painting, at most once a frame; the land only when the view moved
    paint(land) {
      this.stale = this.stale || land;
      if (window.cellwarden.printing) { this.paintNow(); return; } // there is no next frame before the paper
      if (this.queued) return;
      this.queued = true;
      requestAnimationFrame(() => this.paintNow());
    },
    paintNow() {
      this.queued = false;
      if (!this.view) this.fit();
      if (!this.view) return;
      if (this.stale) { this.stale = false; this.paintLand(); }
      this.paintMarks();
    },
    canvas(ref) {
      const canvas = this.$refs[ref], ratio = devicePixelRatio || 1, w = this.$el.clientWidth, h = this.$el.clientHeight;
      if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) { canvas.width = Math.round(w * ratio); canvas.height = Math.round(h * ratio); }
      const pen = canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, w, h);
      return [pen, w, h, ratio];
    },
    paintLand() {
      const [pen, w, h, ratio] = this.canvas("land"), c = this.colours, { x, y, scale } = this.view;
      const left = x - w / 2 / scale, right = x + w / 2 / scale, top = y + h / 2 / scale, bottom = y - h / 2 / scale;
      if (this.land) {
        pen.setTransform(ratio * scale, 0, 0, -ratio * scale, ratio * (w / 2 - x * scale), ratio * (h / 2 + y * scale));
        const path = this.land.path(left, bottom, right, top);
        pen.fillStyle = c.land;
        pen.fill(path, "evenodd");
        pen.strokeStyle = c.shore;
        pen.lineWidth = 1 / scale;
        pen.stroke(path);
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      }
      const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30].find((s) => s * scale > 110) ?? 30;
      pen.strokeStyle = c.ink;
      pen.globalAlpha = 0.05;
      pen.lineWidth = 1;
      pen.beginPath();
      for (let lon = Math.ceil(left / step) * step; lon < right; lon += step) { const px = Math.round((lon - x) * scale + w / 2) + 0.5; pen.moveTo(px, 0); pen.lineTo(px, h); }
      for (let lat = Math.ceil(unmercator(bottom) / step) * step; lat < unmercator(top); lat += step) { const py = Math.round((y - mercator(lat)) * scale + h / 2) + 0.5; pen.moveTo(0, py); pen.lineTo(w, py); }
      pen.stroke();
      pen.globalAlpha = 1;
      const pxPerKm = scale / (KM_PER_DEGREE * Math.cos((unmercator(y) * Math.PI) / 180));
      const km = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5].find((k) => k * pxPerKm < 110) ?? 0.5, long = km * pxPerKm;
      pen.strokeStyle = pen.fillStyle = c["ink-3"];
      pen.beginPath();
      pen.moveTo(12.5, h - 18); pen.lineTo(12.5, h - 12.5); pen.lineTo(12.5 + long, h - 12.5); pen.lineTo(12.5 + long, h - 18);
      pen.stroke();
      pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
      pen.fillText(km < 1 ? `${km * 1000} m` : `${km} km`, 18, h - 18);
    },
    paintMarks() {
      const [pen, w, h] = this.canvas("marks"), c = this.colours;
      this.spots = this.spread(w, h);
      const small = this.spots.length <= 14;
      for (const spot of this.spots) this.halo(pen, spot);
      for (const spot of this.spots) this.mark(pen, spot);
      this.nameThem(pen, w, h, small);
    },
    // The worst first; each beside its mark where nothing else is written, and unwritten where there is no room (pointing at it tells).
    nameThem(pen, w, h, all) {
      const c = this.colours, taken = [];
      pen.font = `500 12px ${getComputedStyle(document.body).fontFamily}`;
      pen.lineWidth = 3;
      pen.lineJoin = "round";
      const wanted = this.spots.filter((spot) => spot.rows.length === 1 && (all || spot.state === "down"));
      for (const spot of wanted.sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state) || b.devices - a.devices)) {
        const whole = [...String(spot.rows[0].name)], text = whole.length > 26 ? `${whole.slice(0, 25).join("")}…` : whole.join("");
        const long = pen.measureText(text).width;
        const place = [[11, 4], [-11 - long, 4], [-long / 2, -12], [-long / 2, 20]].map(([dx, dy]) => ({ x: spot.x + dx, y: spot.y + dy })).find(({ x, y }) =>
          x > 2 && x + long < w - 2 && y > 14 && y < h - 4 && taken.every((other) => x > other.x + other.long + 6 || other.x > x + long + 6 || Math.abs(y - other.y) > 14)
          && wanted.every((other) => other === spot || other.x < x - 8 || other.x > x + long + 8 || Math.abs(other.y + 4 - y) > 13));
        if (!place) continue;
        taken.push({ ...place, long });
        pen.strokeStyle = c.land;
        pen.fillStyle = spot.state === "up" ? c["ink-2"] : c.ink;
        pen.strokeText(text, place.x, place.y);
        pen.fillText(text, place.x, place.y);
      }
      this.namePlaces(pen, w, h, taken);
    },
    // The largest places in view, in grey, where no tower and no name of one stands.
    namePlaces(pen, w, h, taken) {
      const most = Math.round((w * h) / PLACE_ROOM);
      pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
      pen.strokeStyle = this.colours.land;
      pen.fillStyle = this.colours["ink-3"];
      let count = 0;
      for (const [name, lon, top] of this.named) {
        if (count === most) break;
        const x = (lon - this.view.x) * this.view.scale + w / 2, y = (this.view.y - top) * this.view.scale + h / 2;
        if (x < 0 || y < 24 || x > w || y > h - 28) continue;
        const long = pen.measureText(name).width;
        const spot = [[6, 4], [-6 - long, 4], [-long / 2, -7], [-long / 2, 15]].map(([dx, dy]) => ({ x: x + dx, y: y + dy, long })).find((one) =>
          one.x > 4 && one.x + long < w - 46
          && taken.every((other) => one.x - 8 > other.x + other.long || one.x + long + 8 < other.x || Math.abs(other.y - one.y) > 14)
          && this.spots.every((mark) => mark.x < one.x - 9 || mark.x > one.x + long + 9 || Math.abs(mark.y + 4 - one.y) > 11));
        if (!spot) continue;
        taken.push(spot);
        count += 1;
        pen.beginPath();
        pen.arc(x, y, 1.75, 0, 7);
        pen.fill();
        pen.strokeText(name, spot.x, spot.y);
        pen.fillText(name, spot.x, spot.y);
      }
    },
    spread(w, h) {
      const squares = new Map(), spots = [];
      for (const row of this.placed()) {
        const [x, y] = this.at(row.longitude, row.latitude);
        if (x < -60 || y < -60 || x > w + 60 || y > h + 60) continue;
        const key = row.status === "down" ? row.id : `${Math.floor(x / CELL)}:${Math.floor(y / CELL)}`;
        if (!squares.has(key)) squares.set(key, []);
        squares.get(key).push({ row, x, y });
      }
      const spot = (key, list) => ({ key, rows: list.map((one) => one.row), x: list.reduce((sum, one) => sum + one.x, 0) / list.length, y: list.reduce((sum, one) => sum + one.y, 0) / list.length,
        state: RANK.find((state) => list.some((one) => one.row.status === state)) ?? "unknown", devices: list.reduce((sum, one) => sum + (one.row.devices ?? 0), 0) });
      for (const [key, list] of squares) if (list.length > 3) spots.push(spot(key, list)); else for (const one of list) spots.push(spot(one.row.id, [one]));
      return spots.sort((a, b) => RANK.indexOf(b.state) - RANK.indexOf(a.state));
    },
    halo(pen, spot) {
      const look = window.cellwarden.look("tower", spot.state);
      pen.fillStyle = this.colours[look.tone];
      pen.globalAlpha = 0.16;
      const around = 7 + Math.min(15, Math.sqrt(spot.devices) * 1.3);
      pen.beginPath();
      pen.arc(spot.x, spot.y, spot.state === "down" ? around * 2.2 + 12 : around, 0, 7);
      pen.fill();
      pen.globalAlpha = 1;
    },
    mark(pen, { x, y, state, rows }) {
      const look = window.cellwarden.look("tower", state), tone = this.colours[look.tone];
      pen.fillStyle = pen.strokeStyle = tone;
      pen.beginPath();
      if (rows.length > 1) {
        pen.arc(x, y, 11, 0, 7);
        pen.fill();
        pen.fillStyle = this.colours.panel;
        pen.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
        pen.textAlign = "center";
        pen.fillText(String(rows.length), x, y + 4);
        pen.textAlign = "left";
        return;
      }
      if (look.shape === "square") pen.rect(x - 5, y - 5, 10, 10);
      else if (look.shape === "triangle") { pen.moveTo(x, y - 6); pen.lineTo(x + 6, y + 5); pen.lineTo(x - 6, y + 5); pen.closePath(); }
      else if (look.shape === "diamond") { pen.moveTo(x, y - 6); pen.lineTo(x + 6, y); pen.lineTo(x, y + 6); pen.lineTo(x - 6, y); pen.closePath(); }
      else pen.arc(x, y, 4, 0, 7);
      if (look.shape === "ring") { pen.lineWidth = 2; pen.stroke(); } else pen.fill();
    },
  },
};
