"""The store of what a browser keeps, as it is: what is too old goes, and a page whose store has gone keeps nothing more."""

from playwright.sync_api import Page

from tests.browser.console import Company

_OLD = """async (hours) => {
  const { kept } = cellwarden;
  await kept.begin(cellwarden.keptUnder);
  const at = Date.now() - hours * 3600e3;
  await kept.put('pages', { path: '/old', kept: at });
  await kept.put('pages', { path: '/new', kept: Date.now() });
  await kept.begin(cellwarden.keptUnder);
  return (await kept.all('pages')).map((one) => one.path).sort();
}"""
_ANOTHER = """async () => {
  const { kept } = cellwarden;
  await kept.begin(cellwarden.keptUnder);
  await kept.put('outbox', { key: 'k', at: 1 });
  await kept.wipe();
  await kept.put('pages', { path: '/late', kept: Date.now() });
  await kept.begin(cellwarden.keptUnder);
  return [kept.ended, (await indexedDB.databases()).length, await kept.all('outbox')];
}"""


def test_what_was_kept_for_longer_than_a_day_goes(page: Page, company: Company) -> None:
    company.enter(page, '/policies')
    page.wait_for_function('() => window.cellwarden?.kept')
    assert page.evaluate(_OLD, 25) == ['/new']
    assert page.evaluate(_OLD, 23) == ['/new', '/old']
    assert page.evaluate(_OLD, -25) == ['/new'], 'a clock that was set back makes nothing last longer'


def test_a_page_whose_store_has_gone_keeps_nothing_more(page: Page, company: Company) -> None:
    company.enter(page, '/policies')
    page.wait_for_function('() => window.cellwarden?.kept')
    assert page.evaluate(_ANOTHER) == [True, 0, []]
