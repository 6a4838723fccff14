"""Chromium on pages that are there: first paints and first figures, cold, warm and from page to page. Runs as a process of its own.

``python -m tests.bench.paints OVERVIEW LABEL COOKIE`` takes two addresses and prints milliseconds as JSON.
"""

import json
import statistics
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import find_chromium
from ui.sign_in import COOKIE

COLD, WARM, CLICKS = 5, 12, 20
FCP = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# When the figure of the first counter is on the screen; two frames after it is there it has been painted.
FIGURE = """
  const look = () => {
    const figure = document.querySelector('.cw-counter .big b');
    if (figure && /\\d/.test(figure.textContent)) { window.figureAt = performance.now(); return; }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""
# Presses the button of a tower that begins or ends its maintenance; until the mark on it has been painted, which two frames later it has.
PRESS = """async (times) => {
  const frame = () => new Promise(requestAnimationFrame), marked = () => document.querySelector('[data-unsure]');
  const there = (test) => [...document.querySelectorAll(`[data-testid="${test}"]`)].find((node) => node.offsetParent);
  const found = [];
  while (found.length < times) {
    while (marked()) await frame();
    let button = there('end-maintenance');
    if (!button) { there('maintenance').click(); button = document.querySelector('dialog [data-testid=for-3600]'); }
    const from = performance.now();
    button.click();
    do await frame(); while (!marked());
    await frame();
    found.push(performance.now() - from);
  }
  return found;
}"""


def main(overview: str, label: str, cookie: str) -> None:
    """Measure in turns, so that a busy moment of the machine meets both."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=['--no-sandbox', '--disable-gpu'])
        cold: dict[str, list[float]] = {'ours': [], 'label': []}
        figures: list[float] = []
        for _ in range(COLD):
            for name, address in (('ours', overview), ('label', label)):
                with _visitor(browser, overview, cookie) as context:
                    paint, figure = _load(context.new_page(), address)
                cold[name].append(paint)
                figures += [figure - paint] if name == 'ours' else []
        found = {f'{name}_cold': statistics.median(times) for name, times in cold.items()}
        with _visitor(browser, overview, cookie) as context:
            page = context.new_page()
            for name, address in (('ours', overview), ('label', label)):
                times = [_load(page, address) for _ in range(WARM)][2:]
                found[f'{name}_warm'] = statistics.median(paint for paint, _ in times)
                figures += [figure - paint for paint, figure in times] if name == 'ours' else []
            found['figure_after'] = statistics.median(figures)
            found['load_p95'] = _p95([_load(page, f'{overview}devices')[0] for _ in range(CLICKS)])
            found['click_p95'] = _p95([_click(page, overview) for _ in range(CLICKS)])
            found['press_p95'] = _p95(_presses(page, overview))
        browser.close()
    print(json.dumps(found))


def _presses(page: Page, overview: str) -> list[float]:
    """How long it takes what a person does to be seen, on the page of the first tower."""
    page.goto(f'{overview}towers')
    tower = page.locator('#app tbody tr[data-row]').first.get_attribute('data-row')
    page.goto(f'{overview}towers/{tower}')
    page.locator('#app').get_by_test_id('maintenance').wait_for()
    found: list[float] = page.evaluate(PRESS, CLICKS)
    return found


def _visitor(browser: Browser, address: str, cookie: str) -> BrowserContext:
    context = browser.new_context(viewport={'width': 1280, 'height': 800})
    context.add_cookies([{'name': COOKIE, 'value': cookie, 'url': address}])
    context.add_init_script(FIGURE)
    return context


def _painted(page: Page) -> float:
    """Milliseconds until the first paint with content."""
    times: float = _until(page, lambda: page.evaluate(FCP))
    return times


def _until(page: Page, ask: Callable[[], float | None]) -> float:
    while (value := ask()) is None:
        page.wait_for_timeout(20)
    return value


def _load(page: Page, address: str) -> tuple[float, float]:
    page.goto(address)
    paint = _painted(page)
    page.wait_for_function('() => window.did_handshake')
    return paint, float(page.evaluate('() => window.figureAt ?? 0'))


def _click(page: Page, overview: str) -> float:
    """From the press on a link of the rail, on which the pointer has rested, to the first paint of the page behind it."""
    page.goto(overview)
    page.wait_for_function('() => window.did_handshake')
    page.wait_for_timeout(500)
    link = page.locator('.cw-nav a[href="/devices"]')
    link.hover()
    page.wait_for_timeout(400)
    link.click()
    page.wait_for_url('**/devices')
    return _painted(page)


def _p95(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


if __name__ == '__main__':
    main(*sys.argv[1:])
