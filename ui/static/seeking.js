// Search in what this browser keeps: devices, towers and alerts by a name, number or cell, however spelled, as domain/cellular/notation.py
// reads them. A test asks both the same questions.
(() => {
  "use strict";
  const cw = window.cellwarden;
  const MOST = 6; // of a kind
  const SPLITS = [[20, 8], [24, 12], [12, 16]], MOST_CELL = 2 ** 36, FEWEST_DIGITS = 6, LEAST_IN_TEXT = 0x1000;
  const TITLE = /^(?:imei|imeisv|iccid|imsi|msisdn|serial|s\/n|sn|ip|cell|cell id|ci|eci|nci)\s*[:=#]\s*/i;
  const BETWEEN = /[\s\u2010-\u2015\u2212()/-]/g, NUMBER = /^\+?[0-9]*[0-9A-F]+$/i;
  const JOINING = /[\u200c\u200d\ufe0e\ufe0f]|[\u{e0100}-\u{e01ef}]/gu, SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

  cw.folded = (text) => text.normalize("NFC").replace(SPACES, " ").trim().replace(/^\ufeff+/, "").trim().replace(JOINING, "").toUpperCase().toLowerCase();

  const cellsOf = (text) => {
    const plain = text.trim().replace(TITLE, "");
    let found = /^(?:\d{3}-\d{2,3}-\d*-)?0x([0-9a-f]{1,9})$/i.exec(plain);
    if (found) return [parseInt(found[1], 16)];
    found = /^([0-9]{1,8})\s*[-/:]\s*([0-9]{1,5})$/.exec(plain);
    if (found) {
      const [node, cell] = [Number(found[1]), Number(found[2])];
      return SPLITS.filter(([high, low]) => node < 2 ** high && cell < 2 ** low).map(([, low]) => node * 2 ** low + cell);
    }
    const cells = [];
    if (/^[0-9]{1,11}$/.test(plain)) cells.push(Number(plain));
    else if (/^(?=.*[0-9])[0-9a-f]{4,9}$/i.test(plain)) cells.push(parseInt(plain, 16));
    return cells.filter((cell) => cell < MOST_CELL);
  };
  const luhn = (digits) => [...digits].reverse().reduce((sum, digit, at) => { const twice = Number(digit) * (at % 2 ? 2 : 1); return sum + (twice > 9 ? twice - 9 : twice); }, 0) % 10 === 0;
  const imei = (digits) => (digits.length === 15 ? digits : [..."0123456789"].map((check) => digits.slice(0, 14) + check).find(luhn));
  const asKept = (digits) => {
    const home = /^0{1,2}([1-9][0-9]{7,13})$/.exec(digits);
    return [...(home ? [home[1]] : []), ...(/^[0-9]{14,16}$/.test(digits) ? [imei(digits)] : [])];
  };
  // The folded texts that mean the same.
  const spellings = (text) => {
    const plain = cw.folded(text);
    if (!plain) return [];
    const wanted = plain.replace(TITLE, "") || plain, digits = wanted.replace(BETWEEN, ""), forms = new Set([plain, wanted]);
    if (digits.length >= FEWEST_DIGITS && NUMBER.test(digits)) for (const form of [digits, ...asKept(digits)]) forms.add(form);
    for (const cell of cellsOf(wanted)) if (cell >= LEAST_IN_TEXT) forms.add(`0x${cell.toString(16)}`);
    return [...forms];
  };

  // What is called something like the text among things {kind, name, href, state, text, cells}, some of each kind.
  const among = (things, text) => {
    const texts = spellings(text), cells = cellsOf(text), of = {};
    return texts.length ? things.filter((thing) => {
      if (!texts.some((each) => thing.text.includes(each)) && !thing.cells?.some((cell) => cells.includes(cell))) return false;
      of[thing.kind] = (of[thing.kind] ?? 0) + 1;
      return of[thing.kind] <= MOST;
    }) : [];
  };

  cw.seeking = { spellings, cellsOf, among };
  // {things, at} of what is kept; null where nothing is.
  cw.seekKept = async (text) => {
    const index = await cw.kept?.get("meta", "index").catch(() => null);
    return index && !cw.kept.isOld(index) ? { things: among(index.things, text), at: index.at } : null;
  };
})();
