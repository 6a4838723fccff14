// Goes back and forth between the overview and the list of devices by itself, as a person does by the rail, and tells the server when each
// list was painted, and when the first thing of its page: every other one was made ready before (prerendered), as pointing at its link does. No DevTools: with them nothing is prerendered.
(() => {
  const tell = (found) => fetch("/api/bench/rides", { method: "POST", body: JSON.stringify(found) });
  const until = async (there) => { for (let found; ; await new Promise((next) => setTimeout(next, 20))) if ((found = there())) return found; };
  // When the first row is on the screen (Element Timing): this runs when the document has been parsed, and the picture is shown a frame later.
  // Of a page that was made ready it is a row of the live page; of one that is loaded a row of its picture, and one of the live page later. One
  // that was missed is not counted, rather than the one that follows it.
  const kind = document.prerendering || performance.getEntriesByType("navigation")[0]?.activationStart ? "live" : "picture";
  const rowAt = {};
  const mark = () => { for (const one of document.querySelector("tbody [data-row]")?.querySelectorAll("*:not([elementtiming])") ?? []) one.setAttribute("elementtiming", one.closest("#cw-first") ? "picture" : "live"); };
  mark();
  new MutationObserver(mark).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => { for (const { identifier, renderTime } of list.getEntries()) if (renderTime) rowAt[identifier] ??= renderTime; }).observe({ type: "element", buffered: true });
  const turn = Number(new URLSearchParams(location.search).get("ride") ?? 0); // now: a list tidies up its address
  const go = async () => {
    await until(() => window.did_handshake);
    if (location.pathname === "/devices") {
      const by = performance.now() + 1000, gaveUp = () => performance.now() > by;
      const painted = await until(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      const from = performance.getEntriesByType("navigation")[0].activationStart ?? 0;
      await until(() => (rowAt[kind] && rowAt.live) || gaveUp());
      const after = (at) => (at ? Math.max(0, at - from) : null);
      await tell({ turn, ready: from > 0, first: after(painted), ms: after(rowAt[kind]), live: after(rowAt.live) });
      location.href = `/?ride=${turn + 1}`;
      return;
    }
    const next = `/devices?ride=${turn}`;
    if (turn % 2) {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.nonce = document.querySelector("script[nonce]").nonce;
      rules.textContent = JSON.stringify({ prerender: [{ urls: [next], eagerness: "immediate" }] });
      document.head.append(rules);
    }
    setTimeout(() => { location.href = next; }, 1500);
  };
  if (document.prerendering) document.addEventListener("prerenderingchange", go, { once: true }); else go();
})();
