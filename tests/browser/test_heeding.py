"""New alerts on an open page: a word in the corner, a sound by choice, the number of those that wait in title and icon."""

from playwright.sync_api import Page, expect

from tests.browser.console import Company, until
from tests.browser.sites import tcp_check

LISTEN = """() => {
  window.notes = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) { window.notes += 1; return start.apply(this, args); };
}"""


def outages(company: Company, *names: str) -> None:
    """Towers that nobody answers for."""
    for name in names:
        company.add('towers', name=name, cells=[], checks=[tcp_check(1, max_attempts=1)])


def test_a_storm_is_one_word_with_one_sound_and_a_number_in_the_title(page: Page, company: Company) -> None:
    company.enter(page, '/policies')
    page.evaluate('cellwarden.keepDesk({sound: true})')
    page.reload()
    page.evaluate(LISTEN)
    page.locator('h1').click()
    toasts = page.locator('[data-testid=toast]')
    outages(company, 'Noordzijde', 'Zuidzijde', 'Westzijde')
    expect(toasts.first).to_be_visible(timeout=20_000)
    until(lambda: page.title().startswith('(3) ') or None, 'three in the title')
    assert page.title() == '(3) Policies · Cellwarden'
    expect(page.locator('link[rel~="icon"][data-waiting="3"]')).to_have_count(1)
    assert toasts.count() <= 2
    until(lambda: page.evaluate('window.notes') or None, 'a sound')
    assert page.evaluate('window.notes') <= 4
    for alert in company.get('/alerts')['items']:
        company.api.post(f'/alerts/{alert["id"]}/acknowledge', json={})
    until(lambda: page.title() == 'Policies · Cellwarden' or None, 'none in the title')
    toasts.get_by_role('button', name='Open').first.click()
    page.wait_for_url('**/alerts**')


def test_what_is_not_loud_enough_is_counted_and_not_told(page: Page, company: Company) -> None:
    company.enter(page, '/policies')
    page.evaluate("cellwarden.keepDesk({loud: 'critical'})")
    page.reload()
    page.evaluate(LISTEN)
    outages(company, 'Noordzijde')
    until(lambda: page.title().startswith('(1) ') or None, 'one in the title')
    page.wait_for_timeout(2500)  # alerts are gathered for 1.5 s
    expect(page.locator('[data-testid=toast]')).to_have_count(0)
    assert page.evaluate('window.notes') == 0


def test_news_take_neither_the_key_nor_the_place_of_the_way_back(page: Page, company: Company) -> None:
    company.enter(page, '/policies')
    page.evaluate("""() => {
      cellwarden.toast({ words: 'Done.', label: 'Undo', press: () => { document.documentElement.dataset.undone = 1; } });
      const press = () => location.assign('/alerts');
      for (const n of [1, 2, 3, 4]) cellwarden.toast({ words: `News ${n}`, label: 'Open', news: true, press });
    }""")
    expect(page.get_by_test_id('toast')).to_have_text(['Done.Undoz×', 'News 3Open×', 'News 4Open×'])
    page.keyboard.press('z')
    expect(page.locator('html')).to_have_attribute('data-undone', '1')
    page.keyboard.press('z')
    expect(page.get_by_test_id('toast')).to_have_count(2)
    assert page.url.endswith('/policies')
