// The forms before a sign-in, which the browser sends by itself: what was typed in them is kept by the tab, and they say at the field what the
// server would refuse. No secret and no code is kept, and nothing on a shared computer.
(() => {
  "use strict";
  if (document.querySelector("[data-cw-live]")) return; // signed in: drafts.js has taken away what was kept here
  const FORMS = "form[method=post][aria-label]", PAUSE = 600, LASTS = 24 * 3600_000; // ms: after the last key; kept
  const asked = (form) => [...form.elements].filter((field) => /^(text|email)$/.test(field.type) && field.name && !field.readOnly && !field.closest(".cw-secret") && !/code|password/.test(field.autocomplete) && field.getAttribute("autocapitalize") !== "none");
  const keyOf = (form) => `cellwarden-draft door ${form.getAttribute("aria-label")} ${[...form.elements].filter((field) => field.readOnly).map(({ value }) => value)}`;
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const restore = () => {
    for (const form of document.querySelectorAll(FORMS)) {
      const found = read(keyOf(form));
      if (!found || !(Date.now() - found.at < LASTS)) continue;
      for (const field of asked(form)) if (field.value === field.defaultValue && typeof found.values[field.name] === "string") field.value = found.values[field.name];
    }
  };
  restore();
  document.addEventListener("cellwarden:taken", restore);

  const wrong = (field) => {
    const text = field.value, least = Number(field.dataset.least), count = [...text.normalize("NFC")].length;
    if (field.type === "email" && text && !field.validity.valid) return "Write an e-mail address, such as ana@example.com.";
    if (least && text && count < least) return `${least} characters or more; so far ${count}.`;
    return "";
  };
  const notes = new WeakMap(); // field -> its line
  const look = (field) => {
    const words = wrong(field);
    let note = notes.get(field);
    if (!note && !words) return;
    if (!note) {
      note = Object.assign(document.createElement("p"), { className: "cw-wrong at", id: `${field.id}-wrong` });
      note.setAttribute("aria-live", "polite");
      (field.closest(".cw-secret") ?? field).after(note);
      notes.set(field, note);
      field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));
    }
    note.textContent = words;
    if (words) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  };
  let timer = 0;
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form?.matches(FORMS)) return;
    const key = keyOf(form), values = Object.fromEntries(asked(form).map(({ name, value }) => [name, value]));
    try { if (form.elements.shared?.checked) sessionStorage.removeItem(key); else sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), values })); } catch { /* full, or refused */ }
    clearTimeout(timer);
    if (notes.get(target)?.textContent) look(target); // what was wrong is right at once
    else timer = setTimeout(look, PAUSE, target);
  });
})();
