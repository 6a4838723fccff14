"""Acknowledgements and comments that are given without a network: kept over a closed tab and a killed server, sent once, or asked about."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console, until
from tests.browser.test_acts import acknowledge, outage

AWAY = (
    r'ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED)|WebSocket connection|Failed to fetch'
    r'|status of (4\d\d|50\d)'
)
STORES = "() => cellwarden.kept.put('meta', { name: 'probe' }).then((put) => put !== undefined)"
"""Whether the page can keep things by now."""


def ready(page: Page, company: Company, path: str) -> Page:
    """A page that keeps things: its worker stands."""
    company.enter(page, path)
    page.evaluate('() => navigator.serviceWorker.ready.then(() => true)')
    until(lambda: page.evaluate(STORES) or None, 'the store')
    return page


def comment(page: Page, words: str) -> None:
    page.get_by_test_id('ask-comment').click()
    page.get_by_test_id('comment').fill(words)
    page.get_by_test_id('send-comment').click()


def told(company: Company, alert: str) -> dict[str, Any]:
    return company.get(f'/alerts/{alert}')


def test_the_word_on_what_waits_does_not_cover_the_banner(company: Company, new_page: NewPage) -> None:
    page, alert = new_page(allow=(AWAY,), service_workers='allow'), outage(company)
    page.set_viewport_size({'width': 390, 'height': 844})
    ready(page, company, f'/alerts/{alert}')
    page.context.set_offline(True)
    expect(page.locator('#cw-banner')).to_contain_text('No connection to the server.')
    comment(page, 'the fibre is cut')
    expect(page.get_by_test_id('toast')).to_contain_text('It waits for the network.')
    until(
        lambda: (
            page.evaluate("""() => {
          const banner = document.querySelector('#cw-banner').getBoundingClientRect();
          return document.querySelector('[data-testid=toast]').getBoundingClientRect().bottom <= banner.top;
        }""")
            or None
        ),
        'the word to stand above the banner',
        within_s=5,
    )


def test_what_was_done_without_a_network_is_sent_once_when_it_is_back(company: Company, new_page: NewPage) -> None:
    page, alert = new_page(allow=(AWAY,), service_workers='allow'), outage(company)
    ready(page, company, f'/alerts/{alert}')
    page.context.set_offline(True)
    acknowledge(page, 'crew is on its way')
    comment(page, 'the fibre is cut')
    comment(page, 'a second thought')
    expect(page.get_by_test_id('state')).to_have_text('Acknowledged')
    expect(page.get_by_test_id('unsure')).to_have_text('Waiting for the network')
    expect(page.locator('#cw-waits')).to_have_text('3 waiting')
    page.locator('#cw-waits').click()
    entries = page.get_by_test_id('waiting').locator('li')
    expect(entries).to_have_count(3)
    assert not (found := stumbles(page)), found
    entries.nth(2).get_by_test_id('take-back').click()
    expect(entries).to_have_count(2)
    page.keyboard.press('Escape')
    assert told(company, alert)['acknowledged_by'] is None
    page.context.set_offline(False)
    until(lambda: told(company, alert)['comments'] or None, 'what waited to be sent')
    expect(page.locator('#cw-waits')).to_be_hidden()
    expect(page.get_by_test_id('unsure')).to_have_text('')
    now = told(company, alert)
    assert (now['acknowledged_by'], now['comment'], now['version']) == ('Ana Admin', 'crew is on its way', 3)
    assert [one['text'] for one in now['comments']] == ['the fibre is cut']


def test_it_outlives_the_tab_and_a_killed_server(mortal: Console, new_page: NewPage) -> None:
    company = mortal.company('Outbox')
    alert = outage(company)
    page = new_page(allow=(AWAY,), service_workers='allow')
    context: BrowserContext = page.context
    ready(page, company, f'/alerts/{alert}')
    mortal.kill()
    acknowledge(page, 'before the lights went out')
    expect(page.get_by_test_id('unsure')).to_have_text('Waiting for the network')
    page.close()
    mortal.start()
    other = new_page(allow=(AWAY,), within=context)
    company.enter(other, '/devices')
    until(lambda: told(company, alert)['acknowledged_by'], 'the next page to send it')
    assert (told(company, alert)['comment'], told(company, alert)['version']) == ('before the lights went out', 2)


def test_what_came_too_late_shows_both_and_asks(company: Company, new_page: NewPage) -> None:
    page, alert = new_page(allow=(AWAY,), service_workers='allow'), outage(company)
    ready(page, company, f'/alerts/{alert}')
    page.context.set_offline(True)
    acknowledge(page, 'mine')
    expect(page.get_by_test_id('unsure')).to_have_text('Waiting for the network')
    company.add(f'alerts/{alert}/acknowledge', comment='theirs')
    page.context.set_offline(False)
    expect(page.locator('#cw-waits')).to_have_text('1 to decide')
    expect(page.get_by_test_id('unsure')).to_have_text('')
    page.get_by_test_id('toast-act').last.click()
    asked = page.get_by_test_id('waiting')
    expect(asked).to_contain_text('When you pressed')
    expect(asked).to_contain_text('acknowledged by tests: “theirs”')
    assert not (found := stumbles(page)), found
    asked.get_by_test_id('as-comment').click()
    until(lambda: told(company, alert)['comments'] or None, 'my words to be a comment')
    assert (told(company, alert)['comments'][0]['text'], told(company, alert)['comment']) == ('mine', 'theirs')
    expect(asked).to_contain_text('Nothing waits.')


def test_what_must_not_wait_is_refused_at_once_with_the_reason(company: Company, new_page: NewPage) -> None:
    page = new_page(allow=(AWAY,), service_workers='allow')
    tower = company.add('towers', name='Quay', cells=[])['id']
    ready(page, company, f'/towers/{tower}')
    status = page.get_by_test_id('status').text_content()
    page.context.set_offline(True)
    page.get_by_test_id('maintenance').click()
    page.get_by_test_id('for-3600').click()
    expect(page.get_by_test_id('toast')).to_contain_text(
        'nothing was done, this computer has no network, and this must not wait. Do it again'
    )
    expect(page.get_by_test_id('status')).to_have_text(status or '')
    expect(page.locator('#cw-waits')).to_be_hidden()
