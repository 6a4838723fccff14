// Goes back and forth between the overview and the list of devices by itself, as a person does by the rail, and tells the server when each
// list was painted: every other one was made ready before (prerendered), as pointing at its link does. No DevTools: with them nothing is prerendered.
(() => {
  const tell = (found) => fetch("/api/bench/rides", { method: "POST", body: JSON.stringify(found) });
  const until = async (there) => { for (let found; ; await new Promise((next) => setTimeout(next, 20))) if ((found = there())) return found; };
  const turn = Number(new URLSearchParams(location.search).get("ride") ?? 0); // now: a list tidies up its address
  const go = async () => {
    await until(() => window.did_handshake);
    if (location.pathname === "/devices") {
      const painted = await until(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      const from = performance.getEntriesByType("navigation")[0].activationStart ?? 0;
      await tell({ turn, ready: from > 0, ms: Math.max(0, painted - from) });
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
