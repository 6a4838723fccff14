// New alerts that wait for a person, told on whichever page is open: a word in the corner, one sentence for people who do not see it, a
// sound for those who want one; and how many wait, in the title and the icon of the tab.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h, desk = cw.desk;
  if (!document.querySelector("#cw-said") || !desk) return;
  const PAUSE = 10_000, GATHER = 1500; // what comes within them is one sentence
  const MOST = 20; // that the server remembers
  const RANK = ["critical", "major", "minor", "warning"];
  const isLoud = (severity) => severity !== null && RANK.indexOf(severity) >= 0 && RANK.indexOf(severity) <= RANK.indexOf(desk.loud);

  let toldTo = null, untold = [], saidAt = 0, saying = 0;
  const tell = () => {
    const newest = untold.at(-1), many = untold.length, word = cw.look("severity", newest.severity).word;
    const count = many < MOST ? String(many) : `${MOST} or more`;
    const words = many === 1 ? `${word} alert: ${newest.text}` : `${count} new alerts. The newest: ${newest.text}`;
    const tone = untold.some(({ severity }) => severity === "critical" || severity === "major") ? "bad" : "warn";
    cw.toast({ words, tone, label: many === 1 ? "Open" : "Open alerts", lasts: 20_000, spoken: false, news: true, press: () => location.assign(many === 1 ? `/alerts/${encodeURIComponent(newest.id)}` : "/alerts") });
    cw.speak(`${words}.`);
    if (desk.sound) chime();
    untold = [];
    saidAt = Date.now();
    saying = 0;
  };

  // Two notes, made here. A browser lets a page sound only after a key or button was pressed in it.
  let audio = null;
  const ready = () => {
    if (!desk.sound) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().catch(() => { /* the next key or press tries again */ });
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, ready, { capture: true, passive: true });
  const note = (pitch, at) => {
    const voice = audio.createOscillator(), level = audio.createGain();
    voice.frequency.value = pitch;
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime(0.2, at + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    voice.connect(level).connect(audio.destination);
    voice.start(at);
    voice.stop(at + 0.4);
  };
  const sound = () => { note(880, audio.currentTime); note(660, audio.currentTime + 0.22); };
  // Of several open pages one sounds: the first that may.
  const chime = () => {
    if (audio?.state !== "running") return;
    if (!navigator.locks) { sound(); return; } // they are there over HTTPS and on this machine alone
    navigator.locks.request("cellwarden-sound", { ifAvailable: true }, (lock) => {
      if (!lock) return;
      sound();
      return new Promise((done) => setTimeout(done, PAUSE / 2));
    });
  };

  // How many wait: "(3) Alerts · Cellwarden", and a mark on the icon.
  const icon = document.querySelector('link[rel~="icon"]'), plain = icon?.href;
  let waiting = 0;
  const titled = () => {
    const name = document.title.replace(/^\(\d+\) /, ""), wanted = waiting ? `(${waiting}) ${name}` : name;
    if (document.title !== wanted) document.title = wanted;
  };
  const marked = () => {
    if (!icon) return;
    if (!waiting) { icon.href = plain; return; }
    const picture = new Image();
    picture.onload = () => {
      const canvas = h("canvas", { width: 64, height: 64 }), pen = canvas.getContext("2d");
      const text = waiting > 99 ? "99+" : String(waiting), wide = text.length > 1 ? 60 : 40;
      pen.drawImage(picture, 0, 0, 64, 64);
      pen.fillStyle = "#b42318";
      pen.beginPath();
      pen.roundRect(64 - wide, 26, wide, 38, 12);
      pen.fill();
      pen.fillStyle = "#fff";
      pen.font = `700 ${text.length > 2 ? 28 : 34}px Inter, sans-serif`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(text, 64 - wide / 2, 46);
      icon.href = canvas.toDataURL("image/png");
      icon.dataset.waiting = String(waiting);
    };
    picture.src = plain;
  };
  if (document.querySelector("title")) new MutationObserver(titled).observe(document.querySelector("title"), { childList: true });

  cw.follow("announcements", ({ raised, waiting: now }) => {
    if (now !== undefined && now !== waiting) { waiting = now; titled(); marked(); }
    if (!raised) return;
    const fresh = toldTo === null ? [] : raised.filter(({ at, severity, before }) => at > toldTo && isLoud(severity) && !isLoud(before));
    toldTo = Math.max(toldTo ?? 0, ...raised.map(({ at }) => at));
    untold.push(...fresh);
    if (untold.length) saying ||= setTimeout(tell, Math.max(GATHER, saidAt + PAUSE - Date.now()));
  });
})();
