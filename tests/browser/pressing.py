"""Every button of a page, pressed while no server can be reached: those that give no sign."""

from playwright.sync_api import Page

# What the page does by itself: a list's choice that is made already, a file of what is drawn, a map, words put into the field beside.
_OWN = '[aria-pressed=true], [aria-checked=true], .cw-copy, .cw-map button, .cw-rule .shelf button, [data-testid=print], [title^="CSV of"]'
# A press is answered where something new is seen: words at the button, a dialog, a menu, a toast, another state of the button, a complaint.
_PRESS = r"""async (own) => {
  const pressable = (node) => node.isConnected && node.checkVisibility() && !node.disabled && node.ariaDisabled !== 'true';
  const name = (node) => (node.ariaLabel || node.textContent.trim() || node.title).slice(0, 60);
  const signs = () => [...document.querySelectorAll(
    'dialog[open], .cw-pop, .cw-said, .cw-complaint:not(:empty), [role=alert]:not(:empty), #cw-banner:not([hidden])')].length;
  const state = (node) => ['aria-expanded', 'aria-pressed', 'aria-selected', 'aria-checked'].map((one) => node.getAttribute(one)).join()
    + node.className + node.textContent + (node.closest('details')?.open ?? '');
  const shut = () => {
    for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
    for (const pop of document.querySelectorAll('.cw-pop')) pop.remove();
    for (const said of document.querySelectorAll('.cw-said')) said.remove();
  };
  const sent = new Set(), silent = [];
  addEventListener('submit', (event) => { if (!event.defaultPrevented) { event.preventDefault(); sent.add(event.submitter); } });
  for (const node of document.querySelectorAll('#app :is(button, [role=button], .q-btn, [data-act])')) {
    if (!pressable(node) || node.closest('a[href]') || node.matches(own)) continue;
    const before = signs(), was = state(node);
    node.focus();
    node.click();
    await new Promise((go) => setTimeout(go)); // what Vue draws
    const answered = node.dataset.said || !node.isConnected || signs() > before || state(node) !== was || sent.has(node);
    if (!answered) silent.push(`${name(node)}: ${node.outerHTML.slice(0, 200)}`);
    shut();
  }
  return silent;
}"""


def silent(page: Page) -> list[str]:
    """The buttons that can be pressed and say nothing to that; the page has no line to the server from here on."""
    page.context.set_offline(True)
    try:
        page.evaluate('() => window.cellwarden.wire.stop()')
        found: list[str] = page.evaluate(_PRESS, _OWN)
        page.evaluate('() => window.cellwarden.kept.wipe()')  # what waits for the network is not to be done
    finally:
        page.context.set_offline(False)
    return found
