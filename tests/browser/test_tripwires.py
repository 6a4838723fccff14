"""What we lean on in NiceGUI and in browsers: a new version of either that moves it fails here, not in front of people."""

import json
import re
import time

from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.browser.sites import on_cell

DROP_FORMS = '() => window.socket.io.engine.close()'
FORMS_GONE = '() => { window.socket.io.reconnection(false); window.socket.io.engine.close(); }'

LIVE = re.compile(r'/live\?as=')


def test_nicegui_still_has_what_our_scripts_take_from_it(page: Page, company: Company) -> None:
    company.enter(page, '/devices')
    page.wait_for_function('() => window.socket?.connected && window.did_handshake')
    assert page.evaluate(
        "() => ['on', 'connect', 'disconnect'].every((name) => typeof window.socket[name] === 'function')"
    )
    assert page.locator('#app > * #main, #app > #main').count() == 1
    assert page.locator('body > .cw-rail, body > .cw-top, body > #cw-banner').count() == 3  # before NiceGUI, not within
    for popup in ('#popup', '#too_long_message_popup'):
        assert page.locator(popup).count() == 1


def test_our_banner_speaks_when_forms_are_cut_off_and_niceguis_own_popup_never_does(
    page: Page, company: Company
) -> None:
    company.enter(page, '/devices')
    page.wait_for_function('() => window.socket?.connected && window.did_handshake')
    page.evaluate('window.sameDocument = true')
    page.evaluate(FORMS_GONE)
    expect(page.locator('#popup')).to_have_js_property('ariaHidden', 'false')  # NiceGUI wants it seen
    expect(page.locator('#popup')).to_have_css('display', 'none')
    expect(page.locator('#cw-banner')).to_contain_text('Buttons and forms are waiting for the server.')
    company.device('crane-1').check_in()
    expect(page.get_by_role('row', name='crane-1')).to_contain_text('Online')  # figures do not wait
    page.evaluate('() => { window.socket.connect(); }')
    expect(page.locator('#cw-banner')).to_contain_text('Connected again.')
    page.get_by_role('button', name='Enrol devices').click()
    expect(page.get_by_role('dialog')).to_be_visible()
    assert page.evaluate('window.sameDocument') is True


def test_a_short_cut_of_the_forms_keeps_the_page_as_it_is(page: Page, company: Company) -> None:
    company.enter(page, '/policies/new')
    page.wait_for_function('() => window.socket?.connected && window.did_handshake')
    page.get_by_label('Name', exact=True).fill('Half a thought')
    page.evaluate('window.sameDocument = true')
    page.evaluate(DROP_FORMS)
    page.wait_for_function('() => !window.socket.connected')
    page.wait_for_function('() => window.socket.connected')
    page.get_by_role('button', name='Save policy').click()  # still the same client of the server
    expect(page.get_by_role('alert')).to_contain_text('Not saved yet')
    expect(page.get_by_label('Name', exact=True)).to_have_value('Half a thought')
    assert page.evaluate('window.sameDocument') is True


def test_a_line_that_breaks_is_told_and_comes_back_with_what_was_missed(page: Page, company: Company) -> None:
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        lines.append(line)
        line.connect_to_server()

    page.route_web_socket(LIVE, through)
    crane = company.device('crane-1')
    crane.check_in(radio=on_cell(rsrp=-80))
    company.enter(page, '/devices')
    rsrp = page.get_by_role('row', name='crane-1').locator('[data-field=rsrp]')
    expect(rsrp).to_have_text('−80 dBm')
    page.evaluate('window.sameDocument = true')
    lines[0].close(code=1012, reason='the server restarts')
    expect(page.locator('#cw-badge')).to_have_text('Offline')
    crane.check_in(radio=on_cell(rsrp=-99))
    expect(rsrp).to_have_text('−99 dBm')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert len(lines) == 2
    assert page.evaluate('window.sameDocument') is True


def test_a_page_that_hears_nothing_waits_without_an_error(page: Page, company: Company) -> None:
    page.route_web_socket(LIVE, lambda _: None)  # takes the line and never says a word
    page.clock.install()
    company.enter(page, '/')
    page.wait_for_function("() => document.querySelectorAll('.cw-chart[_echarts_instance_]').length === 2")
    page.clock.fast_forward(11_000)
    expect(page.locator('#cw-badge')).to_contain_text('Stale')
    expect(page.locator('.cw-skeleton').first).to_be_visible()
    pictures = page.get_by_role('img')
    assert [one.get_attribute('aria-label') for one in pictures.all()].count(None) == 0, 'words come before figures'
    assert pictures.count() >= 3  # the map and two charts


def test_a_session_that_an_operator_ends_leads_its_open_pages_to_the_sign_in(
    new_page: NewPage, company: Company
) -> None:
    pages = [company.enter(new_page(), path) for path in ('/', '/devices?presence=online')]
    for page in pages:
        expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert company.console.command('user', 'reset', company.email).code == 0
    ended = time.monotonic()
    for page in pages:
        page.wait_for_url('**/login?next=*')
    assert time.monotonic() - ended < 5  # a beat a second; the rest is for a busy machine
    assert pages[1].url.endswith('/login?next=%2Fdevices%3Fpresence%3Donline')
    expect(pages[1].get_by_label('E-mail address')).to_be_visible()


def test_a_hidden_tab_asks_for_nothing_and_catches_up_when_it_is_seen_again(page: Page, company: Company) -> None:
    said: list[str] = []
    heard: list[str] = []

    def listen(line: WebSocket) -> None:
        if LIVE.search(line.url):
            line.on('framesent', lambda frame: said.append(str(frame)))
            line.on('framereceived', lambda frame: heard.append(str(frame)))

    page.on('websocket', listen)
    crane = company.device('crane-1')
    crane.check_in(radio=on_cell(rsrp=-80))
    page.clock.install()
    company.enter(page, '/devices')
    rsrp = page.get_by_role('row', name='crane-1').locator('[data-field=rsrp]')
    expect(rsrp).to_have_text('−80 dBm')
    _show(page, False)
    page.clock.fast_forward(11_000)

    def told(op: str) -> set[str]:
        page.evaluate('0')  # lets what the page has sent meanwhile come in
        return {frame['t'] for frame in map(json.loads, said) if frame['op'] == op}

    until(lambda: True if told('unfollow') == told('follow') else None, 'the hidden page to leave what it follows')
    assert len(told('follow')) > 1

    before = len(heard)
    crane.check_in(radio=on_cell(rsrp=-99))
    page.wait_for_function(
        '(before) => window.cellwarden.now() > before + 1', arg=page.evaluate('window.cellwarden.now()')
    )
    assert {json.loads(one)['t'] for one in heard[before + 1 :]} <= {'beat'}
    expect(rsrp).to_have_text('−80 dBm')
    _show(page, True)
    expect(rsrp).to_have_text('−99 dBm')


def _show(page: Page, shown: bool) -> None:
    """Hide or show the tab: a headless browser has no other tab to bring in front."""
    page.evaluate(
        """(shown) => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => !shown });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        shown,
    )
