"""Two-step sign-in as a person meets it: turned on with an app, asked for at the sign-in, and a recovery code for a lost phone."""

import json
import time

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company
from tests.real.server import PASSWORD


def sign_in(page: Page, company: Company) -> None:
    page.goto(f'{company.console.address}/devices')
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill(PASSWORD)
    page.keyboard.press('Enter')


def show_code(page: Page, code: str) -> None:
    page.get_by_label('Code').fill(code)
    page.get_by_role('button', name='Sign in').click()


def test_a_code_of_the_app_and_then_a_recovery_code_open_the_console_once_each(
    page: Page, new_page: NewPage, company: Company
) -> None:
    company.enter(page, '/account')
    page.get_by_role('button', name='Turn on two-step sign-in').click()
    asked = page.get_by_role('dialog', name='Turn on two-step sign-in')
    expect(page.get_by_role('img', name='QR code')).to_be_visible()
    app = pyotp.TOTP(page.get_by_test_id('totp-secret').locator('code').inner_text())
    page.get_by_label('Code that the app shows now').fill('000000')
    asked.get_by_role('button', name='Turn on two-step sign-in').click()
    expect(asked.locator('.cw-wrong').filter(has_text='This is not the code')).to_be_visible()
    page.get_by_label('Code that the app shows now').fill(app.now())
    asked.get_by_role('button', name='Turn on two-step sign-in').click()
    shown = page.get_by_test_id('recovery-codes').locator('li')
    expect(shown).to_have_count(10)
    recovery = shown.all_inner_texts()
    with page.expect_download() as kept:
        page.get_by_role('link', name='Download codes').click()
    assert kept.value.path().read_text().split() == recovery
    page.get_by_role('button', name='I have kept the codes').click()
    expect(page.get_by_text('10 of 10 recovery codes are left.')).to_be_visible()
    page.get_by_role('button', name='theme, keyboard, sign out').click()
    page.locator('.cw-pop').get_by_role('button', name='Sign out', exact=True).click()

    sign_in(page, company)
    page.wait_for_url('**/login/code?next=/devices')
    expect(page.get_by_label('Code')).to_be_focused()
    assert stumbles(page) == ''
    page.goto(f'{company.console.address}/devices')
    page.wait_for_url('**/login?next=/devices')  # the password alone opens nothing
    page.goto(f'{company.console.address}/login/code?next=/devices')
    code = app.at(time.time() + 30)  # the next one is good already, the current one may be used up
    show_code(page, code)
    page.wait_for_url(f'{company.console.address}/devices')

    phoneless = new_page()
    sign_in(phoneless, company)
    show_code(phoneless, code)
    expect(phoneless.get_by_role('alert')).to_contain_text('used before')
    show_code(phoneless, recovery[0])
    phoneless.wait_for_url(f'{company.console.address}/devices')
    phoneless.goto(f'{company.console.address}/account')
    expect(phoneless.get_by_text('9 of 10 recovery codes are left.')).to_be_visible()

    again = new_page()
    sign_in(again, company)
    show_code(again, recovery[0])
    expect(again.get_by_role('alert')).to_be_visible()
    files = [f'{company.console.address}/ui/{file}' for file in ('audit.csv', 'audit.ndjson')]
    told = [phoneless.request.get(file).text() for file in files]
    assert all('SignedIn' in text for text in told)
    told += [again.content(), phoneless.content(), page.content(), company.console.log]
    told += [json.dumps(company.get(path)) for path in ('/audit', '/journal')]
    for secret in (app.secret, *recovery):
        assert not [text for text in told if secret in text]
