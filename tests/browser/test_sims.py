"""Across the pages: a SIM that is exchanged is told on the page of the device, and permitted there."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.browser.console import Company, taken

FIRST, SECOND = '8931086416018044112', '8931086416018066012'


def test_another_sim_is_told_and_permitted_on_the_page_of_the_device(page: Page, company: Company) -> None:
    device = company.device('crane-1', identifiers={'iccid': FIRST})
    device.check_in()
    company.enter(page, device.path)
    badge = page.get_by_test_id('sim')
    expect(badge).to_be_hidden()
    body = {'sequence': 2, 'observed_at': datetime.now(UTC).isoformat(), 'identifiers': {'iccid': SECOND}}
    taken(device.api.post('/checkins', json=body))
    expect(badge).to_have_text('SIM changed')
    expect(page.get_by_role('log')).to_contain_text(f'Has SIM {SECOND}')
    page.get_by_test_id('edit').click()
    page.get_by_test_id('edit-sims').fill(SECOND[1:])
    page.get_by_test_id('save').click()
    expect(page.get_by_role('dialog')).to_contain_text('and begins with 89')
    page.get_by_test_id('edit-sims').fill(SECOND)
    page.get_by_test_id('save').click()
    expect(badge).to_be_hidden()
    assert company.get('/alerts')['items'] == []
