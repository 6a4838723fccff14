"""Sessions as two browsers see them: one ends the other, a fresh proof in an open page, and sockets that know whose they are."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Page, WebSocket, expect
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console
from tests.real.server import PASSWORD
from ui.sign_in import COOKIE

CONNECTED = '() => window.socket?.connected && window.did_handshake'


def sign_in(page: Page, company: Company, path: str) -> Page:
    """Sign in by hand, on the way to ``path``."""
    page.goto(company.console.address + path)
    page.get_by_label('E-mail address').fill(company.email)
    page.get_by_label('Password').fill(PASSWORD)
    page.keyboard.press('Enter')
    page.wait_for_url(company.console.address + path)
    page.wait_for_function(CONNECTED)
    return page


def test_a_session_ended_in_one_browser_closes_the_pages_of_the_other_within_a_second(
    new_page: NewPage, company: Company
) -> None:
    phone = new_page(user_agent='Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1')
    theirs = [sign_in(phone, company, '/devices'), phone.context.new_page()]
    theirs[1].goto(f'{company.console.address}/policies/new')
    for page in theirs:
        page.wait_for_function(CONNECTED)
        page.evaluate("addEventListener('beforeunload', () => localStorage.setItem(location.pathname, Date.now()))")

    mine = sign_in(new_page(), company, '/account')
    row = mine.get_by_role('listitem').filter(has_text='Safari on iPhone')
    row.get_by_role('button', name='End session…').click()
    expect(mine.get_by_role('dialog')).to_contain_text('Its open pages go to the sign-in at once.')
    mine.evaluate("document.addEventListener('click', () => { window.clicked = Date.now(); }, true)")
    mine.get_by_test_id('confirm').click()
    expect(row).to_have_count(0)
    for page, path in zip(theirs, ('/devices', '/policies/new'), strict=True):
        page.wait_for_url('**/login?next=*')
        gone = int(page.evaluate('(path) => localStorage.getItem(path)', path)) - mine.evaluate('window.clicked')
        assert 0 <= gone < 1000, f'{path} was left {gone} ms after the click'
    assert mine.url.endswith('/account')


def test_a_fresh_proof_is_asked_for_in_the_open_page_and_what_was_asked_is_then_done(
    mortal: Console, new_page: NewPage
) -> None:
    company = mortal.company('Port of Delft')
    mortal.kill()
    with closing(sqlite3.connect(mortal.folder / 'cellwarden.sqlite3')) as database, database:
        database.execute('UPDATE session SET raised_at = raised_at - 601')  # ten minutes pass
    mortal.start()
    page = company.enter(new_page(allow=('422',)), '/account')
    page.wait_for_function(CONNECTED)
    page.get_by_role('button', name='Make token…').click()
    page.get_by_label('Name', exact=True).fill('Nightly export')
    page.get_by_role('button', name='devices:read').click()
    page.get_by_role('button', name='Make token', exact=True).click()
    asked = page.get_by_role('dialog', name='Confirm that it is you')
    expect(asked.get_by_label('Password')).to_be_focused()
    page.keyboard.type('guessed')
    page.keyboard.press('Enter')
    expect(asked.get_by_role('alert')).to_have_text('The password is not right.')
    expect(asked.get_by_label('Password')).to_have_value('')
    page.keyboard.type(PASSWORD)
    page.keyboard.press('Enter')
    secret = page.get_by_test_id('token-secret').locator('code')
    expect(secret).to_have_text(re.compile('^cwt_'))
    expect(asked).to_have_count(0)
    (cookie,) = [each for each in page.context.cookies() if each['name'] == COOKIE]
    assert cookie['value'] != company.cookie
    assert cookie['httpOnly']
    assert cookie['sameSite'] == 'Lax'
    page.get_by_role('button', name='I have kept the token').click()
    expect(page.get_by_test_id('tokens')).to_contain_text('Nightly export')
    page.reload()  # the new cookie opens the same session
    expect(page.get_by_text('This browser', exact=True)).to_be_visible()


@contextmanager
def socket(company: Company, cookie: str, client_id: str) -> Iterator[ClientConnection]:
    """A socket of NiceGUI's for a page, as a program with this cookie opens it (Engine.IO 4, Socket.IO 5)."""
    query = f'EIO=4&transport=websocket&client_id={client_id}'
    address = company.console.address.replace('http', 'ws')
    with connect(
        f'{address}/_nicegui_ws/socket.io/?{query}',
        additional_headers={'Cookie': f'{COOKIE}={cookie}'},
        origin=Origin(company.console.address),
    ) as line:
        assert str(line.recv(timeout=10)).startswith('0')
        line.send('40')
        yield line


def handshake(line: ClientConnection, client_id: str) -> bool:
    """Ask to be the socket of that page; what came before it has been looked at when the answer is here."""
    data = {'client_id': client_id, 'tab_id': 'tab', 'document_id': 'document'}
    line.send('420' + json.dumps(['handshake', data]))
    while not (said := str(line.recv(timeout=10))).startswith('430'):
        pass
    return bool(json.loads(said.removeprefix('430'))[0])


def test_the_socket_of_another_persons_page_is_refused_and_nothing_sent_for_it_counts(
    new_page: NewPage, company: Company, console: Console
) -> None:
    said: list[str] = []

    def listen(line: WebSocket) -> None:
        if '_nicegui_ws' in line.url:
            line.on('framesent', lambda frame: said.append(str(frame)))

    page = new_page()
    page.on('websocket', listen)
    company.enter(page, '/account')
    page.wait_for_function(CONNECTED)
    mine = page.evaluate('window.clientId')
    said.clear()
    page.get_by_role('button', name='Make token…').click()
    expect(page.get_by_role('dialog')).to_be_visible()
    page.keyboard.press('Escape')
    expect(page.get_by_role('dialog')).to_have_count(0)
    click = next(frame for frame in said if frame.startswith('42["event"'))

    eve = console.company('Eve and sons')
    for cookie in (eve.cookie, '', company.cookie + 'x'):
        with socket(eve, cookie, mine) as line:
            assert str(line.recv(timeout=10)).startswith('44'), 'not even let in'
    with socket(eve, eve.cookie, 'nothing') as line:
        assert str(line.recv(timeout=10)).startswith('40')
        line.send(click)
        assert not handshake(line, mine)
        line.send(click)
        assert not handshake(line, mine)
    page.get_by_role('button', name='Make token…').click()
    expect(page.get_by_label('Name', exact=True)).to_be_focused()
    expect(page.get_by_role('dialog')).to_have_count(1)
