"""Across sign-in, sessions and live delivery: who may watch a page's live line and for how long.

Sessions that end, other sites, other enterprises, a server that goes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import WSServerHandshakeError

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person
from domain.sign_in.model import SignedInBrowser
from tests.page_line import EndedError
from tests.stopwatch import Stopwatch
from tests.ui.deaf import deaf_page
from tests.ui.until import until
from tests.ui.watching import PASSWORD, Console, console


@pytest.fixture
async def open_console() -> AsyncIterator[Console]:
    async with console() as found:
        await found.person()
        yield found


async def test_a_session_that_ends_closes_its_pages_within_about_a_second(open_console: Console) -> None:
    ending, staying = await open_console.sign_in(), await open_console.sign_in()
    async with open_console.page(ending.secret) as page, open_console.page(staying.secret) as other:
        await page.follow('counters')
        await other.follow('counters')
        took = Stopwatch()
        await open_console.application.access.sign_out(ending.session)
        assert await page.ends() == 'signed_out'
        assert took.own_s < 2.5
        beats = len(other.beats)
        await other.until(lambda: len(other.beats) > beats)
        assert open_console.live.browsers == 1


async def test_a_tab_that_does_not_read_its_goodbye_gets_nothing_more_and_holds_no_other_up(
    open_console: Console,
) -> None:
    device = await open_console.application.device()
    ending, staying = await open_console.sign_in(), await open_console.sign_in()
    async with deaf_page(open_console, ending.secret) as page, open_console.page(staying.secret) as other:
        await page.say('follow', 'counters')
        await other.follow('counters')
        await until(lambda: open_console.live.browsers == 2)
        await open_console.application.access.sign_out(ending.session)
        await until(lambda: open_console.live.browsers == 1)
        followers = [
            channel.followers for topics in open_console.live._channels.values() for channel in topics.values()
        ]
        assert [len(each) for each in followers] == [1]
        await open_console.application.check_in(device.id)
        await other.until(lambda: other.values['counters']['presence']['online'] == 1)


async def _sign_out(here: Console, opened: SignedInBrowser) -> None:
    await here.application.access.sign_out(opened.session)


async def _end_from_another_browser(here: Console, opened: SignedInBrowser) -> None:
    await here.application.my_account.end_session((await here.sign_in()).session, opened.session.id)


async def _change_password(here: Console, opened: SignedInBrowser) -> None:
    other = await here.sign_in()
    await here.application.my_account.change_password(other.session, PASSWORD, 'another four words here')


async def _suspend(here: Console, opened: SignedInBrowser) -> None:
    account = here.application.fleets.installation[Account][opened.session.account]
    await here.application.transactor.transact(lambda tx: tx.put(replace(account, suspended_at=tx.now)))


async def _remove(here: Console, opened: SignedInBrowser) -> None:
    person = here.application.fleet[Person][opened.session.person]
    await here.application.transactor.transact(lambda tx: tx.put(replace(person, disabled_at=tx.now)))


async def _give_another_role(here: Console, opened: SignedInBrowser) -> None:
    person = here.application.fleet[Person][opened.session.person]
    await here.application.transactor.transact(lambda tx: tx.put(replace(person, role=Role.OPERATOR)))


async def _narrow(here: Console, opened: SignedInBrowser) -> None:
    person = here.application.fleet[Person][opened.session.person]
    await here.application.transactor.transact(
        lambda tx: tx.put(replace(person, scope=Scope(labels={'site': ('port-1',)})))
    )


async def _go_to_another_enterprise(here: Console, opened: SignedInBrowser) -> None:
    other = await here.application.enterprises.add('Elsewhere')
    account = here.application.fleets.installation[Account][opened.session.account]
    await here.application.transactor.transact(
        lambda tx: here.application.people.join(tx, account, other.id, Role.VIEWER)
    )
    await here.application.access.switch(opened.session, other.id)


async def _expire(here: Console, opened: SignedInBrowser) -> None:
    here.application.clock.tick(here.application.access.idle_s)
    await here.application.access.end_expired()


@pytest.mark.parametrize(
    ('ends', 'word'),
    [
        (_sign_out, 'signed_out'),
        (_end_from_another_browser, 'signed_out'),
        (_change_password, 'signed_out'),
        (_suspend, 'signed_out'),
        (_remove, 'signed_out'),
        (_expire, 'signed_out'),
        (_give_another_role, 'changed'),
        (_narrow, 'changed'),
        (_go_to_another_enterprise, 'changed'),
    ],
)
async def test_the_end_of_what_a_page_was_opened_with_closes_it_at_once(
    ends: Callable[[Console, SignedInBrowser], Awaitable[None]], word: str
) -> None:
    async with console(flush_s=60) as here:  # so that no beat can do it
        await here.person()
        opened = await here.sign_in()
        async with here.page(opened.secret) as page:
            await page.follow('counters')
            await ends(here, opened)
            took = Stopwatch()
            assert await page.ends() == word
            assert took.own_s < 1
            assert here.live.channels == 0


async def test_a_page_stays_open_when_its_session_is_used_or_raised_or_another_ends(open_console: Console) -> None:
    opened, other = await open_console.sign_in(), await open_console.sign_in()
    async with open_console.page(opened.secret) as page:
        await page.follow('counters')
        open_console.application.clock.tick(61)
        open_console.application.access.actor(opened.session)
        await open_console.application.my_account.prove(opened.session, password=PASSWORD)
        await open_console.application.access.sign_out(other.session)
        beats = len(page.beats)
        await page.until(lambda: len(page.beats) > beats + 1)


async def test_a_session_that_runs_out_closes_its_pages_with_the_next_beat(open_console: Console) -> None:
    opened = await open_console.sign_in()
    async with open_console.page(opened.secret) as page:
        await page.follow('counters')
        open_console.application.clock.tick(open_console.application.access.idle_s)
        assert await page.ends() == 'signed_out'


async def test_a_new_password_closes_the_pages_too(open_console: Console) -> None:
    async with open_console.page((await open_console.sign_in()).secret) as page:
        await open_console.application.accounts.reset_password('ana@example.com', 'another four words here')
        assert await page.ends() == 'signed_out'


@pytest.mark.parametrize('secret', ['', 'not a session', 'of another session'])
async def test_the_connection_of_a_page_is_for_the_session_that_it_was_built_for(
    open_console: Console, secret: str
) -> None:
    query = await open_console.query((await open_console.sign_in()).secret)
    if secret == 'of another session':
        secret = (await open_console.sign_in()).secret
    with pytest.raises(EndedError) as refused:
        async with open_console.connected(query, open_console.headers(secret)):
            pass
    assert refused.value.word == 'Implicit handshake failed', 'on these words the page loads itself anew'
    assert open_console.live.browsers == 0


async def test_a_socket_that_is_no_pages_gets_nothing(open_console: Console) -> None:
    secret = (await open_console.sign_in()).secret
    async with open_console.connected({'EIO': '4'}, open_console.headers(secret)) as page:
        await page.line.raw('421["live",{"op":"follow","t":"counters"}]')  # 1: acknowledged when it was heard
        async with asyncio.timeout(30):
            while (await page.line.socket.receive_str()) != '431[]':
                pass
        assert open_console.live.browsers == 0
        assert open_console.live.channels == 0


@pytest.mark.parametrize(
    'origin', ['http://evil.example', 'null', 'http://[', 'http://127.0.0.1', 'http://127.0.0.1:1']
)
async def test_a_page_of_another_site_is_not_let_in(open_console: Console, origin: str) -> None:
    secret = (await open_console.sign_in()).secret
    query = await open_console.query(secret)
    with pytest.raises(WSServerHandshakeError) as refused:
        async with open_console.connected(query, open_console.headers(secret, origin)):
            pass
    assert refused.value.status == 403
    assert open_console.live.browsers == 0


async def test_nobody_sees_another_enterprise(open_console: Console) -> None:
    application = open_console.application
    foreign = await application.device('canary')
    other = await application.enterprises.add('Elsewhere')
    await open_console.person('eve@example.com', Role.ADMIN, other.id)
    async with open_console.page((await open_console.sign_in('eve@example.com')).secret) as page:
        assert await page.follow(f'device/{foreign.id}') == {'gone': True}
        assert (await page.follow('devices'))['total'] == 0
        assert 'no such device' in await page.refused(f'signal/{foreign.id}')
        await application.check_in(foreign.id)
        beats = len(page.beats)
        await page.until(lambda: len(page.beats) > beats + 1)
        assert page.values[f'device/{foreign.id}'] == {'gone': True}


async def test_pages_are_told_when_the_server_goes() -> None:
    async with console() as here:
        await here.person()
        async with here.page((await here.sign_in()).secret) as page:
            await page.follow('counters')
            await here.clients.stop()
            assert await page.ends() == ''
            await here.clients.start()
