// Notifications in this browser, with the console closed: asked for by a button of the account, shown by the worker (worker.js).
(() => {
  "use strict";
  const cw = window.cellwarden, worker = navigator.serviceWorker;
  const MARK = "cellwarden-notified", PATIENCE = 15_000; // ms: a browser that does not reach the push service of its maker says nothing
  const me = document.querySelector("[data-cw-live]")?.dataset.cwLive;
  if (!me) return;

  const post = async (path, body) => {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail);
    return said;
  };
  const within = (promise, words) => Promise.race([promise, new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error(words)))]);
  const bytes = (key) => Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const mark = (value) => { try { if (value) localStorage.setItem(MARK, value); else localStorage.removeItem(MARK); } catch { /* blocked */ } };

  const subscribed = async () => {
    if (!worker || !window.PushManager) throw new Error(window.isSecureContext ? "this browser has no notifications from the web; on an iPhone or iPad, add the console to the home screen first" : "browsers allow it over HTTPS alone");
    if ((await Notification.requestPermission()) !== "granted") throw new Error("this browser does not allow it; change that in its settings for this site");
    const { key } = await post("/ui/browsers/key", {});
    const registration = await worker.register("/sw.js", { scope: "/", updateViaCache: "none" }).then(() => within(worker.ready, "the worker of the console did not start"));
    const known = await registration.pushManager.getSubscription();
    if (known) await known.unsubscribe(); // it may be bound to another key
    const asked = registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    return within(asked, "this browser does not reach the push service of its maker");
  };
  cw.notifyHere = async (button) => {
    if (!cw.wire?.open) { cw.toast({ words: "Nothing was sent: there is no line to the server. Press again when it is back.", tone: "warn" }); return; }
    button.disabled = true;
    try {
      await post("/ui/browsers", (await subscribed()).toJSON());
      mark(me);
      location.reload();
    } catch (error) {
      cw.toast({ words: `Not notified: ${error.message}.`, tone: "bad", lasts: 30_000 });
      button.disabled = false;
    }
  };

  // The server forgets a browser at the sign-out of the session that it was last used in: this one, from now on.
  const again = async () => {
    if (!worker || localStorage.getItem(MARK) !== me || sessionStorage.getItem(MARK)) return;
    const subscription = await (await worker.getRegistration("/"))?.pushManager?.getSubscription();
    const { known } = subscription ? await post("/ui/browsers/again", { endpoint: subscription.endpoint }) : { known: false };
    if (known) sessionStorage.setItem(MARK, "1");
    else { mark(""); await subscription?.unsubscribe(); }
  };
  setTimeout(() => again().catch(() => { /* the next page tries again */ }), 3000);
})();
