// A page keeps what it shows, for the time without a network: now and then while it is looked at, and when it is left. Only where a
// worker can show it again (HTTPS, or this machine), and nothing where nothing may be kept (docs/offline.md).
(() => {
  "use strict";
  const cw = window.cellwarden, { kept } = cw, under = cw.keptUnder;
  if (under === null || under === undefined) return; // this page says nothing of it

  const worker = navigator.serviceWorker;
  if (!under) { // of strangers, of an enterprise whose browsers keep nothing, or on a shared computer
    kept.wipe().catch(() => { /* the next page tries again */ });
    worker?.getRegistration?.("/").then((found) => found?.unregister()).catch(() => { /* blocked: there is none */ });
    return;
  }
  if (!kept.able || !worker) return;
  // Whoever leaves by a form of ours (sign-out, another enterprise) leaves nothing.
  document.addEventListener("submit", (event) => { if (event.target.getAttribute("action") === "/auth/sign-out") kept.wipe(); });

  const idle = (act) => (window.requestIdleCallback ?? setTimeout)(act);
  const begin = async () => {
    const ready = await kept.begin(under);
    const { active } = await worker.register("/sw.js", { scope: "/", updateViaCache: "none" }).then(() => worker.ready);
    active.postMessage("prepare"); // its files may have gone with a sign-out
    if (ready) document.dispatchEvent(new CustomEvent("cellwarden:keeps"));
  };
  const soon = () => idle(() => begin().catch(() => { /* a browser that keeps nothing, such as in a private window */ }));
  if (document.getElementById("cw-first")) document.addEventListener("cellwarden:taken", soon, { once: true }); else soon();
})();
