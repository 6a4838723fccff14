"""Who is let in, and by which door."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import system
from domain.access.permissions import Permission, Role
from domain.accounts.model import Person
from domain.common.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.common.secrets import digest
from domain.people.events import PersonAdded
from domain.sign_in.events import SignedIn, SignedOut, SignInRefused
from domain.sign_in.model import Browser, SignedInBrowser
from domain.sign_in.sessions import IDLE_S
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.tokens.model import TokenKind
from tests.fakes import House, house

PASSWORD = 'correct horse battery'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        await home.people.add(home.enterprise, 'Ana@Example.com', 'Ana', Role.OPERATOR, PASSWORD)
        yield home


async def sign_in(home: House, email: str = 'ana@example.com', password: str = PASSWORD) -> SignedInBrowser:
    return await home.accounts.sign_in(email, password, Browser(address='192.0.2.1', agent='Firefox'))


async def settled() -> None:
    """Let the road carry what nobody waits for."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_right_password_opens_a_session_in_the_persons_role(home: House) -> None:
    signed_in = await sign_in(home, ' ANA@example.com ')
    session, person = home.access.session(signed_in.secret) or pytest.fail('no session')
    assert (session.digest, person.role) == (digest(signed_in.secret).hex(), Role.OPERATOR)
    assert person.actor().may(Permission.DEVICES_WRITE)
    assert not person.actor().may(Permission.POLICIES_WRITE)
    assert [entry.address for entry in home.entries(SignedIn)] == ['192.0.2.1']


async def test_the_secret_of_a_session_is_kept_nowhere(home: House) -> None:
    signed_in = await sign_in(home)
    assert signed_in.secret not in repr(home.store.rows) + repr(home.store.journal)


async def test_a_wrong_password_and_an_unknown_account_are_refused_in_the_same_words(home: House) -> None:
    refusals = []
    for email, password in (('ana@example.com', 'wrong'), ('nobody@example.com', PASSWORD), ('', ''), ('\x00', 'x')):
        with pytest.raises(NotSignedIn) as refused:
            await sign_in(home, email, password)
        refusals.append((refused.value.title, refused.value.detail, refused.value.field))
    assert len(set(refusals)) == 1
    await settled()
    assert [entry.address for entry in home.entries(SignInRefused)] == ['192.0.2.1']


async def test_a_session_ends_by_signing_out_and_by_time(home: House) -> None:
    first, second = await sign_in(home), await sign_in(home)
    await home.access.sign_out(first.session)
    assert home.access.session(first.secret) is None
    assert home.access.standing(first.session) is None
    assert len(home.entries(SignedOut)) == 1
    home.clock.tick(IDLE_S)
    assert home.access.session(second.secret) is None
    assert home.access.session('cws_nonsense') is None


async def test_a_new_password_ends_every_session_and_the_old_password(home: House) -> None:
    sessions = [await sign_in(home) for _ in range(2)]
    await home.accounts.reset_password('ana@example.com', 'another horse entirely')
    assert [home.access.session(one.secret) for one in sessions] == [None, None]
    with pytest.raises(NotSignedIn):
        await sign_in(home)
    assert home.access.session((await sign_in(home, password='another horse entirely')).secret)


async def test_whoever_signs_in_while_the_password_is_reset_stays_out(home: House) -> None:
    """In either order within one group: the old password opens nothing that outlives the reset."""
    signed_in, _ = await asyncio.gather(
        sign_in(home), home.accounts.reset_password('ana@example.com', 'another horse entirely'), return_exceptions=True
    )
    if isinstance(signed_in, SignedInBrowser):
        assert home.access.session(signed_in.secret) is None
    _, signed_in = await asyncio.gather(
        home.accounts.reset_password('ana@example.com', PASSWORD),
        sign_in(home, password='another horse entirely'),
        return_exceptions=True,
    )
    if isinstance(signed_in, SignedInBrowser):
        assert home.access.session(signed_in.secret) is None


async def test_an_account_that_was_closed_has_no_session(home: House) -> None:
    signed_in = await sign_in(home)
    person = next(iter(home.fleet.persons.values()))
    await home.road.travel(lambda draft: draft.put(replace(person, disabled_at=draft.now)))
    assert home.access.session(signed_in.secret) is None
    with pytest.raises(NotSignedIn):
        await sign_in(home)


async def test_an_email_address_is_one_account_in_the_whole_installation_even_at_once(home: House) -> None:
    other = await home.enterprises.add('Other')
    with pytest.raises(Conflict) as refused:
        await home.people.add(other.id, 'ANA@example.com', 'Ana', Role.ADMIN, PASSWORD)
    assert refused.value.field == 'email'
    answers = await asyncio.gather(
        *[home.people.add(id, 'bo@example.com', 'Bo', Role.ADMIN, PASSWORD) for id in (home.enterprise, other.id)],
        return_exceptions=True,
    )
    assert isinstance(answers[1], Conflict)
    assert len([row for row in home.store.rows[Person].values() if row.email == 'bo@example.com']) == 1


@pytest.mark.parametrize('email', ['ana', '@example.com', 'ana@', 'a b@example.com', 'ana\x00@example.com'])
async def test_what_is_no_email_address_is_refused(home: House, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        await home.people.add(home.enterprise, email, 'Ana', Role.VIEWER, PASSWORD)
    assert refused.value.field == 'email'


@pytest.mark.parametrize('password', ['', 'x' * 14, 'x' * 1025])
async def test_a_password_has_fifteen_characters_or_more(home: House, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        await home.people.add(home.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, password)
    assert refused.value.field == 'password'
    assert len(home.entries(PersonAdded)) == 1


async def test_enterprises_have_different_names_even_at_once(home: House) -> None:
    answers = await asyncio.gather(home.enterprises.add('Ems'), home.enterprises.add('EMS'), return_exceptions=True)
    assert isinstance(answers[1], Conflict)
    assert home.enterprises.named('Ems') == answers[0]
    with pytest.raises(NotFound):
        home.enterprises.named('nobody')


async def test_an_api_token_opens_its_scopes_until_it_expires_or_is_revoked(home: House) -> None:
    scopes = [Permission.DEVICES_READ, Permission.CHECKINS_WRITE]
    token, secret = await home.tokens.issue(
        home.enterprise,
        TokenKind.API,
        'collector',
        scopes=scopes,
        expires_in_s=60,
        actor=system(home.enterprise, 'Ana'),
    )
    actor = home.access.program(secret)
    assert (actor.enterprise, actor.name, actor.permissions) == (home.enterprise, 'collector', frozenset(scopes))
    assert secret not in repr(home.store.rows)
    assert home.entries(TokenIssued)[0].scopes == ('checkins:write', 'devices:read')
    home.clock.tick(60)
    with pytest.raises(NotSignedIn, match='expired'):
        home.access.program(secret)
    token, secret = await home.tokens.issue(home.enterprise, TokenKind.API, 'collector', scopes=scopes)
    await home.tokens.revoke(home.enterprise, token.id, actor=system(home.enterprise, 'Ana'))
    with pytest.raises(NotSignedIn, match='not known'):
        home.access.program(secret)
    assert [entry.by for entry in home.entries(TokenRevoked)] == ['Ana']


async def test_an_enrolment_token_is_no_api_token_and_an_api_token_needs_a_scope(home: House) -> None:
    _, secret = await home.tokens.issue(home.enterprise, TokenKind.ENROLMENT, 'roll-out')
    with pytest.raises(NotSignedIn):
        home.access.program(secret)
    with pytest.raises(Invalid) as refused:
        await home.tokens.issue(home.enterprise, TokenKind.API, 'nothing')
    assert refused.value.field == 'scopes'


async def test_a_token_of_another_enterprise_cannot_be_revoked(home: House) -> None:
    token, secret = await home.tokens.issue(home.enterprise, TokenKind.API, 'x', scopes=[Permission.DEVICES_READ])
    other = await home.enterprises.add('Other')
    with pytest.raises(NotFound):
        await home.tokens.revoke(other.id, token.id)
    assert home.access.program(secret).name == 'x'


async def test_doors_are_found_again_after_a_restart(home: House) -> None:
    signed_in = await sign_in(home)
    ended = await sign_in(home)
    await home.access.sign_out(ended.session)
    _, secret = await home.tokens.issue(home.enterprise, TokenKind.API, 'x', scopes=[Permission.DEVICES_READ])
    async with house(store=home.store, clock=home.clock) as again:
        assert again.access.session(signed_in.secret) == home.access.session(signed_in.secret)
        assert again.access.session(ended.secret) is None
        assert again.access.program(secret) == home.access.program(secret)
