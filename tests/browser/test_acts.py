"""What a person does is on screen before the server has answered, and becomes what really happened."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.browser.sites import cell, listening, tcp_check

ACTS = re.compile(r'/ui/try/alerts/\w+/\w+$')
REFUSED = r'status of 4\d\d|ERR_INTERNET_DISCONNECTED|ERR_FAILED'


def outage(company: Company, name: str = 'Quay') -> str:
    """The id of an alert that stays open: a tower that nothing answers for."""
    with listening() as port:
        company.add('towers', name=name, cells=[cell(256)], checks=[tcp_check(port, max_attempts=1)])
        until(lambda: company.get('/towers')['items'][0]['status'] == 'up' or None, 'the tower to be up')
    return until(
        lambda: next((str(one['id']) for one in company.get('/alerts')['items'] if name in one['problem']), None),
        'the alert of the outage',
    )


class Held:
    """Requests of actions that are held back until they are let go."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.routes: list[Route] = []
        page.route(ACTS, lambda route: self.routes.append(route))

    def one(self) -> Route:
        """The next one that has come."""
        until(lambda: self.page.evaluate('() => 1') and self.routes or None, 'a request')  # Playwright hears while it is asked
        return self.routes.pop(0)


def acknowledge(page: Page, words: str = '') -> None:
    page.get_by_test_id('ask-acknowledge').click()
    page.get_by_test_id('comment').fill(words)
    page.get_by_test_id('acknowledge').click()


def test_it_is_there_before_the_answer_and_is_undone_by_a_key(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, f'/alerts/{alert}')
    expect(page.get_by_test_id('state')).to_have_text('Open')
    held = Held(page)
    acknowledge(page, 'crew is on its way')
    expect(page.get_by_test_id('state')).to_have_text('Acknowledged')
    expect(page.get_by_test_id('unsure')).to_have_text('Not yet confirmed')
    assert company.get(f'/alerts/{alert}')['acknowledged_by'] is None, 'the server has not been told'
    assert not (found := stumbles(page)), found
    held.one().continue_()
    expect(page.get_by_test_id('unsure')).to_have_text('')
    expect(page.get_by_test_id('state')).to_have_text('Acknowledged')
    assert company.get(f'/alerts/{alert}')['comment'] == 'crew is on its way'
    page.unroute(ACTS)
    page.keyboard.press('z')
    expect(page.get_by_test_id('state')).to_have_text('Open')
    until(lambda: company.get(f'/alerts/{alert}')['acknowledged_by'] is None or None, 'the acknowledgement to be taken back')
    expect(page.get_by_text('acknowledgement taken back')).to_be_visible()
