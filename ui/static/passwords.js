// Password fields: a button that shows what was typed, and a word while Caps Lock is on.
(() => {
  "use strict";
  const cw = window.cellwarden, h = cw.h;
  const box = (node) => node.closest?.(".cw-secret");
  const show = (place, shown) => {
    place.querySelector("input").type = shown ? "text" : "password";
    place.querySelector("[data-reveal]").firstElementChild.textContent = shown ? "Hide" : "Show";
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-reveal]");
    if (!button) return;
    const place = box(button), input = place.querySelector("input");
    show(place, input.type === "password");
    input.focus();
  });
  // Sent as a password field: else browsers remember the text among what was typed into forms.
  document.addEventListener("submit", (event) => { for (const place of event.target.querySelectorAll(".cw-secret")) show(place, false); }, true);
  for (const kind of ["keydown", "keyup"]) {
    document.addEventListener(kind, (event) => {
      const word = box(event.target)?.querySelector(".cw-caps");
      if (word && event.getModifierState) word.textContent = event.getModifierState("CapsLock") ? "Caps Lock is on" : "";
    });
  }
  document.addEventListener("focusout", (event) => { const word = box(event.target)?.querySelector(".cw-caps"); if (word) word.textContent = ""; });
  cw.secret = (input, label) => h("span", "cw-secret", input, h("span", "cw-reveal", h("span", { class: "cw-caps", role: "status" }),
    h("button", { type: "button", "data-reveal": true }, h("span", "", "Show"), h("span", "cw-sr", ` ${label}`))));
})();
