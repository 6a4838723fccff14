"""The first picture: the same as the live page that follows, to be read and used before and without it."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company
from tests.browser.sites import on_cell
from tests.browser.taking_over import MOST_SHIFT, RECORD, pictures
from tests.real.server import PASSWORD
from ui.components.columns import Column
from ui.shapes.cells import cell
from ui.shapes.locales import writing_of
from ui.shapes.values import Moment, zone_of
from ui.sign_in import COOKIE

NOW = 1_764_331_200.0
EVIL = '"><img src=x onerror="document.documentElement.dataset.ran = 1">'
SCRIPTS = '**/_nicegui/**/nicegui.js'
READY = '() => window.socket?.connected && window.did_handshake'
# The same nodes with the same attributes, but for those that only a pointer sees.
SAME = """([pairs, now]) => {
  const cw = window.cellwarden, written = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    const named = [...node.attributes ?? []]
      .filter(({ name, value }) => !['title', 'datetime'].includes(name) && (name !== 'class' || value))
      .map(({ name, value }) => `${name}=${value.replace(/;$/, '')}`).sort();
    return `<${node.localName ?? ''} ${named}>${[...node.childNodes].map(written).join('')}</>`;
  };
  cw.now = () => now;
  return pairs.map(([column, row, html]) => {
    const drawn = document.createElement('template'), sent = document.createElement('template');
    drawn.content.append(cw.cell(column, row));
    sent.innerHTML = html;
    for (const words of sent.content.querySelectorAll('noscript')) words.remove(); // for those who have no scripts
    for (const one of [drawn, sent]) one.content.normalize();
    return [written(drawn.content), written(sent.content)];
  }).filter(([drawn, sent]) => drawn !== sent);
}"""

COLUMNS = (
    *(Column(field='x', kind=kind) for kind in ('text', 'said', 'quiet', 'word', 'strong', 'code')),
    Column(field='x', kind='template', template='{x} of {y.z}, {share|percent} at {at|clock}'),
    Column(field='x', kind='template', template='{x} {y.z} {share|percent}'),
    *(Column(field='x', kind='state', family='presence', how=how) for how in ('chip', 'quiet', 'plain')),
    Column(field='x', kind='state', family='compliance', suffix='n', stale='at', as_of=True),
    Column(field='x', kind='state'),
    *(Column(field='at', kind='age', mode=mode) for mode in ('ago', 'for', 'bare', 'left', 'ends', 'seen', 'since', 'until', 'asof')),
    Column(field='at', kind='time'),
    *(Column(field='number', kind='mono', group=group) for group in ('imei', 'iccid')),
    Column(field='n', kind='cell'),
    Column(field='key', kind='code'),
    Column(field='n', kind='number', digits=1, unit='ms'),
    Column(field='n', kind='bytes'),
    Column(field='n', kind='signal', unit='dBm', low=-120, high=-75, warn=-95, bad=-105, stale='old'),
    Column(field='n', kind='bar', low=0, high=20, warn=0.001, bad=2),
    Column(field='line', kind='spark'),
    Column(field='yes', kind='flag', yes='Encrypted'),
    Column(field='labels', kind='labels'),
    Column(field='labels', kind='evidence'),
    Column(field='x', href='/devices/{x}', detail='at', detail_mode='since'),
    Column(field='x', kind='strong', href='/devices/{x}', detail='text'),
    Column(field='none', empty='Never', detail='text'),
    Column(field='none', empty=''),
    Column(field='none'),
)  # fmt: skip
ROWS: tuple[Mapping[str, Any], ...] = (
    {'x': 'online', 'n': -97.25, 'at': NOW - 45, 'number': '354048112345678', 'key': '204-08-4417-0x1A2B3', 'yes': True, 'share': 0.123,
     'labels': {'site': 'port 1', EVIL: EVIL}, 'line': [1, 2.5, None, 3],
     'text': 'ended 2025-11-28T11:00:05Z, 1,204 beneath, 2 of 1,255 in 1.5 s, 1 h 20 min, HTTP 503, TCP 127.0.0.1:80, 5G, −3 %'},
    {'x': EVIL, 'n': 2852724737, 'at': NOW - 40 * 86_400, 'number': '8931410000000000101', 'key': EVIL, 'yes': False, 'share': 1,
     'labels': ['a', EVIL], 'line': [4], 'text': EVIL, 'y': {'z': 1234567.891}, 'old': NOW - 500},
    {'x': 'offline', 'n': 12, 'at': NOW + 7200, 'number': 'x', 'key': 17, 'labels': {}, 'line': [], 'text': '', 'rat': 'NR', 'share': 0},
    {'x': 'never seen before', 'n': 1.5e9, 'at': '2025-09-01T10:00:00Z', 'labels': {}, 'line': [None, 1]},
    {'x': 'رافعة', 'n': 0, 'at': NOW - 400 * 86_400, 'labels': {'n': 5.0}, 'line': [1, 1]},
)  # fmt: skip
FIT: Mapping[str | None, Any] = {'labels': (dict, list), 'evidence': dict, 'cell': int}
"""What kinds of cells are given, where that is not anything."""


@pytest.mark.parametrize(
    ('zone', 'locale', 'hours'),
    [
        ('UTC', 'en-GB', 'locale'),
        ('Europe/Berlin', 'de-DE', 'locale'),
        ('America/New_York', 'en-US', '12'),
        ('Africa/Cairo', 'ar-EG', '24'),
    ],
)
def test_the_server_draws_a_value_as_the_page_does(
    new_page: NewPage, company: Company, zone: str, locale: str, hours: str
) -> None:
    page = new_page(timezone_id='UTC')
    company.enter(page, '/policies')
    page.wait_for_function(READY)
    page.evaluate('wanted => cellwarden.keepDesk(wanted)', {'zone': zone, 'locale': locale, 'hours': hours})
    page.reload()
    page.wait_for_function(READY)
    moment = Moment(NOW, *zone_of(zone), writing_of(locale, hours))
    pairs = [
        (spec, row, cell(spec, row, moment))
        for spec in (json.loads(json.dumps(column.spec())) for column in COLUMNS)
        for row in ROWS
        if isinstance(row.get(spec['field']), FIT.get(spec['kind'], object))
    ]
    others = page.evaluate(SAME, [pairs, NOW])
    assert not others, '\n'.join(f'{drawn}\n{sent}' for drawn, sent in others)
    assert page.evaluate('document.documentElement.dataset.ran') is None


def test_pages_are_read_searched_and_turned_without_scripts(new_page: NewPage, company: Company) -> None:
    for number in range(52):
        company.device(f'crane-{number:02}')
    page = new_page(java_script_enabled=False)
    company.enter(page, '/')
    expect(page.get_by_test_id('counter-presence')).to_contain_text('52 enrolled')
    page.get_by_test_id('counter-presence').get_by_role('link', name='Never seen').click()
    expect(page.get_by_role('row')).to_have_count(51)
    page.get_by_role('link', name='Next').click()
    expect(page.get_by_role('row').last).to_contain_text('crane-51')
    page.get_by_role('searchbox').fill('crane-07')
    page.keyboard.press('Enter')
    expect(page.get_by_role('row')).to_have_count(2)
    page.get_by_role('link', name='Presence never seen').click()
    page.get_by_label('Never seen').uncheck()
    page.get_by_label('Online').check()
    page.get_by_role('button', name='Show').click()
    expect(page.get_by_text('No devices match')).to_be_visible()
    page.get_by_role('link', name='Clear search and filters').click()
    page.get_by_role('link', name='crane-00').click()
    expect(page.get_by_role('heading', name='crane-00')).to_be_visible()


def test_a_person_signs_in_reads_searches_and_signs_out_without_scripts(new_page: NewPage, company: Company) -> None:
    for name in ('crane-1', 'crane-2'):
        company.device(name)
    page = new_page(java_script_enabled=False)
    page.goto(f'{company.console.address}/devices')
    expect(page.get_by_label('E-mail address')).to_be_focused()
    expect(page.get_by_role('button', name='Show password')).to_be_hidden()
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill('guessed')
    page.keyboard.press('Enter')
    expect(page.get_by_role('alert')).to_have_text('The e-mail address or the password is not right.')
    expect(page.get_by_label('E-mail address')).to_have_value(company.email)
    expect(page.get_by_label('Password')).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.get_by_role('button', name='Sign in').click()
    expect(page.get_by_role('row')).to_have_count(3)  # what was asked for
    page.goto(f'{company.console.address}/devices?q=crane-2')
    expect(page.get_by_role('row')).to_have_count(2)
    page.get_by_role('link', name='Overview').first.click()
    expect(page.get_by_role('link', name='Never seen')).to_contain_text('2')
    page.get_by_role('link', name='My account').click()
    page.get_by_role('main').get_by_role('button', name='Sign out').last.click()
    expect(page.get_by_label('E-mail address')).to_be_visible()
    page.goto(f'{company.console.address}/devices')
    expect(page.get_by_role('heading', name='Sign in to Cellwarden')).to_be_visible()


def test_the_sign_in_is_typed_in_and_sent_before_its_script_has_come(new_page: NewPage, company: Company) -> None:
    page = new_page(allow=('ERR_FAILED', 'createApp'))
    page.route(SCRIPTS, lambda route: route.abort())
    page.goto(company.console.address, wait_until='load')
    page.wait_for_function('() => window.cellwarden?.modal')
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill(PASSWORD)
    page.get_by_role('button', name='Sign in').click()
    expect(page.get_by_test_id('counter-presence')).to_be_visible()


def test_what_is_typed_in_the_sign_in_goes_on_in_the_live_page(new_page: NewPage, company: Company) -> None:
    page = new_page()
    held: list[Route] = []
    page.route(SCRIPTS, lambda route: held.append(route))
    page.goto(company.console.address, wait_until='commit')
    page.wait_for_function('() => window.cellwarden?.modal')
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').press_sequentially(PASSWORD[:4])
    for route in held:
        route.continue_()
    expect(page.locator('#cw-first')).to_have_count(0)
    expect(page.get_by_label('E-mail address')).to_have_value(company.email)
    expect(page.get_by_label('Password')).to_be_focused()
    page.keyboard.type(PASSWORD[4:])
    page.keyboard.press('Enter')
    expect(page.get_by_test_id('counter-presence')).to_be_visible()


@pytest.mark.parametrize('minutes', [-10, 10])
def test_ages_are_right_where_the_clock_of_the_browser_is_wrong(
    new_page: NewPage, company: Company, minutes: int
) -> None:
    company.device('crane-1').check_in(radio=on_cell())
    page = new_page()
    page.clock.install(time=datetime.now(UTC) + timedelta(minutes=minutes))
    company.enter(page, '/devices')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(page.locator('#app').get_by_role('row', name='crane-1')).to_contain_text(re.compile(r'\b\d{1,2} s\b|now'))


@pytest.fixture
def held_back(new_page: NewPage, company: Company) -> tuple[Page, Callable[[], None]]:
    """A page with 30 devices that shows its first picture, and the way to let NiceGUI's script come."""
    for number in range(30):
        company.device(f'crane-{number:02}')
    page = new_page(viewport={'width': 1280, 'height': 500})
    page.add_init_script(RECORD)
    held: list[Route] = []
    page.route(SCRIPTS, lambda route: held.append(route))
    page.context.add_cookies([{'name': COOKIE, 'value': company.cookie, 'url': company.console.address}])
    page.goto(f'{company.console.address}/devices', wait_until='commit')
    expect(page.locator('#cw-first').get_by_role('link', name='crane-29')).to_be_attached()
    page.wait_for_function('() => window.cellwarden?.modal')  # our own scripts have run, NiceGUI's have not

    def let_come() -> None:
        assert held
        for route in held:
            route.continue_()

    return page, let_come


def test_focus_and_scroll_go_on_in_the_live_page_and_nothing_moves(
    held_back: tuple[Page, Callable[[], None]],
) -> None:
    page, let_come = held_back
    page.locator('#cw-first').get_by_role('link', name='crane-25').focus()
    page.evaluate('scrollTo(0, 300)')
    let_come()
    first, live, shifted = pictures(page)
    assert first == live
    assert shifted < MOST_SHIFT
    expect(page.locator('#cw-first')).to_have_count(0)
    expect(page.locator('#app').get_by_role('link', name='crane-25')).to_be_focused()
    assert page.evaluate('scrollY') == 300


def test_what_is_typed_and_pressed_too_early_is_done_in_the_live_page(
    held_back: tuple[Page, Callable[[], None]],
) -> None:
    page, let_come = held_back
    page.locator('#cw-first').get_by_role('searchbox').fill('crane-1')
    page.locator('#cw-first').get_by_role('link', name='Compliance any').click()
    let_come()
    expect(page.get_by_role('group', name='Compliance')).to_be_visible()
    expect(page.locator('#app').get_by_role('searchbox')).to_have_value('crane-1')
    expect(page.locator('#app tr[data-row]')).to_have_count(10)


def test_the_line_goes_on_from_the_picture_without_a_second_state(page: Page, company: Company) -> None:
    company.device('crane-1')
    frames: list[dict[str, Any]] = []

    def note(text: str | bytes) -> None:
        if isinstance(text, str) and text.startswith('42["live",'):
            frames.extend(json.loads(text[2:])[1:])

    page.on('websocket', lambda line: line.on('framereceived', note))
    company.enter(page, '/devices')
    page.wait_for_function(READY)
    company.device('crane-2')
    expect(page.locator('#app').get_by_role('link', name='crane-2')).to_be_visible()
    expect(page.locator('.cw-nav a[href="/devices"] .count')).to_have_text('2')
    assert [frame['t'] for frame in frames if frame.get('full')] == []
