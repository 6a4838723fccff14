"""A page that could not be built, as a person sees it: its frame works, and nothing of it is kept."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import stumbles
from tests.browser.console import Company
from ui.server.failing import within
from ui.server.nonces import NONCE

KEPT = """async () => {
  const done = (asked) => new Promise((there) => { asked.onsuccess = () => there(asked.result); }), found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    found.push(...await done(db.transaction("pages").objectStore("pages").getAll()));
    db.close();
  }
  return found.map(({ path, main }) => `${path} ${main}`);
}"""


@pytest.fixture
def failed(page: Page, company: Company) -> Callable[[], None]:
    """Enters a page of which the server sends the frame, and then that it failed."""

    def fail(route: Route) -> None:
        answer = route.fetch(headers={**route.request.all_headers(), 'sec-fetch-mode': 'navigate'})
        html = answer.text()
        end = html.index('>', html.index('rest.css')) + 1
        nonce = re.search("'nonce-([^']+)'", answer.headers['content-security-policy'])
        assert nonce is not None
        route.fulfill(response=answer, body=within(html[:end], {NONCE: nonce[1]}))

    def enter() -> None:
        company.enter(page, '/')
        page.route('**/alerts', fail)
        page.goto(f'{company.console.address}/alerts')

    return enter


def test_its_reader_is_told_and_goes_on_from_its_frame(page: Page, failed: Callable[[], None]) -> None:
    errors: list[str] = []
    page.on('pageerror', lambda error: errors.append(str(error)))
    failed()
    expect(page.get_by_role('alert')).to_contain_text('This page could not be built')
    expect(page.get_by_role('alert').locator('code')).to_have_text(re.compile('^[0-9a-f]{8}$'))
    page.locator('.cw-me').click()
    expect(page.locator('.cw-pop[data-menu=me]')).to_be_visible()
    page.keyboard.press('Escape')
    page.keyboard.press('Control+k')
    expect(page.get_by_role('dialog').get_by_role('combobox')).to_be_focused()
    page.keyboard.press('Escape')
    assert not stumbles(page)
    assert errors == []
    page.unroute('**/alerts')
    page.get_by_role('link', name='Load the page again').click()
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(page.get_by_role('alert')).to_have_count(0)


def test_nothing_of_it_is_kept(page: Page, failed: Callable[[], None], company: Company) -> None:
    failed()
    expect(page.get_by_role('alert')).to_contain_text('This page could not be built')
    page.wait_for_function('() => window.cellwarden.kept && !window.cellwarden.early')
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.goto(f'{company.console.address}/towers')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert not [one for one in page.evaluate(KEPT) if 'could not be built' in one]
