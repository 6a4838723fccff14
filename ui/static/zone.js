// The one zone of a page: the one that the reader has set, else the browser's, and UTC when it knows none. Moments are shown, typed and picked in it.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;

  const two = (number) => String(number).padStart(2, "0");
  // A moment as an input of the type datetime-local holds it: 2026-11-28T09:10, with seconds only where there are some.
  cw.written = (at) => {
    const [year, month, day, hours, minutes, seconds] = cw.parts(at);
    return `${String(year).padStart(4, "0")}-${two(month + 1)}-${two(day)}T${two(hours)}:${two(minutes)}${seconds ? `:${two(seconds)}` : ""}`;
  };
  // Epoch seconds of a time or a day, in the zone of the page, unless the text names an offset. Null of anything else. A day is whole:
  // its first moment is meant, or with late its end. Of an hour that a clock shows twice in autumn, the first is meant, or with late the second.
  cw.moment = (text, late = false) => {
    const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/i.exec(String(text ?? "").trim());
    if (!parts) return null;
    const at = Date.parse(`${parts[1]}T${parts[2] ?? "00:00"}${parts[3] ?? "Z"}`) / 1000;
    if (!Number.isFinite(at)) return null;
    const whole = late && !parts[2];
    if (parts[3]) return whole ? at + 86400 : at;
    const date = new Date(at * 1000);
    if (date.getUTCDate() !== Number(parts[1].slice(8)) && !(parts[2] ?? "").startsWith("24")) return null; // 30 February is no day
    return cw.at([date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + (whole ? 1 : 0), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()], late) + (at % 1);
  };
  // What the server and a shared address are told: UTC, which says so itself. A text that is no moment stays as it is, to be refused.
  cw.utc = (at) => new Date(at * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const sent = (text, late) => { const at = cw.moment(text, late); return at === null ? text ?? "" : cw.utc(at); };

  // A sentence of the server: its moments, which are in UTC, in the zone of the page, and its counts and lengths of time as the locale writes
  // numbers. The word behind a number tells what it is, so that HTTP 503, 5G and the numbers in names stay as they are (values.py has the same).
  const COUNT = /(?<![\w.,:;/+\-−#=])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?= (?:of \d|%|(?:s|min|h|d|ms|beneath|more|(?:(?:more|open|other) )?(?:devices?|alerts?|towers?|policy|policies|person|people|rules?|checks?|servers?|sessions?|enterprises?|times?|uses?|entry|entries|events?|commands?|findings?))(?![\w-])))|(?:(?<=\d of )|(?<=compliant )|(?<=of them ))(?:\d{1,3}(?:,\d{3})+|\d+)/g;
  const numbered = (text) => text.replace(COUNT, (found) => cw.number(Number(found.replaceAll(",", "")), 3));
  cw.zoned = (text) => numbered(String(text)).replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (found) => spoken(found));

  // [label, since, until] of the spans that people ask for; the night is that of the shift which ended or ends today.
  cw.spans = (now) => {
    const [y, m, d, hours, minutes] = cw.parts(now);
    const local = (...parts) => cw.at(parts);
    return [["Last hour", now - 3600, null], ["Last night, 20:00 to 08:00", local(y, m, d - 1, 20), local(y, m, d, 8)], ["Today", local(y, m, d), null],
      ["Last 7 days", local(y, m, d - 7, hours, minutes), null]];
  };

  const day = cw.dates({ day: "numeric", month: "short", year: "numeric" });
  const short = cw.dates({ day: "numeric", month: "short" });
  const clock = cw.dates({ hour: "2-digit", minute: "2-digit" }), seconds = cw.dates({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const spoken = (text, form = day) => {
    const at = cw.moment(text);
    return at === null ? text : `${form.format(new Date(at * 1000))} ${(at % 60 ? seconds : clock).format(new Date(at * 1000))}`;
  };

  // A filter on a span of time, of which filter.field is the beginning and filter.until the end: chosen and changed() hold both, in UTC.
  cw.spanChip = (filter, chosen, changed) => {
    let ends = [];
    const word = h("b");
    const chip = h("button", { class: "cw-chip", type: "button", "aria-expanded": "false", "aria-haspopup": "true" }, `${filter.label} `, word);
    const anchor = h("div", "cw-anchor", chip);
    const show = () => {
      const thisYear = ends.every((text) => !text || cw.written(cw.moment(text) ?? 0).slice(0, 4) === cw.written(cw.now()).slice(0, 4));
      const [since, until] = ends.map((text) => spoken(text, thisYear ? short : day));
      word.textContent = since && until ? `${since} – ${until}` : since ? `since ${since}` : until ? `until ${until}` : filter.none ?? "any";
      chip.classList.toggle("on", Boolean(since || until));
    };
    const set = (since, until) => {
      ends = [sent(since), sent(until, true)];
      show();
      changed({ [filter.field]: ends[0], [filter.until]: ends[1] });
    };
    const input = (index, label) => {
      const at = cw.moment(ends[index]);
      const node = h("input", { class: "cw-input", type: "datetime-local", value: at === null ? null : cw.written(at) });
      node.addEventListener("change", () => { const now = [...ends]; now[index] = node.value; set(...now); });
      node.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); node.blur(); chip.click(); chip.focus(); } }); // or the chip has it too
      node.addEventListener("paste", (event) => { // a log gives moments with an offset, which the input cannot hold
        const pasted = cw.moment(event.clipboardData.getData("text"), index === 1);
        if (pasted === null) return;
        event.preventDefault();
        node.value = cw.written(pasted);
        const now = [...ends];
        now[index] = cw.utc(pasted);
        set(...now);
      });
      return h("label", "cw-end", label, node);
    };
    const pop = () => {
      const pick = (since, until) => { set(since, until); chip.click(); chip.focus(); };
      return h("div", { class: "cw-pop cw-span", role: "group", "aria-label": filter.label },
        ...cw.spans(Math.floor(cw.now())).map(([label, since, until]) =>
          h("button", { class: "cw-item", type: "button", onclick: () => pick(cw.utc(since), until && cw.utc(until)) }, label)),
        input(0, "Since"), input(1, "Until"), h("p", "cw-hint", `Times in ${cw.zone}`),
        ends.some(Boolean) ? h("button", { class: "cw-item cw-link", type: "button", onclick: () => pick("", "") }, "Any") : null);
    };
    const reset = () => { ends = [sent(chosen[filter.field]), sent(chosen[filter.until], true)]; Object.assign(chosen, { [filter.field]: ends[0], [filter.until]: ends[1] }); show(); };
    chip.addEventListener("click", () => cw.menu(chip, pop(), anchor));
    reset();
    return { node: anchor, open: () => chip.click(), counts: () => {}, reset };
  };
})();
