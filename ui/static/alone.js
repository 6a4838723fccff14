// A window that another site had opened, and in which a person went here by themselves: that site still has a hand on it. Loaded again
// with this cookie it belongs to a group of its own (ui/server/openers.py). This stands in the head, before anything else is done.
(() => {
  "use strict";
  const ours = () => { try { return opener.location.origin === location.origin; } catch { return false; } };
  if (!isSecureContext || !opener || ours() || document.cookie.includes("cellwarden_opened=")) return;
  document.cookie = `cellwarden_opened=1; path=/; max-age=60; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  location.reload();
})();
