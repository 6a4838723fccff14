"""One account in two enterprises: switching moves the whole session, and a page built for one of them never acts on the other."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person
from domain.common.errors import NotAllowed
from domain.sign_in.events import SignedIn as SignedInEntry
from tests.page_line import EndedError
from tests.ui.watching import Console, console
from ui.sign_in import COOKIE, SignedIn


@pytest.fixture
async def here() -> AsyncIterator[Console]:
    async with console() as found:
        yield found


@pytest.fixture
async def ana(here: Console) -> Person:
    """A viewer here and an administrator there."""
    person = await here.person()
    other = await here.application.enterprises.add('Port of Ghent')
    account = here.application.fleets.installation[Account][person.account]
    await here.application.transactor.transact(
        lambda tx: here.application.people.join(tx, account, other.id, Role.ADMIN)
    )
    return person


def ghent(here: Console) -> str:
    return here.application.enterprises.named('Port of Ghent').id


@pytest.fixture
async def client(here: Console) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{here.port}') as found:
        yield found


async def test_switching_gives_a_new_cookie_and_leads_to_the_overview(
    here: Console, client: httpx.AsyncClient, ana: Person
) -> None:
    opened = await here.sign_in()
    client.cookies.set(COOKIE, opened.secret, domain='127.0.0.1')
    answer = await client.post('/auth/switch', data={'enterprise': ghent(here)})
    assert (answer.status_code, answer.headers['location']) == (303, '/')
    cookie = answer.headers['set-cookie'].lower()
    assert all(part in cookie for part in ('httponly', 'samesite=lax', 'path=/'))
    assert answer.cookies[COOKIE] != opened.secret
    assert here.application.access.session(opened.secret) is None, 'the old cookie opens nothing any more'
    moved = here.application.access.actor(opened.session)
    assert (moved.enterprise, moved.may(Permission.PEOPLE_WRITE), moved.recently_verified) == (ghent(here), True, False)
    told = [recorded.entry for recorded in here.application.store.journal[ghent(here)]]
    assert [entry.address for entry in told if isinstance(entry, SignedInEntry)] == ['127.0.0.1'], (
        'its journal tells who came in'
    )


async def test_nobody_switches_to_where_they_do_not_belong(
    here: Console, client: httpx.AsyncClient, ana: Person
) -> None:
    third = await here.application.enterprises.add('Elsewhere')
    opened = await here.sign_in()
    client.cookies.set(COOKIE, opened.secret, domain='127.0.0.1')
    for enterprise in (third.id, 'nowhere', '', 'installation'):
        answer = await client.post('/auth/switch', data={'enterprise': enterprise})
        assert (answer.headers['location'], answer.headers.get('set-cookie')) == ('/', None)
    assert here.application.access.actor(opened.session).enterprise == here.application.enterprise


async def test_another_site_and_a_request_without_a_session_switch_nothing(
    here: Console, client: httpx.AsyncClient, ana: Person
) -> None:
    assert (await client.post('/auth/switch', data={'enterprise': ghent(here)})).headers['location'] == '/login'
    opened = await here.sign_in()
    client.cookies.set(COOKIE, opened.secret, domain='127.0.0.1')
    headers = {'origin': 'https://evil.example'}
    answer = await client.post('/auth/switch', data={'enterprise': ghent(here)}, headers=headers)
    assert answer.status_code == 403
    assert here.application.access.session(opened.secret)


async def test_a_page_built_for_one_enterprise_does_not_act_on_the_other(here: Console, ana: Person) -> None:
    opened = await here.sign_in()
    who = SignedIn(opened.session, ana, here.application.access)
    assert who.actor().enterprise == here.application.enterprise
    await here.application.access.switch(opened.session, ghent(here))
    with pytest.raises(NotAllowed, match='switched to another enterprise'):
        who.actor()
    await here.application.access.switch(opened.session, here.application.enterprise)
    assert who.actor().enterprise == here.application.enterprise


async def test_other_tabs_of_the_session_are_built_anew_after_a_switch(here: Console, ana: Person) -> None:
    opened, other = await here.sign_in(), await here.sign_in()
    async with here.page(opened.secret) as page, here.page(other.secret) as elsewhere:
        await page.follow('counters')
        await elsewhere.follow('counters')
        await here.application.access.switch(opened.session, ghent(here))
        assert await page.ends() == 'changed'
        beats = len(elsewhere.beats)
        await elsewhere.until(lambda: len(elsewhere.beats) > beats)


async def test_what_a_tab_asks_after_the_switch_is_not_answered_from_either_enterprise(
    here: Console, ana: Person
) -> None:
    opened = await here.sign_in()
    async with here.page(opened.secret) as page:
        await page.until(lambda: page.beats)
        await here.application.access.switch(opened.session, ghent(here))
        await page.say('follow', 'counters')  # before the next beat finds out
        assert await page.ends() == 'changed'
        assert 'counters' not in page.values


async def test_a_page_from_the_browsers_memory_is_built_anew(here: Console, ana: Person) -> None:
    opened = await here.sign_in()
    before = await here.query(opened.secret)
    moved = await here.application.access.switch(opened.session, ghent(here))
    headers = here.headers(moved.secret)
    async with here.connected(await here.query(moved.secret), headers) as page:
        await page.follow('counters')
    with pytest.raises(EndedError, match='Implicit handshake failed'):  # on these words it loads itself anew
        async with here.connected(before, headers):
            pass


@pytest.mark.parametrize('change', ['role', 'scope', 'owner'])
async def test_a_page_is_built_anew_when_its_person_is_something_else(here: Console, change: str) -> None:
    application = here.application
    bo = await here.person('bo@example.com', Role.SECURITY)
    async with here.page((await here.sign_in('bo@example.com')).secret) as page:
        await page.follow('people')
        if change == 'owner':
            account = application.fleets.installation[Account][bo.account]
            await application.transactor.transact(lambda tx: tx.put(replace(account, owner=True)))
        else:
            scope = Scope({'site': ('port-1',)}) if change == 'scope' else Scope()
            role = Role.VIEWER if change == 'role' else Role.SECURITY
            await application.people.change_role(application.actor, bo.id, 1, role, scope)
        assert await page.ends() == 'changed'


async def test_removing_a_person_closes_their_pages(here: Console) -> None:
    bo = await here.person('bo@example.com', Role.VIEWER)
    async with here.page((await here.sign_in('bo@example.com')).secret) as page:
        await page.follow('counters')
        await here.application.people.remove(here.application.actor, bo.id)
        assert await page.ends() == 'signed_out'
