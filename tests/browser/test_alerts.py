"""An outage from its first failed check to the archive: what its page says while it lasts, while the tower comes back, and afterwards."""

import re

from playwright.sync_api import Page, expect

from tests.browser.console import Company, until
from tests.browser.sites import cell, listening, on_cell, tcp_check


def test_an_outage_waits_for_its_devices_and_is_told_in_the_past_once_it_is_over(page: Page, company: Company) -> None:
    with listening() as port:
        mast = company.add('towers', name='Quay', cells=[cell(256)], checks=[tcp_check(port, max_attempts=1)])['id']
        until(lambda: company.get(f'/towers/{mast}')['status'] == 'up' or None, 'the tower to be up')
        crane = company.device('crane-1')
        crane.check_in(radio=on_cell(256))

    def raised() -> str | None:
        return next((str(one['id']) for one in company.get('/alerts')['items']), None)

    alert = until(raised, 'the alert of the outage')
    company.enter(page, f'/alerts/{alert}')
    expect(page.get_by_role('heading', name='Quay is down')).to_be_visible()
    expect(page.get_by_role('heading', name='What is wrong')).to_be_visible()
    pill = page.locator('.cw-rail .count.pill')
    expect(pill).to_have_text('1')
    page.get_by_test_id('ask-acknowledge').click()
    page.get_by_test_id('comment').fill('crew is on its way')
    page.get_by_test_id('acknowledge').click()
    expect(page.get_by_test_id('state')).to_have_text('Acknowledged')
    expect(pill).to_be_hidden()
    with listening(port):
        expect(page.get_by_role('heading', name='Quay was down')).to_be_visible()
        expect(page.get_by_text('up, 1 of 1 device not heard from yet')).to_be_visible()
        crane.check_in(radio=on_cell(256))
        expect(page.get_by_test_id('state')).to_have_text('Cleared')
    expect(page.get_by_role('heading', name='What was wrong')).to_be_visible()
    expect(page.get_by_role('heading', name='What is wrong')).to_be_hidden()
    expect(page.get_by_text(re.compile(r'^lasted \d+ s$'))).to_be_visible()
    expect(page.get_by_text('crew is on its way').first).to_be_visible()

    page.get_by_role('link', name='All alerts').or_(page.locator('.cw-heading .where a')).first.click()
    page.get_by_role('link', name='Archive').click()
    row = page.get_by_test_id('alerts').locator('tbody tr[data-row]')
    expect(row).to_contain_text('Quay was down')
    expect(row).to_contain_text('Major')
    page.goto(f'{company.console.address}/alerts?severity=major&state=closed')  # as the API calls it
    expect(row).to_contain_text('Quay was down')
    expect(page.get_by_role('button', name='State cleared')).to_be_visible()
    page.get_by_role('button', name='State').click()
    choice = page.get_by_role('group', name='State').locator('label', has_text='Cleared')
    expect(choice).to_contain_text('1')
