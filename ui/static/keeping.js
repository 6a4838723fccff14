// A page keeps what it shows, for the time without a network: now and then while it is looked at, and when it is left. Only where a
// worker can show it again (HTTPS, or this machine), and nothing where nothing may be kept (docs/offline.md).
(() => {
  "use strict";
  const cw = window.cellwarden, { kept, pictured } = cw, under = cw.keptUnder;
  if (under === null || under === undefined) return; // this page says nothing of it

  const worker = navigator.serviceWorker;
  if (!under) { // of strangers, of an enterprise whose browsers keep nothing, or on a shared computer
    kept.wipe().catch(() => { /* the next page tries again */ });
    worker?.getRegistration?.("/").then(async (found) => { if (found && !(await found.pushManager?.getSubscription())) await found.unregister(); }).catch(() => { /* blocked: there is none */ });
    return;
  }
  if (!kept.able || !worker) return;
  const EVERY = 30_000, SETTLED = 2_000, FRESH = 600_000, PAUSE = 1_000; // ms
  const LISTS = ["o", "d", "t", "a"]; // overview, devices, towers, alerts: kept in any case; by their keys in the rail
  const here = location.pathname + location.search;
  const idle = (act) => (window.requestIdleCallback ?? setTimeout)(act);
  const quietly = (promise) => promise.catch(() => { /* a browser that keeps nothing, such as in a private window */ });
  const offset = () => cw.now() - Date.now() / 1000; // of the server's clock from this one

  const answered = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200;
  const take = async () => {
    const { state, seenAt } = cw.line();
    if (kept.ended || state !== "live" || answered >= 400 || !pictured.may(here)) return;
    const [path, ...same] = cw.address?.all() ?? [location.pathname + location.search];
    const picture = pictured.of(document, { path, at: seenAt });
    // at once: a page that is left has no second turn
    if (picture) await Promise.all([picture.path, ...same].map((one) => kept.put("pages", { ...picture, path: one, offset: offset() })));
  };

  // The lists of which there is no picture, or an old one, are fetched as pictures: no visit, and no session is kept awake by it.
  const fetchLists = async () => {
    for (const key of LISTS) {
      const href = document.querySelector(`.cw-nav a[data-key=${key}]`)?.getAttribute("href");
      if (!href || kept.ended || !pictured.may(href)) continue;
      const known = await kept.get("pages", pictured.addressOf(href));
      if (known && Date.now() - known.kept < FRESH) continue;
      const answer = await fetch(href, { headers: { "X-Cellwarden-Keep": "picture" }, cache: "no-store" });
      if (new URL(answer.url).pathname === "/login") { await kept.wipe(); return; }
      if (!answer.ok) continue;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.querySelector("meta[name=cellwarden-kept]")?.content !== under) return; // another tab has signed in as another person
      const at = JSON.parse(page.getElementById("cw-snapshot")?.textContent ?? "{}").at;
      const picture = pictured.of(page, { path: href, at });
      if (picture) await kept.put("pages", { ...picture, offset: offset() });
      await new Promise((next) => setTimeout(next, PAUSE));
    }
    await fetchIndex();
  };
  const fetchIndex = async () => {
    const known = await kept.get("meta", "index");
    if (kept.ended || (known && Date.now() - known.kept < FRESH)) return;
    const answer = await fetch("/ui/kept", { cache: "no-store" });
    if (answer.status === 401) { await kept.wipe(); return; }
    if (!answer.ok) return;
    const index = await answer.json();
    if (index.under === under) await kept.put("meta", { ...index, name: "index", kept: Date.now(), offset: offset() });
  };

  // A page on a slow line has nothing to keep yet.
  const first = () => {
    if (kept.ended || cw.line().state === "live") idle(() => quietly(take()));
    else setTimeout(first, SETTLED);
  };
  const begin = async () => {
    if (!(await kept.begin(under))) return;
    const { active } = await worker.register("/sw.js", { scope: "/", updateViaCache: "none" }).then(() => worker.ready);
    active.postMessage("prepare"); // its files may have gone with a sign-out
    await kept.put("meta", { name: "desk", desk: cw.desk, kept: Date.now() });
    document.dispatchEvent(new CustomEvent("cellwarden:keeps"));
    setTimeout(first, SETTLED);
    setInterval(() => { if (!document.hidden) idle(() => quietly(take())); }, EVERY);
    document.addEventListener("visibilitychange", () => { if (document.hidden) quietly(take()); }); // and when it is left
    setTimeout(() => idle(() => quietly(fetchLists())), 2 * SETTLED);
  };
  // Who signs out by a form of ours leaves nothing; one that was not sent, since there is no line, signs nobody out.
  document.addEventListener("submit", (event) => { if (event.target.getAttribute("action") === "/auth/sign-out" && !event.defaultPrevented) quietly(kept.wipe()); });
  const soon = () => idle(() => quietly(begin()));
  const shown = () => cw.whenShown(soon);
  if (document.getElementById("cw-first")) document.addEventListener("cellwarden:taken", shown, { once: true }); else shown();
})();
