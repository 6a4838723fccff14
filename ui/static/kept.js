// What this browser keeps of one person in one enterprise, with what they may see there: a database of its own, which goes as a whole.
// Pages, the worker and the page without a network use the same; what ends it stands in docs/caching.md.
(() => {
  "use strict";
  const cw = (self.cellwarden ??= {});
  const PREFIX = "cellwarden-", LONGEST = 86_400_000, MOST_PAGES = 100, MOST_TOPICS = 40; // ms: 24 hours
  // pages by address, meta by name (what is found by search, and the like), outbox: what waits for the network,
  // topics: states of lists by their topic, with the number from which the line goes on.
  const STORES = { pages: ["path"], meta: ["name"], outbox: ["key", "at"], topics: ["topic"] };
  let db = null, ended = false;

  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const names = async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.startsWith(PREFIX));
  const open = async (name) => {
    const asked = indexedDB.open(name, 2);
    asked.onupgradeneeded = () => {
      for (const [store, [key, index]] of Object.entries(STORES)) {
        if (asked.result.objectStoreNames.contains(store)) continue; // of an earlier release
        const made = asked.result.createObjectStore(store, { keyPath: key });
        if (index) made.createIndex(index, index);
      }
    };
    const found = await done(asked);
    // It goes, by another tab, the worker or the sign-in: this page keeps nothing any more.
    found.onversionchange = () => { ended = true; db = null; found.close(); };
    return found;
  };
  const drop = (name) => new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
  const within = (store, mode, act) => {
    if (!db) return Promise.resolve(undefined);
    try { return done(act(db.transaction(store, mode).objectStore(store))); } catch { return Promise.resolve(undefined); } // it has just gone
  };

  cw.kept = {
    able: typeof indexedDB === "object" && "databases" in indexedDB && typeof caches === "object",
    // True once what was kept is gone: nothing is kept again before a page is loaded.
    get ended() { return ended; },
    // The database of that key, made if need be; every other one goes. Without a key nothing is kept, and what there was goes.
    async begin(key) {
      if (!this.able || ended) return false;
      const own = PREFIX + key;
      await Promise.all((await names()).filter((name) => !key || name !== own).map(drop));
      if (!key) return false;
      db ??= await open(own);
      await this.forgetOld();
      return true;
    },
    // The database that is there, of any account: for the worker, which has no page. False when there is none.
    async find() {
      if (!this.able) return false;
      const [name] = await names();
      if (!name) { db = null; return false; }
      if (db?.name !== name) { ended = false; db = await open(name); }
      return true;
    },
    get: (store, key) => within(store, "readonly", (all) => all.get(key)),
    all: (store) => within(store, "readonly", (all) => all.getAll()).then((found) => found ?? []),
    put: (store, value) => (ended ? Promise.resolve(undefined) : within(store, "readwrite", (all) => all.put(value))),
    remove: (store, key) => within(store, "readwrite", (all) => all.delete(key)),
    // Longer ago than anything is kept, by this computer's clock; one that was set back counts as well.
    isOld: ({ kept }) => Math.abs(Date.now() - kept) > LONGEST,
    async forgetOld() {
      for (const store of ["pages", "meta", "topics"]) for (const one of await this.all(store)) if (this.isOld(one)) await this.remove(store, one[STORES[store][0]]);
      const newest = (await this.all("pages")).sort((a, b) => b.kept - a.kept);
      for (const { path } of newest.slice(MOST_PAGES)) await this.remove("pages", path);
      const lists = (await this.all("topics")).sort((a, b) => b.kept - a.kept);
      for (const { topic } of lists.slice(MOST_TOPICS)) await this.remove("topics", topic);
    },
    // Everything that this browser keeps here, of whomever.
    async wipe() {
      ended = true;
      db?.close();
      db = null;
      if (!this.able) return;
      const stores = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
      await Promise.all([...(await names()).map(drop), ...stores.map((name) => caches.delete(name))]);
    },
  };
})();
