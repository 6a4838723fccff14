"""What a person does is on screen before the server has answered, and becomes what really happened."""

import re

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

    def __init__(self, page: Page, which: re.Pattern[str] = ACTS) -> None:
        self.page = page
        self.routes: list[Route] = []
        page.route(which, lambda route: self.routes.append(route))

    def one(self) -> Route:
        """The next one that has come."""
        until(
            lambda: (self.page.evaluate('() => 1') and self.routes) or None, 'a request'
        )  # Playwright hears while it is asked
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
    page.get_by_test_id('toast').hover()  # the way back stays while it is pointed at
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
    until(
        lambda: company.get(f'/alerts/{alert}')['acknowledged_by'] is None or None,
        'the acknowledgement to be taken back',
    )
    expect(page.get_by_text('acknowledgement taken back')).to_be_visible()


def test_a_refusal_shows_the_newest_truth_and_why(company: Company, new_page: NewPage) -> None:
    page, alert = new_page(allow=(REFUSED,)), outage(company)
    company.enter(page, '/alerts')
    row = page.get_by_test_id('alerts').locator('tbody tr[data-row]')
    row.get_by_role('button', name='Acknowledge').click()
    held = Held(page)
    page.get_by_test_id('comment').fill('mine')
    page.get_by_test_id('acknowledge').click()
    expect(row).to_contain_text('Not yet confirmed')
    expect(row).to_contain_text('Ana Admin')
    company.add(f'alerts/{alert}/acknowledge', comment='theirs')
    held.one().continue_()
    expect(page.get_by_test_id('toast')).to_contain_text(
        'nothing was done, tests had acknowledged it already: “theirs”.'
    )
    expect(row).to_contain_text('tests')
    expect(row).not_to_contain_text('Ana Admin')
    assert company.get(f'/alerts/{alert}')['comment'] == 'theirs'
    assert not (found := stumbles(page)), found


def test_two_people_act_on_one_alert_and_both_see_what_is_true(company: Company, new_page: NewPage) -> None:
    first, second, alert = new_page(), new_page(allow=(REFUSED,)), outage(company)
    for page in (first, second):
        company.enter(page, f'/alerts/{alert}')
        expect(page.get_by_test_id('state')).to_have_text('Open')
    held = Held(second)
    acknowledge(second, 'second')  # on its way
    acknowledge(first, 'first')
    expect(first.get_by_test_id('unsure')).to_have_text('')
    expect(second.get_by_test_id('unsure')).to_have_text('Not yet confirmed')
    held.one().continue_()
    for page in (first, second):
        expect(page.get_by_text('“first”').or_(page.get_by_text('first', exact=True)).first).to_be_visible()
    expect(second.get_by_test_id('toast')).to_contain_text('had acknowledged it already: “first”')
    second.unroute(ACTS)
    second.get_by_test_id('ask-comment').click()
    second.get_by_test_id('comment').fill('I come along')
    second.get_by_test_id('send-comment').click()
    for page in (first, second):
        expect(page.get_by_test_id('comments')).to_have_text(re.compile('^I come along'))
    assert [one['text'] for one in company.get(f'/alerts/{alert}')['comments']] == ['I come along']


def test_several_are_acknowledged_at_once_and_undone_together(page: Page, company: Company) -> None:
    alerts = [
        company.add('towers', name=f'Mast {number}', cells=[], checks=[tcp_check(1, max_attempts=1)])
        for number in range(3)
    ]
    until(lambda: len(company.get('/alerts')['items']) == len(alerts) or None, 'the alerts')
    company.enter(page, '/alerts')
    rows = page.get_by_test_id('alerts').locator('tbody tr[data-row]')
    expect(rows).to_have_count(3)
    page.get_by_role('checkbox', name='Select all on this page').check()
    page.locator('.choice').get_by_role('button', name='Acknowledge').click()
    page.get_by_test_id('acknowledge').click()
    expect(page.get_by_test_id('toast')).to_contain_text('3 alerts acknowledged.')

    def open_ones() -> int:
        return sum(one['acknowledged_at'] is None for one in company.get('/alerts')['items'])

    until(lambda: open_ones() == 0 or None, 'all to be acknowledged')
    page.get_by_test_id('toast-act').click()
    until(lambda: open_ones() == 3 or None, 'all to be open')
    expect(rows.filter(has_text='Ana Admin')).to_have_count(0)


def test_a_maintenance_begins_at_once_and_is_undone(page: Page, company: Company) -> None:
    tower = company.add('towers', name='Quay', cells=[cell(256)])['id']
    company.enter(page, f'/towers/{tower}')
    held = Held(page, re.compile(r'/ui/try/towers/\w+$'))
    page.get_by_test_id('maintenance').click()
    assert not (found := stumbles(page)), found
    page.get_by_test_id('for-3600').click()
    expect(page.get_by_test_id('status')).to_have_text('Maintenance')
    expect(page.get_by_test_id('unsure')).to_have_text('Not yet confirmed')
    held.one().continue_()
    expect(page.get_by_test_id('unsure')).to_have_text('')
    expect(page.get_by_test_id('status')).to_have_text('Maintenance')
    page.unroute_all()
    page.get_by_test_id('toast-act').click()
    until(lambda: company.get(f'/towers/{tower}')['maintenance_until'] is None or None, 'the maintenance to be undone')
    expect(page.get_by_test_id('status')).not_to_have_text('Maintenance')


def test_an_undo_of_what_is_no_longer_so_goes_and_says_so(page: Page, company: Company) -> None:
    tower = company.add('towers', name='Quay', cells=[cell(256)])['id']
    company.enter(page, f'/towers/{tower}')
    page.get_by_test_id('maintenance').click()
    page.get_by_test_id('for-3600').click()
    expect(page.get_by_test_id('unsure')).to_have_text('')
    toast = page.get_by_test_id('toast')
    toast.hover()  # so that it stays
    expect(toast).to_contain_text('Quay is in maintenance.')
    seen = company.api.get(f'/towers/{tower}').headers['ETag']
    change = company.api.patch(f'/towers/{tower}', json={'maintenance_until': None}, headers={'If-Match': seen})
    assert change.status_code == 200, change.text
    expect(toast).to_contain_text('Quay is not in maintenance any more.')
    expect(page.get_by_test_id('toast-act')).to_have_count(0)


def test_an_acknowledgement_that_another_took_back_is_not_taken_back_again(company: Company, new_page: NewPage) -> None:
    first, second, alert = new_page(), new_page(), outage(company)
    for page in (first, second):
        company.enter(page, f'/alerts/{alert}')
    acknowledge(first, 'mine')
    expect(first.get_by_test_id('unsure')).to_have_text('')
    first.get_by_test_id('toast').hover()
    second.get_by_test_id('unacknowledge').click()
    expect(first.get_by_test_id('toast')).to_contain_text('changed meanwhile, there is nothing to take back')
    expect(first.get_by_test_id('toast-act')).to_have_count(0)
