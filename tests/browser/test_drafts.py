"""What was typed and not saved is there again: after kill -9, after a lost session, after Back; and for its person alone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console
from tests.browser.test_restart import AWAY
from tests.real.server import PASSWORD

READY = '() => window.socket?.connected && window.did_handshake'
KEPT = "() => Object.entries(sessionStorage).filter(([key]) => key.startsWith('cellwarden-draft '))"
TYPE_ON = """window.typing = setInterval(() => document.querySelector('[data-testid=latitude]').dispatchEvent(
  new InputEvent('input', { bubbles: true })), 100)"""


def _fill_tower(page: Page) -> None:
    page.wait_for_function(READY)
    page.get_by_label('Name', exact=True).fill('Half a tower')
    page.get_by_role('radio', name='Small').click()
    page.get_by_role('button', name='Add cell').click()
    page.get_by_label('MCC', exact=True).fill('204')
    page.get_by_role('button', name='Add check').click()
    page.get_by_label('Latitude °').press_sequentially('51.8')
    # the count of checks as the server has told it: none is a count too
    for told in ('small', '204', r'checks\":1', '51.8'):
        page.wait_for_function('(told) => JSON.stringify(({KEPT})()).includes(told)'.replace('{KEPT}', KEPT), arg=told)


def _expect_tower(page: Page) -> None:
    expect(
        page.get_by_role('status').filter(has_text=re.compile(r'^Restored what you had typed at \d\d:\d\d\.'))
    ).to_be_visible()
    expect(page.get_by_label('Name', exact=True)).to_have_value('Half a tower')
    expect(page.get_by_label('MCC', exact=True)).to_have_value('204')
    expect(page.get_by_role('radio', name='Small')).to_have_attribute('aria-checked', 'true')
    expect(page.get_by_test_id('check-row')).to_have_count(1)
    expect(page.get_by_label('Latitude °')).to_have_value(re.compile('^51.8'))


def test_a_half_filled_form_outlives_kill_9_back_and_goes_when_it_is_discarded(
    mortal: Console, new_page: NewPage
) -> None:
    company = mortal.company('Port of Half')
    page = company.enter(new_page(allow=AWAY), '/towers/new')
    _fill_tower(page)
    page.evaluate('window.sameDocument = true')
    mortal.kill()
    expect(page.locator('#cw-badge')).to_have_text('Offline')
    page.get_by_label('Latitude °').press_sequentially('8')  # typed while there is no server
    page.evaluate(TYPE_ON)
    mortal.start()
    banner = page.locator('#cw-banner')
    expect(banner).to_contain_text('It is loaded anew as soon as you pause. What you have typed is kept.')
    assert page.evaluate('window.sameDocument')
    page.evaluate('clearInterval(window.typing)')
    page.wait_for_function('() => window.sameDocument === undefined')
    _expect_tower(page)
    expect(page.get_by_label('Latitude °')).to_have_value('51.88')
    expect(page.get_by_label('Latitude °')).to_be_focused()

    page.get_by_role('navigation', name='Main', exact=True).get_by_role('link', name='Devices').click()
    page.wait_for_url('**/devices')
    page.go_back()
    _expect_tower(page)
    page.get_by_role('button', name='Discard').click()
    expect(page.get_by_label('Name', exact=True)).to_have_value('')
    expect(page.get_by_test_id('cell-row')).to_have_count(0)
    expect(page.get_by_role('radio', name='Small')).to_have_attribute('aria-checked', 'false')
    page.wait_for_function(f'() => !({KEPT})().length')


def test_a_dialog_opens_again_after_a_lost_session_and_nothing_is_left_for_another_person(
    page: Page, company: Company
) -> None:
    crane = company.device('crane-7')
    other = f'ben@{company.id.lower()}.example'
    company.console.run('user add', enterprise=company.id, email=other, name='Ben', role='admin', password=PASSWORD)
    company.enter(page, crane.path)
    page.wait_for_function(READY)
    page.get_by_role('button', name='Edit device').click()
    sheet = page.get_by_role('dialog', name='Edit crane-7')
    sheet.get_by_label('Name', exact=True).fill('crane-7, the tall one')
    page.wait_for_function(f"() => JSON.stringify(({KEPT})()).includes('the tall one')")
    company.console.run('user reset', email=company.email, password=PASSWORD, link=False, second_factor=False)
    page.wait_for_url('**/login?next=*')
    _sign_in(page, company.email)
    expect(sheet.get_by_label('Name', exact=True)).to_have_value('crane-7, the tall one')
    expect(sheet).to_contain_text('Restored what you had typed at')

    company.console.run('user reset', email=company.email, password=PASSWORD, link=False, second_factor=False)
    page.wait_for_url('**/login?next=*')
    _sign_in(page, other)
    page.wait_for_function(READY)
    assert page.evaluate(f'({KEPT})()') == []
    page.get_by_role('button', name='Edit device').click()
    expect(sheet.get_by_label('Name', exact=True)).to_have_value('crane-7')

    sheet.get_by_label('Name', exact=True).fill('crane-7, renamed by Ben')
    page.wait_for_function(f'() => ({KEPT})().length')
    sheet.get_by_role('button', name='Save device').click()
    expect(sheet).to_have_count(0)
    page.wait_for_function(f'() => !({KEPT})().length')


def test_signing_out_leaves_nothing_and_secrets_are_never_kept(page: Page, company: Company) -> None:
    company.enter(page, '/account')
    page.wait_for_function(READY)
    page.get_by_label('Numbers and dates').fill('de-DE')
    page.get_by_label('Current password').fill(PASSWORD)
    page.wait_for_function(f"() => JSON.stringify(({KEPT})()).includes('de-DE')")
    assert PASSWORD not in page.evaluate('JSON.stringify({...sessionStorage, ...localStorage})')
    page.locator('[data-cw-menu=me]').click()
    page.get_by_role('banner').get_by_role('button', name='Sign out', exact=True).click()
    page.wait_for_url('**/login*')
    assert page.evaluate(f'({KEPT})()') == []


def test_signing_out_takes_away_where_a_person_stood_on_lists(page: Page, company: Company) -> None:
    company.enter(page, '/devices?q=crane')
    page.wait_for_function(READY)
    page.goto(f'{company.console.address}/towers?q=quay')
    page.wait_for_function(READY)
    assert 'cellwarden-place /devices?q=crane' in page.evaluate('Object.keys(sessionStorage)')
    page.locator('[data-cw-menu=me]').click()
    page.get_by_role('banner').get_by_role('button', name='Sign out', exact=True).click()
    page.wait_for_url('**/login*')
    assert [key for key in page.evaluate('Object.keys(sessionStorage)') if key.startswith('cellwarden')] == []


def test_what_is_typed_before_a_sign_in_and_in_a_small_dialog_is_kept(page: Page, company: Company) -> None:
    page.goto(f'{company.console.address}/login')
    page.wait_for_function(READY)
    page.get_by_label('E-mail address').fill('ana')
    expect(page.get_by_text('Write an e-mail address')).to_be_visible()
    page.get_by_label('E-mail address').fill('ana@harbour.example')
    expect(page.get_by_text('Write an e-mail address')).to_have_count(0)
    page.get_by_label('Password').fill(PASSWORD)
    assert PASSWORD not in page.evaluate('JSON.stringify({...sessionStorage, ...localStorage})')
    page.reload()
    expect(page.get_by_label('E-mail address')).to_have_value('ana@harbour.example')
    expect(page.get_by_label('Password')).to_have_value('')

    company.enter(page, company.device('crane-8').path)
    page.wait_for_function(READY)
    assert page.evaluate(f'({KEPT})()') == [], 'what was typed before belongs to nobody'
    note = page.get_by_test_id('note')
    page.get_by_test_id('ask-note').click()
    note.fill('half a no')
    page.reload()
    page.wait_for_function(READY)
    page.get_by_test_id('ask-note').click()
    expect(note).to_have_value('half a no')
    page.get_by_role('button', name='Cancel').click()
    page.get_by_test_id('ask-note').click()
    expect(note).to_have_value('')


def _sign_in(page: Page, email: str) -> None:
    page.get_by_label('E-mail address').fill(email)
    page.get_by_label('Password').fill(PASSWORD)
    page.keyboard.press('Enter')
    page.wait_for_url(re.compile('/devices/'))


def test_a_page_that_was_loaded_anew_three_times_in_vain_waits_for_its_person(
    new_page: NewPage, company: Company
) -> None:
    page = company.enter(new_page(allow=AWAY), '/towers')
    page.wait_for_function(READY)
    page.evaluate(
        """() => {
          sessionStorage.setItem('cellwarden-reloads', JSON.stringify(Array(3).fill(Date.now())));
          window.socket.io.opts.query.client_id = '00000000-0000-0000-0000-000000000000';
          window.socket.io.engine.close();
        }"""
    )
    banner = page.locator('#cw-banner')
    expect(banner).to_contain_text('something between here and the console keeps old pages')
    banner.get_by_role('button', name='Load now').click()
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(banner).to_be_hidden()
