"""What a page showed when the live page took the place of its first picture, noted inside the browser at that very moment."""

from playwright.sync_api import Page

MOST_SHIFT = 0.02
"""Layout shift of a whole load, as Cumulative Layout Shift counts it."""
# Pictures are drawn by their scripts alone, an age may tick in between, and what is still is handed over as it is. What a field holds is
# no text of the page: a text area of the first picture has it as one, that of the live page as its value.
RECORD = r"""
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  const words = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (holder.closest('.cw-chart-box, .cw-map, [data-still], .q-btn__content .q-icon, textarea') || !holder.checkVisibility()) continue;
      found.push(node.data);
    }
    return found.join(' ').replace(/\d+ (s|min|h)\b/g, 'N').replace(/\s+/g, ' ').trim();
  };
  new MutationObserver((_, watch) => {
    const first = document.getElementById('cw-first'), app = document.getElementById('app');
    if (!app?.querySelector('.nicegui-content')) return;
    watch.disconnect();
    window.pictured = first ? words(first) : null;
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener('cellwarden:taken', () => { window.live = words(document.getElementById('app')); });
"""


def pictures(page: Page) -> tuple[str, str, float]:
    """The words of the first picture and of the live page that took its place, and how much the layout has shifted so far."""
    page.wait_for_function('() => window.live !== undefined')
    first, live, shifted = page.evaluate('[window.pictured, window.live, window.shifted]')
    return first, live, shifted
