"""Who is let in, and by which door."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import system
from domain.access.permissions import Permission, Role
from domain.accounts.model import Person
from domain.channels.model import NotifiedBrowser
from domain.common.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.common.secrets import digest
from domain.people.events import PersonAdded
from domain.sign_in.events import SignedIn, SignedOut, SignInRefused
from domain.sign_in.model import Browser, SignedInBrowser
from domain.sign_in.sessions import IDLE_S
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.tokens.model import TokenKind
from tests.domain.oncall.test_browsers import THERE
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.people.add(application.enterprise, 'Ana@Example.com', 'Ana', Role.OPERATOR, PASSWORD)
        yield application


async def sign_in(
    application: RunningApplication, email: str = 'ana@example.com', password: str = PASSWORD
) -> SignedInBrowser:
    return await application.accounts.sign_in(email, password, Browser(address='192.0.2.1', agent='Firefox'))


async def settled() -> None:
    """Let the transactor decide what no request waits for."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_right_password_opens_a_session_in_the_persons_role(application: RunningApplication) -> None:
    signed_in = await sign_in(application, ' ANA@example.com ')
    session, person = application.access.session(signed_in.secret) or pytest.fail('no session')
    assert (session.digest, person.role) == (digest(signed_in.secret).hex(), Role.OPERATOR)
    assert person.actor().may(Permission.DEVICES_WRITE)
    assert not person.actor().may(Permission.POLICIES_WRITE)
    assert [entry.address for entry in application.entries(SignedIn)] == ['192.0.2.1']


async def test_the_secret_of_a_session_is_kept_nowhere(application: RunningApplication) -> None:
    signed_in = await sign_in(application)
    assert signed_in.secret not in repr(application.store.rows) + repr(application.store.journal)


async def test_a_wrong_password_and_an_unknown_account_are_refused_in_the_same_words(
    application: RunningApplication,
) -> None:
    refusals = []
    for email, password in (('ana@example.com', 'wrong'), ('nobody@example.com', PASSWORD), ('', ''), ('\x00', 'x')):
        with pytest.raises(NotSignedIn) as refused:
            await sign_in(application, email, password)
        refusals.append((refused.value.title, refused.value.detail, refused.value.field))
    assert len(set(refusals)) == 1
    await settled()
    assert [entry.address for entry in application.entries(SignInRefused)] == ['192.0.2.1']


async def test_a_sign_out_ends_notifications_in_that_browser_and_a_session_that_times_out_does_not(
    application: RunningApplication,
) -> None:
    first, second = await sign_in(application), await sign_in(application)
    (ana,) = application.fleet[Person].values()
    actor = application.as_(ana)
    await application.browsers.private_key(actor)
    for number, session in enumerate((first.session.id, second.session.id)):
        said = {**THERE, 'endpoint': f'https://push.example.com/{number}'}
        await application.browsers.notify(actor, session, 'Firefox', said)
    await application.access.sign_out(first.session)
    assert [one.session for one in application.fleet[NotifiedBrowser].values()] == [second.session.id]
    application.clock.tick(IDLE_S)
    await application.access.end_expired()
    assert application.access.session(second.secret) is None
    assert [one.session for one in application.fleet[NotifiedBrowser].values()] == [second.session.id]


async def test_a_session_ends_by_signing_out_and_by_time(application: RunningApplication) -> None:
    first, second = await sign_in(application), await sign_in(application)
    await application.access.sign_out(first.session)
    assert application.access.session(first.secret) is None
    assert application.access.standing(first.session) is None
    assert len(application.entries(SignedOut)) == 1
    application.clock.tick(IDLE_S)
    assert application.access.session(second.secret) is None
    assert application.access.session('cws_nonsense') is None


async def test_a_new_password_ends_every_session_and_the_old_password(application: RunningApplication) -> None:
    sessions = [await sign_in(application) for _ in range(2)]
    await application.accounts.reset_password('ana@example.com', 'another horse entirely')
    assert [application.access.session(one.secret) for one in sessions] == [None, None]
    with pytest.raises(NotSignedIn):
        await sign_in(application)
    assert application.access.session((await sign_in(application, password='another horse entirely')).secret)


async def test_a_sign_in_while_the_password_is_reset_stays_out(application: RunningApplication) -> None:
    """In either order within one group: the old password opens nothing that outlives the reset."""
    signed_in, _ = await asyncio.gather(
        sign_in(application),
        application.accounts.reset_password('ana@example.com', 'another horse entirely'),
        return_exceptions=True,
    )
    if isinstance(signed_in, SignedInBrowser):
        assert application.access.session(signed_in.secret) is None
    _, signed_in = await asyncio.gather(
        application.accounts.reset_password('ana@example.com', PASSWORD),
        sign_in(application, password='another horse entirely'),
        return_exceptions=True,
    )
    if isinstance(signed_in, SignedInBrowser):
        assert application.access.session(signed_in.secret) is None


async def test_an_account_that_was_closed_has_no_session(application: RunningApplication) -> None:
    signed_in = await sign_in(application)
    person = next(iter(application.fleet[Person].values()))
    await application.transactor.transact(lambda tx: tx.put(replace(person, disabled_at=tx.now)))
    assert application.access.session(signed_in.secret) is None
    with pytest.raises(NotSignedIn):
        await sign_in(application)


async def test_an_email_address_is_one_account_in_the_whole_installation_even_at_once(
    application: RunningApplication,
) -> None:
    other = await application.enterprises.add('Other')
    with pytest.raises(Conflict) as refused:
        await application.people.add(other.id, 'ANA@example.com', 'Ana', Role.ADMIN, PASSWORD)
    assert refused.value.field == 'email'
    answers = await asyncio.gather(
        *[
            application.people.add(id, 'bo@example.com', 'Bo', Role.ADMIN, PASSWORD)
            for id in (application.enterprise, other.id)
        ],
        return_exceptions=True,
    )
    assert isinstance(answers[1], Conflict)
    assert len([row for row in application.store.rows[Person].values() if row.email == 'bo@example.com']) == 1


@pytest.mark.parametrize('email', ['ana', '@example.com', 'ana@', 'a b@example.com', 'ana\x00@example.com'])
async def test_what_is_no_email_address_is_refused(application: RunningApplication, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        await application.people.add(application.enterprise, email, 'Ana', Role.VIEWER, PASSWORD)
    assert refused.value.field == 'email'


@pytest.mark.parametrize('password', ['', 'x' * 14, 'x' * 1025])
async def test_a_password_has_fifteen_characters_or_more(application: RunningApplication, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        await application.people.add(application.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, password)
    assert refused.value.field == 'password'
    assert len(application.entries(PersonAdded)) == 1


async def test_enterprises_have_different_names_even_at_once(application: RunningApplication) -> None:
    answers = await asyncio.gather(
        application.enterprises.add('Ems'), application.enterprises.add('EMS'), return_exceptions=True
    )
    assert isinstance(answers[1], Conflict)
    assert application.enterprises.named('Ems') == answers[0]
    with pytest.raises(NotFound):
        application.enterprises.named('nobody')


async def test_an_api_token_opens_its_scopes_until_it_expires_or_is_revoked(application: RunningApplication) -> None:
    scopes = [Permission.DEVICES_READ, Permission.CHECKINS_WRITE]
    token, secret = await application.tokens.issue(
        application.enterprise,
        TokenKind.API,
        'collector',
        scopes=scopes,
        expires_in_s=60,
        actor=system(application.enterprise, 'Ana'),
    )
    actor = application.access.program(secret)
    assert (actor.enterprise, actor.name, actor.permissions) == (application.enterprise, 'collector', frozenset(scopes))
    assert secret not in repr(application.store.rows)
    assert application.entries(TokenIssued)[0].scopes == ('checkins:write', 'devices:read')
    application.clock.tick(60)
    with pytest.raises(NotSignedIn, match='expired'):
        application.access.program(secret)
    token, secret = await application.tokens.issue(application.enterprise, TokenKind.API, 'collector', scopes=scopes)
    await application.tokens.revoke(application.enterprise, token.id, actor=system(application.enterprise, 'Ana'))
    with pytest.raises(NotSignedIn, match='not known'):
        application.access.program(secret)
    assert [entry.by for entry in application.entries(TokenRevoked)] == ['Ana']


async def test_an_enrolment_token_is_no_api_token_and_an_api_token_needs_a_scope(
    application: RunningApplication,
) -> None:
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    with pytest.raises(NotSignedIn):
        application.access.program(secret)
    with pytest.raises(Invalid) as refused:
        await application.tokens.issue(application.enterprise, TokenKind.API, 'nothing')
    assert refused.value.field == 'scopes'


async def test_a_token_of_another_enterprise_cannot_be_revoked(application: RunningApplication) -> None:
    token, secret = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'x', scopes=[Permission.DEVICES_READ]
    )
    other = await application.enterprises.add('Other')
    with pytest.raises(NotFound):
        await application.tokens.revoke(other.id, token.id)
    assert application.access.program(secret).name == 'x'


async def test_doors_are_found_again_after_a_restart(application: RunningApplication) -> None:
    signed_in = await sign_in(application)
    ended = await sign_in(application)
    await application.access.sign_out(ended.session)
    _, secret = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'x', scopes=[Permission.DEVICES_READ]
    )
    async with running_application(store=application.store, clock=application.clock) as again:
        assert again.access.session(signed_in.secret) == application.access.session(signed_in.secret)
        assert again.access.session(ended.secret) is None
        assert again.access.program(secret) == application.access.program(secret)
