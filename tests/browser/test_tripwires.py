"""What we lean on in NiceGUI and in browsers: a new version of either that moves it fails here, not in front of people."""

import json
import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, WebSocket, WebSocketRoute, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.browser.refusing_proxy import refusing_proxy
from tests.browser.sites import on_cell

DROP = '() => window.socket.io.engine.close()'
READY = '() => window.socket?.connected && window.did_handshake'
# With DevTools, which drive this browser, nothing is prerendered: the page is told that it is, and then that it is opened.
MADE_READY = "Object.defineProperty(document, 'prerendering', { value: true, configurable: true })"
OPENED = "delete document.prerendering, document.dispatchEvent(new Event('prerenderingchange'))"
REFUSES = """
  window.WebSocket = class { constructor() { throw new DOMException('refused by the network', 'NetworkError'); } };
"""
LINE = re.compile(r'/_nicegui_ws/socket\.io/')


def test_nicegui_still_has_what_our_scripts_take_from_it(page: Page, company: Company) -> None:
    company.enter(page, '/devices')
    page.wait_for_function(READY)
    assert page.evaluate(
        """() => {
          const { socket } = window, functions = (of, ...names) => names.every((name) => typeof of[name] === 'function');
          return functions(socket, 'on', 'emit', 'connect', 'disconnect') && functions(socket.io, 'reconnection', 'timeout')
            && socket.io.opts.query.client_id === window.clientId && Array.isArray(socket.io.opts.transports)
            && socket.io.engine.transport.name === 'websocket' && Number.isInteger(window.nextMessageId)
            && socket.io.reconnection() === false && socket.io.timeout() === false;
        }"""
    )
    assert page.locator('#app > * #main, #app > #main').count() == 1
    assert page.locator('body > .cw-rail, body > .cw-top, body > #cw-banner').count() == 3  # before NiceGUI, not within
    for popup in ('#popup', '#too_long_message_popup'):
        assert page.locator(popup).count() == 1


def test_what_is_typed_and_pressed_before_the_handshake_arrives_in_its_order(page: Page, company: Company) -> None:
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    holds = [True]

    def through(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(lambda said: held.append((line, said)) if holds[0] else line.send(said))

    page.route_web_socket(LINE, through)
    company.enter(page, '/towers/new')
    fields = {'name': 'Waalhaven', 'operator': 'Port of Rotterdam', 'region': 'South'}
    for name, words in fields.items():
        page.locator('#app').get_by_test_id(name).press_sequentially(words)
    page.get_by_test_id('save').click()
    assert page.evaluate('window.did_handshake') is False
    holds[0] = False
    for line, said in held:
        line.send(said)
    page.wait_for_url(re.compile(r'/towers/(?!new)'))
    (tower,) = company.get('/towers')['items']
    assert {name: tower[name] for name in fields} == fields


def test_a_page_made_ready_early_connects_when_it_is_looked_at(page: Page, company: Company) -> None:
    company.enter(page, '/devices')
    page.wait_for_function(READY)
    page.add_init_script(MADE_READY)
    lines: list[str] = []
    page.on('websocket', lambda line: lines.append(line.url))
    page.on('request', lambda asked: lines.append(asked.url) if LINE.search(asked.url) else None)
    page.goto(company.console.address + '/towers')
    page.locator('#app #main').wait_for()
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # which a browser tells first, before it is shown
    assert page.evaluate('window.socket.connected || window.socket.active') is False
    assert not lines
    page.evaluate(OPENED)
    page.wait_for_function(READY)
    expect(page.locator('#cw-badge')).to_contain_text('Live')


def test_a_page_made_ready_early_does_what_nobody_waits_for_when_it_has_been_shown(
    page: Page, company: Company
) -> None:
    company.enter(page, '/devices')
    page.wait_for_function(READY)
    page.add_init_script(MADE_READY)
    page.goto(company.console.address + '/towers')
    page.locator('#cw-first').wait_for(state='detached')
    later = page.locator('link[rel=manifest], script[type=speculationrules]')
    live = page.locator('#app')
    assert later.count() == 0
    expect(live).not_to_have_css('clip-path', 'none')  # what stands below the screen is painted later
    page.evaluate(OPENED)
    expect(later).to_have_count(2)
    expect(live).to_have_css('clip-path', 'none')


def test_a_short_cut_of_the_forms_keeps_the_page_as_it_is(page: Page, company: Company) -> None:
    company.enter(page, '/policies/new')
    page.wait_for_function(READY)
    page.get_by_label('Name', exact=True).fill('Half a thought')
    page.evaluate('window.sameDocument = true')
    page.evaluate(DROP)
    page.wait_for_function('() => !window.socket.connected')
    page.wait_for_function('() => window.socket.connected')
    page.get_by_role('button', name='Save policy').click()  # still the same client of the server
    expect(page.get_by_role('alert')).to_contain_text('Not saved yet')
    expect(page.get_by_label('Name', exact=True)).to_have_value('Half a thought')
    assert page.evaluate('window.sameDocument') is True


def test_a_line_that_breaks_is_told_and_comes_back_with_what_was_missed(page: Page, company: Company) -> None:
    lines: list[WebSocketRoute] = []
    away = [False]

    def through(line: WebSocketRoute) -> None:
        lines.append(line)
        if not away[0]:
            line.connect_to_server()

    page.route_web_socket(LINE, through)
    crane = company.device('crane-1')
    crane.check_in(radio=on_cell(rsrp=-80))
    company.enter(page, '/devices')
    rsrp = page.get_by_role('row', name='crane-1').locator('[data-field=rsrp]')
    expect(rsrp).to_have_text('−80 dBm')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    page.evaluate('window.sameDocument = true')
    away[0] = True
    lines[0].close(code=1012, reason='the server restarts')
    banner = page.locator('#cw-banner')
    expect(page.locator('#cw-badge')).to_have_text('Offline')
    expect(banner).to_contain_text(re.compile(r'Frozen at \d\d:\d\d:\d\d\.'))
    expect(page.locator('html')).to_have_attribute('data-line', 'away')
    expect(page.locator('#popup')).to_have_css('display', 'none')  # NiceGUI's own words for it
    page.get_by_role('button', name='Enrol devices').click()
    expect(banner).to_contain_text('Nothing was sent')
    crane.check_in(radio=on_cell(rsrp=-99))
    away[0] = False
    banner.get_by_role('button', name='Try now').click()
    expect(rsrp).to_have_text('−99 dBm')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(page.locator('html')).not_to_have_attribute('data-line', 'away')
    expect(page.get_by_role('dialog')).to_have_count(0)  # what was pressed is not done later
    page.get_by_role('button', name='Enrol devices').click()
    expect(page.get_by_role('dialog')).to_be_visible()
    assert page.evaluate('window.sameDocument') is True


def test_a_line_that_is_open_and_says_nothing_is_closed_after_ten_seconds_and_tried_anew(
    page: Page, company: Company
) -> None:
    lines: list[WebSocketRoute] = []
    silent = [False]

    def through(line: WebSocketRoute) -> None:
        lines.append(line)
        server = line.connect_to_server()

        def told(text: str | bytes) -> None:
            if not silent[0] or line is not lines[0]:
                line.send(text)

        server.on_message(told)

    page.route_web_socket(LINE, through)
    page.clock.install()
    company.enter(page, '/devices')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    page.evaluate('window.sameDocument = true')
    silent[0] = True
    page.clock.fast_forward(5_000)
    expect(page.locator('#cw-badge')).to_contain_text('Delayed')
    assert len(lines) == 1
    page.clock.fast_forward(6_000)
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert len(lines) == 2
    assert page.evaluate('window.sameDocument') is True


def test_a_network_that_refuses_websockets_costs_speed_and_not_the_page(new_page: NewPage, company: Company) -> None:
    page = new_page(allow=('WebSocket connection',))
    crane = company.device('crane-1')
    crane.check_in(radio=on_cell(rsrp=-80))
    company.enter(page, '/')
    with refusing_proxy(urlsplit(company.console.address).port or 0) as (address, refused):
        page.goto(f'{address}/devices')
        rsrp = page.locator('#app').get_by_role('row', name='crane-1').locator('[data-field=rsrp]')
        expect(rsrp).to_have_text('−80 dBm')
        page.wait_for_function(READY)
        assert [line for line in refused if 'transport=websocket' in line], 'it was tried first'
        expect(page.locator('#cw-badge')).to_contain_text('polling')
        expect(page.locator('#cw-badge')).to_have_attribute('title', re.compile('refuses WebSockets'))
        crane.check_in(radio=on_cell(rsrp=-99))
        expect(rsrp).to_have_text('−99 dBm')
        page.get_by_role('button', name='Enrol devices').click()
        expect(page.get_by_role('dialog')).to_be_visible()
        page.goto('about:blank')


def test_a_network_that_swallows_websockets_is_asked_by_polling_after_eight_seconds(
    page: Page, company: Company
) -> None:
    page.route_web_socket(LINE, lambda _: None)
    page.clock.install()
    company.enter(page, '/devices')
    page.wait_for_function('() => window.socket')
    page.clock.fast_forward(9_000)
    expect(page.locator('#cw-badge')).to_contain_text('polling')
    expect(page.locator('#cw-banner')).to_be_hidden()


def test_where_neither_way_comes_through_the_page_says_that_the_network_blocks_the_line(
    new_page: NewPage, company: Company
) -> None:
    page = new_page(allow=('WebSocket connection', 'Failed to load resource'))
    page.add_init_script(REFUSES)
    page.route(LINE, lambda route: route.abort())
    page.clock.install()
    company.enter(page, '/devices')
    page.wait_for_function('() => window.socket')
    page.clock.run_for(20_000)  # two attempts
    expect(page.locator('#cw-banner')).to_contain_text('the live line is blocked by the network')
    expect(page.locator('#cw-banner')).to_contain_text('Frozen at ')
    expect(page.locator('#cw-banner')).not_to_contain_text('1970')


def test_a_page_that_hears_nothing_waits_without_an_error(page: Page, company: Company) -> None:
    page.route_web_socket(LINE, lambda _: None)  # takes the line and never says a word
    page.route(LINE, _never)
    page.clock.install()
    company.enter(page, '/')
    page.wait_for_function("() => document.querySelectorAll('.cw-chart[_echarts_instance_]').length === 2")
    expect(page.locator('#cw-badge')).to_contain_text('Connecting')
    expect(page.get_by_role('main')).to_contain_text('enrolled')  # of the first picture
    pictures = page.get_by_role('img')
    assert [one.get_attribute('aria-label') for one in pictures.all()].count(None) == 0, 'words come before figures'
    assert pictures.count() >= 3  # the map and two charts
    page.clock.fast_forward(9_000)
    expect(page.locator('#cw-badge')).to_contain_text('Offline')
    expect(page.locator('#cw-banner')).to_contain_text('Frozen at ')  # the moment of the first picture


def _never(_: Route) -> None:
    """A request that nothing answers."""


def test_a_page_whose_files_do_not_come_says_so_and_is_loaded_anew_when_they_do(
    new_page: NewPage, company: Company
) -> None:
    page = new_page(allow=('Failed to load resource',))
    page.route('**/counters.js', lambda route: route.abort())  # as of a page that was fetched early, without a network
    page.route('**/healthz', lambda route: route.abort())
    company.enter(page, '/', wait_until='load')
    expect(page.locator('#cw-badge')).to_contain_text('Offline')
    expect(page.locator('#cw-banner')).to_contain_text('A file of this page did not come.')
    expect(page.locator('#cw-banner')).to_contain_text('Frozen at ')
    expect(page.get_by_role('main')).to_contain_text('enrolled')
    page.unroute('**/counters.js')
    page.unroute('**/healthz')
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator('#cw-badge')).to_contain_text('Live')


def test_a_session_that_an_operator_ends_leads_its_open_pages_to_the_sign_in(
    new_page: NewPage, company: Company
) -> None:
    pages = [company.enter(new_page(), path) for path in ('/', '/devices?presence=online')]
    for page in pages:
        expect(page.locator('#cw-badge')).to_contain_text('Live')
    assert company.console.command('user', 'reset', company.email).code == 0
    for page in pages:
        page.wait_for_url('**/login?next=*')
    assert pages[1].url.endswith('/login?next=%2Fdevices%3Fpresence%3Donline')
    expect(pages[1].get_by_label('E-mail address')).to_be_visible()


def test_a_hidden_tab_asks_for_new_alerts_alone_and_catches_up_when_it_is_seen_again(
    page: Page, company: Company
) -> None:
    said: list[dict[str, str]] = []
    heard: list[dict[str, str]] = []

    def take(packets: list[dict[str, str]], text: str) -> None:
        if text.startswith('42["live",'):
            packets.extend(json.loads(text[2:])[1:])

    def listen(line: WebSocket) -> None:
        line.on('framesent', lambda text: take(said, str(text)))
        line.on('framereceived', lambda text: take(heard, str(text)))

    page.on('websocket', listen)
    crane = company.device('crane-1')
    crane.check_in(radio=on_cell(rsrp=-80))
    page.clock.install()
    company.enter(page, '/devices')
    rsrp = page.get_by_role('row', name='crane-1').locator('[data-field=rsrp]')
    expect(rsrp).to_have_text('−80 dBm')
    _show(page, False)
    for _ in range(2):
        page.clock.fast_forward(6_000)
        expect(page.locator('#cw-badge')).to_contain_text('Live')  # a beat has come

    def told(op: str) -> set[str]:
        page.evaluate('0')  # lets what the page has sent meanwhile come in
        return {one['t'] for one in said if one['op'] == op}

    def left() -> bool | None:
        return told('follow') - told('unfollow') == {'announcements'} or None  # of new alerts it tells all the same

    until(left, 'the hidden page to leave what it follows')
    assert len(told('follow')) > 1

    before = len(heard)
    crane.check_in(radio=on_cell(rsrp=-99))
    page.wait_for_function(
        '(before) => window.cellwarden.now() > before + 1', arg=page.evaluate('window.cellwarden.now()')
    )
    assert {one['t'] for one in heard[before + 1 :]} <= {'beat'}
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
