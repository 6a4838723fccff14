"""axe finds nothing: not in menus and the finder, not while a list loads, fails or is empty, not where nobody is signed in. The pages
themselves and their dialogs are asked in ``test_pages``."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import PHONE, WIDE, stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console, until
from tests.browser.sites import cell, on_cell, tcp_check
from tests.browser.test_pages import PATHS, drawn
from tests.real.server import PASSWORD
from ui.pages import PAGES

SIGNED_OUT = ('/login', '/login?refused=NotSignedIn', '/join', '/account/confirmed')
ELSEWHERE = {'/login/code': 'test_two_step.py', '/login/{}/refused': 'test_providers.py'}
"""Addresses that take more than a session to reach, and the tests beside this one that are there and ask axe."""


@pytest.fixture(scope='module')
def fleet(console: Console) -> Company:
    """A device and a tower, and an administrator of two companies, who therefore may switch."""
    company = console.company('Accessible')
    company.device('crane-1').check_in(radio=on_cell())
    company.add('towers', name='Noordzijde', cells=[cell()])
    other = console.run('enterprise add', name='Accessible too', starter=False)['id']
    console.run('user add', enterprise=other, email=company.email, name='Ana Admin', role='admin', link=True)
    return company


@pytest.fixture(scope='module')
def nothing(console: Console) -> Company:
    """A company that has nothing yet."""
    return console.company('Nothing yet')


def _pattern(path: str) -> str:
    return re.sub(r'\{\w+\}', '{}', path)


def test_every_address_of_the_site_map_is_visited() -> None:
    ours = {_pattern(address) for row in PAGES for address in row.addresses}
    assert ours <= {_pattern(path) for path in PATHS.values()} | set(SIGNED_OUT) | set(ELSEWHERE)
    for file in ELSEWHERE.values():
        assert 'assert stumbles(' in (Path(__file__).parent / file).read_text()


@pytest.mark.parametrize('path', SIGNED_OUT)
def test_a_door_has_none(page: Page, nothing: Company, path: str) -> None:
    if path.startswith('/account'):
        nothing.enter(page, path)
    else:
        page.goto(nothing.console.address + path)
    expect(page.get_by_role('heading', level=1)).to_be_visible()
    assert stumbles(page) == ''


@pytest.mark.parametrize('path', ['/', '/devices', '/towers', '/policies', '/alerts', '/enforcement', '/enrolment'])
def test_what_is_empty_has_none(page: Page, nothing: Company, path: str) -> None:
    drawn(nothing.enter(page, path))
    assert stumbles(page) == ''


@pytest.mark.parametrize(
    ('path', 'says'),
    [('/devices?q=nothing', 'No devices match'), ('/audit?since=yesterday', 'not available'), ('/nowhere', 'no page')],
)
def test_what_is_not_there_has_none(new_page: NewPage, fleet: Company, path: str, says: str) -> None:
    page = drawn(fleet.enter(new_page(allow=('404',)), path))
    expect(page.get_by_text(re.compile(says))).to_be_visible()
    assert stumbles(page) == ''


def test_what_a_role_does_not_include_has_none(new_page: NewPage, fleet: Company) -> None:
    email = 'viewer@accessible.example'
    fleet.console.run('user add', enterprise=fleet.id, email=email, name='Vi', role='viewer', password=PASSWORD)
    page = new_page(allow=('403',))
    page.goto(f'{fleet.console.address}/audit')
    page.get_by_label('E-mail address').fill(email)
    page.get_by_label('Password').fill(PASSWORD)
    page.keyboard.press('Enter')
    expect(page.get_by_text('Your role does not include this page')).to_be_visible()
    assert stumbles(drawn(page)) == ''


@pytest.mark.parametrize(('path', 'shown'), [('/', 'Compliance'), ('/devices', 'Presence')])
def test_a_page_whose_line_says_nothing_yet_has_none(page: Page, fleet: Company, path: str, shown: str) -> None:
    page.route_web_socket('**/*', lambda line: None)  # nobody answers
    fleet.enter(page, path)
    expect(page.get_by_role('main')).to_contain_text(shown)
    assert stumbles(page) == ''


def test_a_lost_server_has_none(mortal: Console, new_page: NewPage) -> None:
    page = drawn(mortal.company('Lost').enter(new_page(allow=('.*',)), '/'))
    mortal.kill()
    expect(page.locator('#cw-banner')).to_contain_text('No connection')
    assert stumbles(page) == ''
    mortal.start()


@pytest.fixture
def devices(page: Page, fleet: Company) -> Page:
    """The list of devices, drawn."""
    return drawn(fleet.enter(page, '/devices'))


DESK = ('[data-testid=views]', '[data-testid=columns]')


def test_menus_have_none(devices: Page) -> None:
    for button in ('.cw-me', 'button.cw-who', '.cw-chip:not(.plain)', '.cw-chip.plain', *DESK):
        devices.set_viewport_size({'width': WIDE[0], 'height': WIDE[1]})
        devices.locator(button).first.click()
        expect(devices.locator('.cw-pop')).to_be_visible()
        assert stumbles(devices, sizes=(WIDE,), within='.cw-pop') == ''
        devices.keyboard.press('Escape')
    devices.set_viewport_size({'width': PHONE[0], 'height': PHONE[1]})
    for button in ('.cw-me', '.cw-foot button'):
        devices.locator(button).click()
        expect(devices.locator('.cw-pop')).to_be_visible()
        assert stumbles(devices, sizes=(PHONE,), within='.cw-pop') == ''
        devices.keyboard.press('Escape')


def test_the_finder_and_the_help_have_none(devices: Page) -> None:
    devices.keyboard.press('Control+k')
    expect(devices.get_by_role('option', name='Towers')).to_be_visible()
    assert stumbles(devices) == ''
    # no id has a U, and addresses of people here are made of ids
    for typed, found in (('crane', devices.get_by_role('option', name='crane-1')), ('uuu', devices.get_by_text('uuu'))):
        devices.get_by_label('Find anything').fill(typed)
        expect(found.last).to_be_visible()
        assert stumbles(devices, sizes=(WIDE,)) == ''
    devices.keyboard.press('Escape')
    devices.keyboard.press('?')
    expect(devices.get_by_role('dialog', name='Keyboard')).to_be_visible()
    assert stumbles(devices) == ''


def test_picked_rows_have_none(devices: Page) -> None:
    devices.keyboard.press('j')
    devices.keyboard.press('x')
    expect(devices.get_by_text('1 selected')).to_be_visible()
    assert stumbles(devices) == ''
    devices.keyboard.press('Space')
    expect(devices.get_by_text('1 selected')).to_be_hidden()


def test_the_picker_of_a_time_has_none(page: Page, fleet: Company) -> None:
    drawn(fleet.enter(page, '/audit'))
    page.get_by_role('button', name='Time any').click()
    expect(page.get_by_label('Since')).to_be_visible()
    assert stumbles(page) == ''


def test_a_new_alert_is_told_once_to_people_who_do_not_see_it(page: Page, company: Company) -> None:
    drawn(company.enter(page, '/policies'))
    said = page.locator('#cw-said')
    expect(said).to_have_attribute('role', 'status')
    page.evaluate("""() => {
      window.said = [];
      new MutationObserver(() => window.said.push(document.querySelector('#cw-said').textContent))
        .observe(document.querySelector('#cw-said'), { childList: true });
    }""")
    for name in ('Noordzijde', 'Zuidzijde', 'Westzijde'):
        company.add('towers', name=name, cells=[], checks=[tcp_check(1, max_attempts=1)])
    until(lambda: len(company.get('/alerts')['items']) == 3 or None, 'three alerts')
    until(lambda: sum(_told(text) for text in page.evaluate('window.said')) == 3 or None, 'what a screen reader says')
    assert len(page.evaluate('window.said')) <= 2


def _told(text: str) -> int:
    many = re.match(r'(\d+) new alerts\. The newest: ', text)
    return int(many[1]) if many else int(text.startswith('Major alert: '))


def test_a_feed_is_one_stop_of_the_tab_key_and_keeps_the_focus_when_its_rows_leave(
    page: Page, company: Company
) -> None:
    for number in range(2):
        company.device(f'crane-{number}')
    drawn(company.enter(page, '/'))
    feed = page.get_by_role('log')
    expect(feed).to_contain_text('crane-1')
    feed.focus()
    page.keyboard.press('ArrowUp')  # to the last row
    expect(feed.get_by_role('listitem').last).to_be_focused()
    page.keyboard.press('Tab')
    assert page.evaluate(
        "() => !document.activeElement.closest('.cw-feed') && document.activeElement !== document.body"
    )
    page.keyboard.press('Shift+Tab')
    feed.get_by_role('listitem').filter(has_text='crane-0').focus()
    for number in range(2):  # four of a sort become one line
        company.device(f'barge-{number}')
    expect(feed).to_contain_text('4 devices')
    expect(feed.get_by_role('listitem').filter(has_text='crane-0').filter(visible=True)).to_have_count(1)
    assert page.evaluate("() => document.activeElement.closest('.cw-feed') !== null")


def test_a_row_of_a_list_keeps_the_focus_when_it_moves_and_hands_it_on_when_it_leaves(
    page: Page, company: Company
) -> None:
    first, *_ = [company.device(f'crane-{number}') for number in range(3)]
    any_version = {'If-Match': '*'}
    drawn(company.enter(page, '/devices?sort=name'))
    page.keyboard.press('j')
    expect(page.get_by_role('row', name='crane-0')).to_be_focused()
    company.api.patch(f'/devices/{first.id}', json={'name': 'zeppelin'}, headers=any_version).raise_for_status()
    expect(page.get_by_role('row').last).to_contain_text('zeppelin')
    expect(page.get_by_role('row', name='zeppelin')).to_be_focused()
    company.api.delete(f'/devices/{first.id}', headers=any_version).raise_for_status()
    expect(page.get_by_role('row', name='zeppelin')).to_have_count(0)
    expect(page.get_by_role('row', name='crane-2')).to_be_focused()
