// The page of the API: search over the operations, a button that copies each example, a form that tries an operation as the person.
export default {
  template: `<div class="cw-tools cw-api-tools"><input ref="seek" class="cw-input seek" type="search" placeholder="Search paths, fields, scopes" aria-label="Search the API" data-testid="seek" @input="seek"><span ref="sum" class="sum" role="status"></span></div>`,
  props: { enterprise: String },
  mounted() {
    this.ops = [];
    requestAnimationFrame(() => this.dress());
    addEventListener("hashchange", this.reveal);
  },
  unmounted() { removeEventListener("hashchange", this.reveal); },
  methods: {
    dress() {
      this.ops = [...document.querySelectorAll(".cw-op")];
      for (const op of this.ops) op.addEventListener("toggle", () => {
        if (!op.open || op.dataset.dressed) return;
        op.dataset.dressed = "yes";
        for (const figure of op.querySelectorAll("figure.code")) {
          const copy = window.cellwarden.copy(figure.querySelector("code").textContent, "Copy");
          copy.title = `Copy: ${figure.querySelector("figcaption").textContent}`;
          figure.querySelector("figcaption").append(copy);
        }
        if (op.dataset.try) op.querySelector(".body").append(this.form(op.id, JSON.parse(op.dataset.try)));
      });
      this.seek();
      this.reveal();
    },
    reveal() {
      const op = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (op?.classList.contains("cw-op")) { op.open = true; op.scrollIntoView({ block: "start" }); }
    },
    seek() {
      const words = this.$refs.seek.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const op of this.ops) {
        op.hidden = !words.every((word) => op.dataset.words.includes(word));
        shown += !op.hidden;
      }
      for (const part of document.querySelectorAll(".cw-api-part")) part.hidden = !part.querySelector(".cw-op:not([hidden])");
      const n = window.cellwarden.number(shown);
      this.$refs.sum.textContent = !this.ops.length ? "" : shown ? `${n} of ${window.cellwarden.number(this.ops.length)} operations` : "No operation has these words. Try part of a path, a field or a scope.";
    },
    form(id, said) {
      const h = window.cellwarden.h, safe = said.method === "GET";
      const inputs = said.fields.map((field, at) => {
        const name = `${id}-${at}`;
        const input = field.choices.length && !field.many
          ? h("select", { class: "cw-input", id: name }, h("option", { value: "" }, ""), ...field.choices.map((choice) => h("option", { value: choice }, choice)))
          : h("input", { class: "cw-input", id: name, autocomplete: "off", spellcheck: "false", required: field.required, placeholder: field.many ? "several: with commas" : null, value: field.name === "If-Match" ? "*" : null });
        return { field, input, node: h("div", "", h("label", { class: "cw-label", for: name }, `${field.name}${field.required ? " (required)" : ""}`), input) };
      });
      const body = said.body ? h("textarea", { class: "cw-input area", id: `${id}-body`, rows: Math.min(16, said.body.split("\n").length), spellcheck: "false" }) : null;
      if (body) body.value = said.body;
      window.cellwarden.drafts.plain(`try ${id}`, { ...Object.fromEntries(inputs.map(({ field, input }) => [field.name, input])), ...(body ? { body } : {}) }, true);
      const out = h("div", { class: "out", role: "status", "data-testid": "answer" });
      const send = h("button", { class: `cw-btn ${safe ? "primary" : ""}`, type: "submit" }, safe ? "Send GET" : `Send ${said.method}…`);
      const form = h("form", { class: "cw-form try", "data-testid": "try" }, h("h3", "", "Try it"),
        h("p", "cw-quiet", safe ? "It is asked as you, of your enterprise." : "It is done as you, to your enterprise, and stands in the audit trail under your name."),
        ...inputs.map(({ node }) => node), body ? h("div", "", h("label", { class: "cw-label", for: body.id }, "Body"), body) : null, h("div", "", send), out);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const request = this.request(said, inputs, body?.value ?? null);
        const go = () => this.send(request, said, send, out);
        if (safe) go(); else this.ask(said, request, go);
      });
      return form;
    },
    request(said, inputs, body) {
      const query = new URLSearchParams(), headers = {};
      let path = said.path;
      for (const { field, input } of inputs) {
        const value = input.value.trim();
        if (!value) continue;
        if (field.where === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
        else if (field.where === "header") headers[field.name] = value;
        else for (const one of field.many ? value.split(",") : [value]) query.append(field.name, one.trim());
      }
      if (body !== null) headers["Content-Type"] = said.type;
      const asked = String(query);
      return { url: `/ui/try${path.replace(/^\/api\/v1/, "")}${asked ? `?${asked}` : ""}`, shown: `${path}${asked ? `?${asked}` : ""}`, options: { method: said.method, headers, body, cache: "no-store" } };
    },
    ask(said, request, go) {
      const h = window.cellwarden.h, danger = said.method === "DELETE" || /revoke|rotate|commands|role|withdraw/.test(`${said.path} ${said.summary.toLowerCase()}`);
      const dialog = h("dialog", { class: "cw-dialog cw-ask", "aria-label": said.summary, "data-testid": "sure" });
      const confirm = h("button", { class: `cw-btn ${danger ? "danger" : "primary"}`, type: "button", "data-testid": "confirm", onclick: () => { dialog.close(); go(); } }, said.summary);
      const cancel = h("button", { class: "cw-btn", type: "button", onclick: () => dialog.close() }, "Cancel");
      dialog.append(h("h2", "", `${said.summary}?`),
        h("p", "", `This is no rehearsal: it happens to ${this.enterprise}, as you, at once.`),
        h("pre", "", h("code", "", `${said.method} ${request.shown}${request.options.body ? `\n\n${request.options.body}` : ""}`)),
        h("div", "ends", cancel, confirm));
      window.cellwarden.modal(dialog);
      (danger ? cancel : confirm).focus();
    },
    async send(request, said, button, out) {
      const h = window.cellwarden.h;
      button.disabled = true;
      try {
        const answer = await fetch(request.url, request.options);
        const text = await answer.text();
        let told = text;
        try { told = JSON.stringify(JSON.parse(text), null, 2); } catch { /* no JSON: as it came */ }
        const type = (() => { try { return JSON.parse(text).type ?? ""; } catch { return ""; } })();
        if (answer.status === 401) { window.cellwarden.signedOut(); return; }
        if (answer.status === 403 && type.endsWith(":confirm-that-it-is-you")) {
          this.waiting = () => this.send(request, said, button, out);
          out.replaceChildren(h("p", "", "This needs a fresh proof that it is you."));
          this.$emit("proof");
          return;
        }
        const tone = answer.ok ? "ok" : "bad";
        out.replaceChildren(h("p", "", h("span", `cw-state cw-${tone} loud`, window.cellwarden.shape({ tone, shape: answer.ok ? "disc" : "square" }), `${answer.status} ${answer.statusText}`),
          answer.headers.get("etag") ? h("span", "cw-quiet", ` ETag ${answer.headers.get("etag")}`) : null),
          told ? h("pre", "", h("code", "", told)) : h("p", "cw-quiet", "No body."));
      } catch { out.replaceChildren(h("p", "cw-complaint", "The server could not be reached. Nothing is known of whether it was done.")); }
      finally { button.disabled = false; }
    },
    again() { const go = this.waiting; this.waiting = null; go?.(); },
  },
};
