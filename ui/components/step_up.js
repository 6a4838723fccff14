// A fresh proof of who one is, sent by fetch: the answer brings the session's new cookie, which no script can read.
const WORDS = { password: ["Password", "current-password", "password"], code: ["Code of your authenticator app", "one-time-code", "text"] };
export default {
  template: `<form class="cw-form"></form>`,
  props: { proof: String, provider: Array, email: String },
  mounted() {
    const cw = window.cellwarden, h = cw.h, form = this.$el;
    const [id, name] = this.provider;
    const trouble = h("p", { class: "cw-complaint", role: "alert" });
    const cancel = h("button", { type: "button", class: "cw-btn", onclick: () => this.$emit("cancel") }, "Cancel");
    const there = h("p", { class: "cw-hint", role: "status" });
    // In a tab of its own: what was begun here stays, and goes on once the session has been raised there.
    const again = id ? h("a", { class: `cw-btn${this.proof ? "" : " primary"}`, target: "_blank", href: `/login/${encodeURIComponent(id)}?step_up=1&next=/account/confirmed`, onclick: () => {
      there.textContent = `Confirm it at ${name}, in the tab that has opened. What you have begun here then goes on by itself.`;
    } }, `Sign in again with ${name}`) : null;
    if (!this.proof) {
      form.append(there, h("div", "ends", cancel, again));
      return;
    }
    const [label, autocomplete, type] = WORDS[this.proof];
    const input = h("input", { class: "cw-input", id: "step-up-proof", name: this.proof, type, autocomplete, required: true, maxlength: 1024, autofocus: true, inputmode: this.proof === "code" ? "numeric" : null, "data-testid": "proof" });
    const confirm = h("button", { type: "submit", class: "cw-btn primary", "data-testid": "prove" }, this.proof === "code" ? "Confirm code" : "Confirm password");
    form.append(
      h("input", { type: "text", name: "email", autocomplete: "username", value: this.email, hidden: true, readonly: true }), // password managers ask whose it is
      h("div", "", h("label", { class: "cw-label", for: input.id }, label), this.proof === "password" ? cw.secret(input, "password") : input),
      trouble, there, h("div", "ends", again, cancel, confirm));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      confirm.disabled = true;
      trouble.textContent = "";
      try {
        const answer = await fetch("/auth/step-up", { method: "POST", body: new URLSearchParams({ [this.proof]: input.value }) });
        if (answer.ok) { this.$emit("proved"); return; }
        if (answer.status === 401) { cw.signedOut(); return; }
        const said = (await answer.json()).detail ?? "";
        trouble.textContent = `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
      } catch { trouble.textContent = "The server could not be reached. Try again in a moment."; }
      confirm.disabled = false;
      input.value = "";
      input.focus();
    });
    requestAnimationFrame(() => input.focus());
  },
};
