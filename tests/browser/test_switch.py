"""One person in two companies: the menu in the top bar moves every tab of theirs, and a page out of the browser's memory too."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console


def test_switching_in_one_tab_takes_the_others_along(new_page: NewPage, company: Company, console: Console) -> None:
    console.run('user owner', email=company.email)
    console.run('enterprise add', name='Port of Ghent', starter=False)
    company.device('ours-1')
    page = company.enter(new_page(), '/installation')
    expect(page.locator('button.cw-who')).to_have_count(0)
    finder = page.get_by_role(
        'searchbox', name='Search name…'
    )  # other tests have more enterprises than a page of the list
    finder.fill(company.name)
    own = page.get_by_role('row', name=company.name)
    expect(own.get_by_role('button', name='Rename enterprise…')).to_be_visible()
    expect(own.get_by_role('button', name='Join as admin')).to_have_count(0)  # one belongs there already
    finder.fill('Port of Ghent')
    page.get_by_role('row', name='Port of Ghent').get_by_role('button', name='Join as admin').click()
    page.get_by_test_id('confirm').click()

    expect(page.locator('button.cw-who')).to_have_text(company.name)
    other = page.context.new_page()
    other.goto(f'{console.address}/devices')
    expect(other.get_by_role('row', name='ours-1')).to_be_visible()
    page.goto(f'{console.address}/devices')
    expect(page.get_by_role('row', name='ours-1')).to_be_visible()
    page.locator('button.cw-who').click()
    page.get_by_role('button', name='Port of Ghent').click()

    expect(page.locator('.cw-who')).to_have_text('Port of Ghent')
    expect(other.locator('.cw-who')).to_have_text('Port of Ghent')  # without a touch of this tab
    expect(other.get_by_text('No devices yet')).to_be_visible()
    page.go_back()
    expect(page.locator('.cw-who')).to_have_text('Port of Ghent')
    expect(page.get_by_text('No devices yet')).to_be_visible()


def test_an_invitation_stands_in_the_list_of_others_without_a_reload_and_its_link_can_be_copied(
    new_page: NewPage, company: Company
) -> None:
    watching, page = company.enter(new_page(), '/people'), company.enter(new_page(), '/people')
    expect(watching.get_by_text('Nobody is invited right now')).to_be_visible()
    page.get_by_test_id('invite').click()
    page.get_by_test_id('email').fill('bo@example.com')
    page.get_by_test_id('name').fill('Bo <b>Jansen</b>')
    page.get_by_role('radio', name='Operator').click()
    page.get_by_test_id('labels').fill('site=port-1')
    page.keyboard.press('Enter')
    page.keyboard.press('Tab')
    page.get_by_test_id('make-invitation').click()
    expect(page.get_by_test_id('link')).to_contain_text('/join/')
    row = watching.get_by_test_id('invitations').get_by_role('row', name='Bo <b>Jansen</b>')
    expect(row).to_contain_text('site=port-1')
    expect(row).to_contain_text('Invited')
