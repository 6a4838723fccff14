// The service worker: pages come from the server, and from what is kept when there is no network or no server. The server writes
// `release` in front of it: {version, parts, assets, shell}.
"use strict";
importScripts(...release.parts);
const { kept } = self.cellwarden;
const CACHE = `cellwarden-${release.version}`;
const PATIENCE = 10_000; // ms that an answer to a page may take before the last picture is shown
const GONE = new Set([502, 503, 504]); // what proxies say in place of a server that is not there
const NO_PAGES = ["/auth/", "/api/", "/ui/", "/status/", "/_nicegui", "/join", "/login/", "/healthz", "/readyz", "/metrics"];

// Files of a release and the page without a network; nothing of any person.
const fill = async () => {
  const cache = await caches.open(CACHE), there = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await cache.addAll([...release.assets, release.shell].filter((path) => !there.has(path)));
};

self.addEventListener("install", (event) => {
  event.addRoutes?.([
    { condition: { urlPattern: { pathname: `${release.base}/*` } }, source: "cache" },
    { condition: { urlPattern: { pathname: "/_nicegui*" } }, source: "network" },
  ])?.catch?.(() => { /* the listener below does the same */ });
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("cellwarden-") && name !== CACHE) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") navigated(event, request, url);
  else if (url.pathname.startsWith(`${release.base}/`)) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
});

function navigated(event, request, url) {
  if (url.pathname === "/auth/sign-out") event.waitUntil(kept.wipe());
  if (request.method !== "GET" || NO_PAGES.some((path) => url.pathname.startsWith(path))) return;
  event.respondWith(answered(event, request, url));
}

async function answered(event, request, url) {
  let found = null;
  try {
    const late = new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error("late")));
    const asked = event.preloadResponse.then((early) => early ?? fetch(request));
    asked.catch(() => { /* it was too slow, and fails after that */ });
    found = await Promise.race([asked, late]);
    if (url.pathname === "/login" && found.ok) event.waitUntil(kept.wipe()); // the server asks who is there: no session stands
    if (!GONE.has(found.status)) return found;
  } catch { /* no network, no server, or too slow */ }
  if (request.headers.get("Sec-Purpose")?.startsWith("prefetch")) return found ?? Response.error(); // it may be back when the link is followed
  const shell = (await kept.find()) ? await caches.match(release.shell) : undefined;
  return shell ?? found ?? Response.error();
}

// What waits in the outbox goes out: when the network is back, and when a page says that its line stands again.
const send = (event) => { if (self.cellwarden.outbox) event.waitUntil(self.cellwarden.outbox.send()); };
self.addEventListener("sync", (event) => { if (event.tag === "outbox") send(event); });
self.addEventListener("message", (event) => {
  if (event.data === "outbox") send(event);
  if (event.data === "prepare") event.waitUntil(fill());
});

// A notification for the person who asked for it in this browser. What comes later of the same alert takes its place.
self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {}, isLoud = ["critical", "major"].includes(said.severity) && !said.over;
  event.waitUntil(self.registration.showNotification(String(said.title ?? "Cellwarden"), {
    body: [said.enterprise, said.body].filter(Boolean).join("\n"),
    tag: said.alert || said.key,
    renotify: Boolean(said.alert || said.key) && !said.over,
    requireInteraction: isLoud,
    silent: Boolean(said.over),
    timestamp: (said.at ?? Date.now() / 1000) * 1000,
    icon: `${release.base}/icons/any-192.png`,
    badge: `${release.base}/icons/any-192.png`,
    data: { path: said.path || (said.alert ? `/alerts/${encodeURIComponent(said.alert)}` : "/account") },
  }));
});
// The push service gives the browser another address: the console is told, in place of the one that it knows.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil((async () => {
  const options = event.oldSubscription?.options;
  const made = event.newSubscription ?? (options && await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: options.applicationServerKey }));
  if (!made || !event.oldSubscription) return; // the next page finds that its browser is not known, and says so
  await fetch("/ui/browsers/renew", {
    method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ former: event.oldSubscription.endpoint, ...made.toJSON() }),
  });
})()));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = event.notification.data?.path ?? "/alerts";
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = pages.find((page) => new URL(page.url).pathname === path);
    if (there) return there.focus();
    return self.clients.openWindow(path);
  })());
});
