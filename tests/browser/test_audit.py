"""The audit trail as a person watches it who does nothing."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company


def test_what_others_do_appears_on_the_open_page_without_a_reload(new_page: NewPage, company: Company) -> None:
    page = company.enter(new_page(), '/audit')
    trail = page.get_by_test_id('audit')
    expect(trail.get_by_role('row').nth(1)).to_be_visible()
    page.evaluate('window.first = true')
    company.device('crane-<b>7</b>')
    expect(trail.get_by_role('row').nth(1)).to_contain_text('crane-<b>7</b>')
    company.console.run('user add', enterprise=company.id, email='bo@example.com', name='Bo', role='viewer', link=True)
    expect(trail.get_by_role('row').nth(1)).to_contain_text('Bo')
    assert page.evaluate('window.first'), 'it is the page that was opened'
