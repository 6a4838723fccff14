"""From the sign-in to the first thing that moves."""

from playwright.sync_api import Page, expect

from tests.browser.console import Company
from tests.browser.sites import on_cell
from tests.real.server import PASSWORD


def test_a_wrong_password_is_told_in_plain_words_and_the_right_one_opens_the_overview(
    page: Page, company: Company
) -> None:
    page.goto(company.console.address)
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill('guessed')
    page.get_by_role('button', name='Sign in').click()
    expect(page.get_by_role('alert')).to_have_text('The e-mail address or the password is not right.')
    expect(page.get_by_label('E-mail address')).to_have_value(company.email)
    expect(page.get_by_label('Password')).to_be_focused()
    expect(page.get_by_label('Password')).to_have_value('')

    page.keyboard.type(PASSWORD)
    page.keyboard.press('Enter')
    page.wait_for_url(f'{company.console.address}/')
    expect(page.get_by_role('heading', level=1)).to_have_text('Overview')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert PASSWORD not in page.content()


def test_a_password_can_be_shown_and_is_sent_as_one_all_the_same(page: Page, company: Company) -> None:
    page.goto(company.console.address)
    page.get_by_label('E-mail address').fill(company.email)
    field = page.get_by_label('Password')
    field.fill('guessed')
    expect(field).to_have_attribute('type', 'password')
    page.get_by_role('button', name='Show password').click()
    expect(field).to_have_attribute('type', 'text')
    expect(field).to_be_focused()
    page.get_by_role('button', name='Hide password').click()
    expect(field).to_have_attribute('type', 'password')
    page.get_by_role('button', name='Show password').click()
    page.evaluate(
        "addEventListener('pagehide', () => localStorage.setItem('sent', document.querySelector('[name=password]').type))"
    )
    field.press('Enter')
    expect(page.get_by_role('alert')).to_have_text('The e-mail address or the password is not right.')
    assert page.evaluate("localStorage.getItem('sent')") == 'password'


def test_a_page_that_was_asked_for_is_reached_after_the_sign_in(page: Page, company: Company) -> None:
    page.goto(f'{company.console.address}/devices?presence=offline')
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill(PASSWORD)
    page.keyboard.press('Enter')
    page.wait_for_url(f'{company.console.address}/devices?presence=offline')
    expect(page.get_by_role('button', name='Presence offline')).to_be_visible()


def test_a_check_in_moves_the_open_grid_without_a_reload(page: Page, company: Company) -> None:
    company.enter(page, '/devices')
    expect(page.get_by_text('No devices yet')).to_be_visible()
    page.evaluate('window.sameDocument = true')

    crane = company.device('crane-117')
    row = page.get_by_role('row', name='crane-117')
    expect(row).to_contain_text('Never seen')
    crane.check_in(radio=on_cell(rsrp=-81))
    expect(row.locator('[data-field=presence]')).to_have_text('Online')
    expect(row.locator('[data-field=rsrp]')).to_have_text('−81 dBm')
    crane.check_in(radio=on_cell(rsrp=-97))
    expect(row.locator('[data-field=rsrp]')).to_have_text('−97 dBm')
    assert page.evaluate('window.sameDocument') is True
