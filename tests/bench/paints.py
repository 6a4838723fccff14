"""Chromium on pages that are there. Runs as a process of its own: ``python -m tests.bench.paints WHAT OVERVIEW COOKIE [LABEL]``.

``WHAT`` is ``paints`` or ``presses``; ``OVERVIEW`` and ``LABEL`` are addresses. Prints milliseconds as JSON.
"""

import json
import statistics
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench.report import p95
from tests.browser.chromium import find_chromium
from ui.sign_in import COOKIE

COLD, WARM, PRESSES = 9, 12, 20
FCP = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
HANDSHAKE = '() => window.did_handshake === true'
# When the figure of the first counter is on the screen, told by the browser in the same clock as the first paint (Element Timing).
FIGURE = """
  new MutationObserver((_, watch) => {
    const figure = document.querySelector('.cw-counter .big b');
    if (figure) { figure.setAttribute('elementtiming', 'figure'); watch.disconnect(); }
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    const found = list.getEntries().find((one) => /\\d/.test(one.element?.textContent));
    if (found) window.figureAt ??= found.renderTime;
  }).observe({ type: 'element', buffered: true });
"""
# Presses the button of a tower that begins or ends its maintenance; until the mark on it has been painted, which a frame later it has.
PRESS = """async (times) => {
  const frame = () => new Promise(requestAnimationFrame), marked = () => document.querySelector('[data-unsure]');
  const there = (test) => [...document.querySelectorAll(`[data-testid="${test}"]`)].find((node) => node.offsetParent);
  const found = [];
  while (found.length < times) {
    while (marked()) await frame();
    let button = there('end-maintenance');
    if (!button) { there('maintenance').click(); button = document.querySelector('dialog [data-testid=for-3600]'); }
    let seen = false; // a quick answer may take the mark away again before the next frame
    const watch = new MutationObserver(() => { seen ||= Boolean(marked()); }), from = performance.now();
    watch.observe(document.body, { attributes: true, childList: true, subtree: true });
    button.click();
    do await frame(); while (!seen);
    await frame();
    watch.disconnect();
    found.push(performance.now() - from);
  }
  return found;
}"""


def main(what: str, overview: str, cookie: str, label: str = '') -> None:
    """Measure, and print what was found."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=['--no-sandbox', '--disable-gpu'])
        match what:
            case 'paints':
                found = _paints(browser, overview, cookie, label)
            case _:
                found = _presses(browser, overview, cookie)
        browser.close()
    print(json.dumps(found))


def _paints(browser: Browser, overview: str, cookie: str, label: str) -> dict[str, float]:
    """First paints, cold and warm, in turns, so that a busy moment of the machine meets both; first figures after each."""
    times: dict[str, list[float]] = {f'{name}_{how}': [] for name in ('ours', 'label') for how in ('cold', 'warm')}
    figures: dict[str, list[float]] = {'cold': [], 'warm': []}
    pages = (('ours', overview), ('label', label))
    for _ in range(COLD):
        for name, address in pages:
            context = _visitor(browser, overview, cookie)
            paint, figure = _load(context.new_page(), address)
            context.close()
            times[f'{name}_cold'].append(paint)
            figures['cold'] += [figure - paint] if name == 'ours' else []
    context = _visitor(browser, overview, cookie)
    page = context.new_page()
    for turn in range(WARM + 2):
        for name, address in pages:
            paint, figure = _load(page, address)
            if turn >= 2:
                times[f'{name}_warm'].append(paint)
                figures['warm'] += [figure - paint] if name == 'ours' else []
    context.close()
    after = {f'figure_after_{how}': statistics.median(all) for how, all in figures.items()}
    return after | {name: statistics.median(all) for name, all in times.items()}


def _presses(browser: Browser, overview: str, cookie: str) -> dict[str, float]:
    """How long it takes what a person does to be seen, on the page of the first tower."""
    context = _visitor(browser, overview, cookie)
    page = context.new_page()
    page.goto(f'{overview}towers')
    tower = page.locator('#app tbody tr[data-row]').first.get_attribute('data-row')
    page.goto(f'{overview}towers/{tower}')
    page.locator('#app').get_by_test_id('maintenance').wait_for()
    _until(page, lambda: page.evaluate(HANDSHAKE) or None)
    times: list[float] = page.evaluate(PRESS, PRESSES)
    context.close()
    return {'press_p95': p95(times), 'press_median': statistics.median(times)}


def _visitor(browser: Browser, address: str, cookie: str) -> BrowserContext:
    context = browser.new_context(viewport={'width': 1280, 'height': 800})
    context.add_cookies([{'name': COOKIE, 'value': cookie, 'url': address}])
    context.add_init_script(FIGURE)
    return context


def _painted(page: Page) -> float:
    """Milliseconds until the first paint with content, from the beginning of the navigation."""
    times: float = _until(page, lambda: page.evaluate(FCP))
    return times


def _until(page: Page, ask: Callable[[], float | None]) -> float:
    while (value := ask()) is None:
        page.wait_for_timeout(20)
    return value


def _load(page: Page, address: str) -> tuple[float, float]:
    page.goto(address)
    paint = _painted(page)
    _until(page, lambda: page.evaluate(HANDSHAKE) or None)
    return paint, float(page.evaluate('() => window.figureAt ?? 0'))


if __name__ == '__main__':
    main(*sys.argv[1:])
