"""What a real provider says in every shape, over sockets: what is read, what is refused as unreadable, and that nothing is taken away."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, Response
from structlog.testing import capture_logs

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.people.events import AdministratorKept, PersonRemoved
from domain.sign_in.events import IdentityLinked, SessionEnded
from domain.sign_in.live import Sessions
from domain.sign_in.model import Identity
from tests.fakes import Clock
from tests.real.provider import CLIENT, Claims, Misbehaving, misbehaving, rule
from tests.real.test_providers import Here, at_home, because, led_to, settings
from tests.ui.watching import PASSWORD, Console, console
from ui.operator.operations import Operations
from ui.sign_in import COOKIE

ZITADEL = 'urn:zitadel:iam:org:project:roles'
ADMINS = {'rules': [rule(role='admin', groups=['fleet-admins']), rule(groups=['fleet'])]}


@asynccontextmanager
async def alone(**more: Any) -> AsyncIterator[Here]:
    """A console with one provider, whose first administrator is the one of the tests."""
    async with misbehaving() as (idp,):
        idp.person['groups'] = ['fleet-admins']
        known = [settings('harbour', idp, **{**ADMINS, **more})]
        async with console(clock=Clock(time.time()), providers=known) as found, browser_of(found) as browser:
            yield Here(found, idp, idp, browser)


def browser_of(found: Console) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f'http://127.0.0.1:{found.port}')


async def let_in(here: Here) -> Person:
    """Sign in with a browser that knows of no session; the person as they are then."""
    here.browser.cookies.clear()
    answer = await here.arrive()
    assert answer.headers['location'] == '/', answer.headers['location']
    (person,) = here.members
    return person


SHAPES: list[Any] = [
    {'fleet-admins': {'2810': 'quay.example'}}, [{'name': 'fleet-admins'}], '["fleet-admins"]', 'fleet-admins,canteen',
    '{"fleet-admins": {"2810": "quay.example"}}', 'fleet-admins', [{'display': 'fleet-admins', 'value': '7'}],
]  # fmt: skip


@pytest.mark.parametrize('value', SHAPES, ids=str)
async def test_groups_come_in_every_shape(value: Any) -> None:
    async with alone(groups_claim=ZITADEL) as here:
        here.idp.person[ZITADEL] = value
        assert (await let_in(here)).role is Role.ADMIN


UNREADABLE: list[Any] = [
    7,
    True,
    [7],
    [{'id': 'x'}],
    '["fleet-admins"',
    'null',
    'canteen fleet-admins',
    [['fleet-admins']],
]


@pytest.mark.parametrize('value', UNREADABLE, ids=str)
async def test_what_cannot_be_read_is_refused_as_such_and_takes_nothing_away(value: Any) -> None:
    async with alone() as here:
        await here.console.person('bo@example.com', Role.ADMIN)  # so that ana is not the last
        here.idp.person['groups'] = ['fleet-admins']
        here.browser.cookies.clear()
        assert (await here.arrive()).headers['location'] == '/'
        session = here.browser.cookies[COOKIE]
        here.browser.cookies.clear()
        here.idp.person['groups'] = value
        with capture_logs() as logs:
            assert because(await here.arrive()) == 'unreadable-groups'
        assert {person.role for person in here.members} == {Role.ADMIN}
        assert here.console.application.entries(SessionEnded) == []
        here.browser.cookies.set(COOKIE, session)
        assert await here.who() == 'ana'
        assert here.reasons() == ['Harbour SSO: the claim with the groups cannot be read']
        (line,) = [entry['detail'] for entry in logs if entry['event'] == 'sign-in refused']
        assert line.startswith("claim 'groups' cannot be read: it is ")


async def test_a_step_up_with_unreadable_groups_takes_nothing_away_either() -> None:
    async with alone() as here:
        await let_in(here)
        here.idp.person['groups'] = 7
        here.idp.forge = lambda claims: claims | {'auth_time': time.time()}
        assert because(await here.arrive('/login/harbour?step_up=1')) == 'unreadable-groups'
        assert await here.who() == 'ana'


@pytest.mark.parametrize('groups', [None, [], ['canteen'], ['fleet']], ids=str)
async def test_the_only_administrator_stays_with_all_sessions(groups: Any) -> None:
    async with alone() as here:
        await let_in(here)
        older = here.browser.cookies[COOKIE]
        here.idp.person |= {'groups': groups}
        if groups is None:
            del here.idp.person['groups']
        assert (await let_in(here)).role is Role.ADMIN
        assert here.console.application.entries(PersonRemoved) == []
        assert len(here.console.application.entries(AdministratorKept)) == 1
        here.browser.cookies.clear()
        here.browser.cookies.set(COOKIE, older)
        assert await here.who() == 'ana'


@pytest.mark.parametrize('groups', [[], ['canteen'], '[]', {'canteen': {}}], ids=str)
async def test_a_readable_list_without_the_group_takes_the_membership_away(groups: Any) -> None:
    async with alone() as here:
        here.idp.person['groups'] = ['fleet']
        await let_in(here)
        here.browser.cookies.clear()
        here.idp.person['groups'] = groups
        assert because(await here.arrive()) == 'no-match'
        assert here.members == []


@pytest.mark.parametrize(
    ('said', 'gets_in'), [('true', True), ('True', False), (1, False), ('false', False), (None, False)]
)
async def test_exactly_the_text_true_says_that_an_address_is_verified(said: Any, gets_in: bool) -> None:
    async with alone(email_domains=[]) as here:
        here.idp.person['email_verified'] = said
        answer = await here.arrive()
        assert (answer.headers['location'] == '/') is gets_in
        assert gets_in or because(answer) == 'email-unproven'


CRANE: Claims = {'sub': 'crane7', 'preferred_username': 'crane7@quay.example', 'groups': ['fleet']}


async def test_the_address_may_stand_in_another_claim_and_the_domain_alone_vouches_for_it() -> None:
    for claim, domains, words in (
        ('email', ['quay.example'], 'no-email'),
        ('preferred_username', [], 'email-unproven'),
        ('preferred_username', ['quay.example'], ''),
    ):
        async with alone(email_claim=claim, email_domains=domains) as here:
            here.idp.person = {**CRANE, 'email_verified': True}
            answer = await here.arrive()
            if words:
                assert because(answer) == words
            else:
                assert answer.headers['location'] == '/'
                assert [person.email for person in here.members] == ['crane7@quay.example']


async def test_a_guest_is_refused_in_words_though_the_name_ends_with_our_domain() -> None:
    async with alone(email_claim='preferred_username', email_domains=['quay.example']) as here:
        here.idp.person = {**CRANE, 'preferred_username': 'eve_evil.example#EXT#@quay.example'}
        assert because(await here.arrive()) == 'guest'
        assert here.members == []


def signed_user_info(idp: Misbehaving, **changes: Any) -> Response:
    now = int(time.time())
    claims = {'iss': idp.issuer, 'aud': CLIENT, 'iat': now, 'exp': now + 60, 'sub': 'ana', 'groups': ['fleet-admins']}
    token = idp.signed({name: what for name, what in {**claims, **changes}.items() if what is not None})
    return Response(token, media_type='application/jwt')


async def test_the_user_info_may_be_a_signed_token() -> None:
    async with alone() as here:
        del here.idp.person['groups']
        forms: list[Claims] = [{}, {'iss': None, 'aud': None, 'exp': None}, {'aud': [CLIENT, 'another']}]
        for changes in forms:
            here.idp.userinfo = lambda changes=changes: signed_user_info(here.idp, **changes)
            assert (await let_in(here)).role is Role.ADMIN


@pytest.mark.parametrize(
    'changes',
    [
        {'iss': 'https://evil.example'}, {'aud': 'another'}, {'exp': 1}, {'sub': 'ben'}, {'sub': None},
    ],
    ids=str,
)  # fmt: skip
async def test_a_signed_user_info_that_is_not_for_us_is_refused(changes: Claims) -> None:
    async with alone() as here:
        del here.idp.person['groups']
        here.idp.userinfo = lambda: signed_user_info(here.idp, **changes)
        assert because(await here.arrive()) == 'token'


async def test_a_user_info_that_another_signed_or_that_is_encrypted_is_refused() -> None:
    async with alone() as here:
        del here.idp.person['groups']
        stranger = Misbehaving(issuer=here.idp.issuer)
        stranger.rotate()
        for answer in (signed_user_info(stranger), Response('a.b.c.d.e', media_type='application/jwt')):
            here.idp.userinfo = lambda answer=answer: answer
            assert because(await here.arrive()) == 'token'


async def test_groups_inside_an_object_that_the_token_has_in_part_come_from_the_user_info() -> None:
    async with alone(groups_claim='realm_access.roles') as here:
        here.idp.person['realm_access'] = {}
        here.idp.userinfo = lambda: JSONResponse({'sub': 'ana', 'realm_access': {'roles': ['fleet-admins']}})
        assert (await let_in(here)).role is Role.ADMIN


async def connect(here: Here, **form: str) -> httpx.Response:
    return await here.browser.post('/login/harbour/link', data={'next': '/towers', **form})


@pytest.mark.parametrize('way', ['password', 'link'])
async def test_an_account_from_before_single_sign_on_is_linked_by_one_proof_while_signing_in(way: str) -> None:
    async with alone(email_domains=['example.com']) as here:
        del here.idp.person['email_verified']  # as Microsoft Entra, which never says it
        before = await here.console.person()
        assert because(await here.arrive('/login/harbour?next=/towers')) == 'email-taken'
        page = '/login/harbour/refused?because=email-taken&next=/towers'
        wrong = await connect(here, password='a guess')
        assert wrong.headers['location'] == f'{page}&wrong=password'
        form = {'password': PASSWORD}
        if way == 'link':
            account = here.console.application.operator.account('ana@example.com')
            secret = (await here.console.application.links.operators_reset_link(account)).secret
            form = {'link': f'https://console.example/join/{secret}'}
        onward = led_to(await connect(here, **form))
        assert onward == '/login/harbour?next=/towers'
        assert (await here.arrive(onward)).headers['location'] == '/towers'
        assert await here.who() == 'ana'
        assert [person.id for person in here.members] == [before.id]
        assert len(here.console.application.entries(IdentityLinked)) == 1
        here.browser.cookies.clear()
        assert (await here.arrive()).headers['location'] == '/', 'once'


async def test_without_the_providers_word_a_proof_links_nothing() -> None:
    async with alone(email_domains=['example.com']) as here:
        await here.console.person()
        answer = await connect(here, password=PASSWORD)
        assert answer.headers['location'].startswith('/login/harbour/refused?because=not-begun')
        here.browser.cookies.set('cellwarden_vouched', 'made up', path='/login/harbour')
        assert 'because=not-begun' in (await connect(here, password=PASSWORD)).headers['location']
        assert not here.console.application.fleets.installation[Identity]


async def test_the_word_of_one_provider_is_not_anothers_and_grows_old() -> None:
    async with at_home(email_domains=['example.com']) as here:
        del here.idp.person['email_verified']
        await here.console.person()
        assert because(await here.arrive()) == 'email-taken'
        word = here.browser.cookies['cellwarden_vouched']
        here.browser.cookies.set('cellwarden_vouched', word, path='/login/quay')
        answer = await here.browser.post('/login/quay/link', data={'password': PASSWORD})
        assert 'because=not-begun' in answer.headers['location']
        here.console.application.clock.tick(901)
        assert 'because=not-begun' in (await connect(here, password=PASSWORD)).headers['location']


@pytest.mark.parametrize('moved', ['another subject', 'another issuer'])
async def test_a_provider_that_moved_is_linked_anew_after_the_operators_step(moved: str) -> None:
    async with misbehaving(2) as (old, new):
        clock = Clock(time.time())
        old.person['groups'] = new.person['groups'] = ['fleet']
        known = settings('harbour', old, email_domains=['example.com'])
        async with console(clock=clock, providers=[known]) as found, browser_of(found) as browser:
            await let_in(Here(found, old, old, browser))
            store = found.application.store
        if moved == 'another subject':
            old.person['sub'], idp = 'ana-2', old
        else:
            idp = new
        again = settings('harbour', idp, email_domains=['example.com'])
        async with console(clock=clock, store=store, providers=[again]) as found, browser_of(found) as browser:
            here = Here(found, idp, idp, browser)
            assert because(await here.arrive()) == 'email-taken', 'strict'
            door = Operations(found.application)
            until = time.strftime('%Y-%m-%d', time.gmtime(clock() + 86_400))
            done = await door.run('user relink', {'provider': 'harbour', 'issuer': old.issuer, 'until': until})
            assert done['people'] == 1
            idp.person['email_verified'] = False
            assert because(await here.arrive()) == 'email-taken', 'by verified address alone'
            idp.person['email_verified'] = True
            assert (await let_in(here)).email == 'ana@example.com'
            idp.person['sub'] = 'eve'
            browser.cookies.clear()
            assert because(await here.arrive()) == 'email-taken', 'once'
            assert len(found.application.fleets.index(Sessions).open) == 1
