"""What somebody does with their own account, and what a stolen session cannot do with it."""

from collections.abc import AsyncIterator

import pyotp
import pytest

from domain.access.permissions import Permission, Role
from domain.accounts.events import AccountChanged
from domain.common.errors import Invalid, NotAllowed, NotFound, NotSignedIn, StepUpNeeded, Throttled
from domain.sign_in.events import SessionEnded, SteppedUp, StepUpRefused
from domain.sign_in.model import Browser, SignedInBrowser
from domain.sign_in.second_factor import STEP_S
from domain.sign_in.sessions import RAISED_S
from domain.tokens.model import TokenKind
from tests.fakes import House, house

PASSWORD = 'correct horse battery'
OTHER = 'an even better passphrase'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        await home.people.add(home.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
        yield home


async def sign_in(home: House, email: str = 'ana@example.com', password: str = PASSWORD) -> SignedInBrowser:
    return await home.accounts.sign_in(email, password, Browser(address='192.0.2.1', agent='Firefox'))


async def with_authenticator(home: House, opened: SignedInBrowser) -> str:
    """Ana turned on two-step sign-in: the code that her app shows now."""
    actor = home.access.actor(opened.session)
    app = pyotp.TOTP(home.second_factor.propose(actor).secret)
    await home.second_factor.turn_on(actor, app.secret, app.at(int(home.clock()) - STEP_S))
    return app.at(int(home.clock()))


async def test_a_fresh_proof_counts_for_ten_minutes(home: House) -> None:
    opened = await sign_in(home)
    home.access.actor(opened.session).require(Permission.COMMANDS_WIPE)
    home.clock.tick(RAISED_S)
    with pytest.raises(StepUpNeeded):
        home.access.actor(opened.session).require(Permission.COMMANDS_WIPE)
    await home.my_account.prove(opened.session, password=PASSWORD, address='192.0.2.7')
    home.access.actor(opened.session).require(Permission.COMMANDS_WIPE)
    home.clock.tick(RAISED_S)
    assert not home.access.actor(opened.session).raised
    assert [entry.method for entry in home.entries(SteppedUp)] == ['password']


async def test_a_proof_changes_the_secret_of_the_session_and_the_old_one_opens_nothing(home: House) -> None:
    opened = await sign_in(home)
    raised = await home.my_account.prove(opened.session, password=PASSWORD)
    assert home.access.session(opened.secret) is None
    session, _ = home.access.session(raised.secret) or pytest.fail('no session')
    assert session.id == opened.session.id
    assert session.expires_at == opened.session.expires_at, 'a proof makes no session longer'


async def test_a_wrong_proof_changes_nothing_is_journalled_and_only_so_many_are_looked_at(home: House) -> None:
    opened = await sign_in(home)
    home.clock.tick(RAISED_S)
    for _ in range(10):  # five of this browser's own, five of anybody's
        with pytest.raises(Invalid) as refused:
            await home.my_account.prove(opened.session, password='guessed', address='192.0.2.66')
        assert refused.value.field == 'password'
    for _ in range(2):
        with pytest.raises(Throttled):
            await home.my_account.prove(opened.session, password=PASSWORD, address='192.0.2.66')
    assert not home.access.actor(opened.session).raised
    assert home.access.session(opened.secret) is not None
    assert [(entry.because, entry.address) for entry in home.entries(StepUpRefused)] == [
        *[('wrong password', '192.0.2.66')] * 10,
        ('too many wrong passwords', '192.0.2.66'),
    ]


async def test_right_proofs_use_up_no_tries(home: House) -> None:
    opened = await sign_in(home)
    for _ in range(5):
        await home.my_account.prove(opened.session, password=PASSWORD)


async def test_with_an_authenticator_app_its_code_is_the_proof_and_the_password_alone_is_none(home: House) -> None:
    opened = await sign_in(home)
    code = await with_authenticator(home, opened)
    with pytest.raises(Invalid) as refused:
        await home.my_account.prove(opened.session, password=PASSWORD)
    assert refused.value.field == 'code'
    await home.my_account.prove(opened.session, code=code)
    assert [entry.method for entry in home.entries(SteppedUp)] == ['code']


async def test_a_session_that_has_ended_proves_nothing(home: House) -> None:
    opened = await sign_in(home)
    await home.access.sign_out(opened.session)
    with pytest.raises(NotSignedIn):
        await home.my_account.prove(opened.session, password=PASSWORD)


async def test_a_new_password_needs_the_current_one_and_ends_every_other_session(home: House) -> None:
    here, there = await sign_in(home), await sign_in(home)
    with pytest.raises(Invalid) as refused:
        await home.my_account.change_password(here.session, 'guessed', OTHER)
    assert refused.value.field == 'current'
    await home.my_account.change_password(here.session, PASSWORD, OTHER)
    assert home.access.standing(here.session) is not None
    assert home.access.standing(there.session) is None
    await sign_in(home, password=OTHER)
    with pytest.raises(NotSignedIn):
        await sign_in(home)
    (changed,) = home.entries(AccountChanged)
    assert (changed.what, changed.address) == ('set a new password', '192.0.2.1')


@pytest.mark.parametrize('new', ['too short', '', PASSWORD, 'x' * 1025])
async def test_a_password_that_is_short_endless_or_the_old_one_is_refused(home: House, new: str) -> None:
    opened = await sign_in(home)
    with pytest.raises(Invalid) as refused:
        await home.my_account.change_password(opened.session, PASSWORD, new)
    assert refused.value.field == 'password'


async def test_sessions_are_listed_and_ended_one_by_one_or_all_but_this_one(home: House) -> None:
    here, one, two = [await sign_in(home) for _ in range(3)]
    account = here.session.account
    await home.my_account.end_session(here.session, one.session.id)
    assert {session.id for session in home.access.sessions_of(account)} == {here.session.id, two.session.id}
    await sign_in(home)
    await home.my_account.end_others(here.session)
    assert [session.id for session in home.access.sessions_of(account)] == [here.session.id]
    ended = home.entries(SessionEnded)
    assert len(ended) == 3
    assert {(entry.because, entry.actor) for entry in ended} == {
        ('ended by its owner', f'person/{here.session.person}')
    }


async def test_nobody_ends_the_session_of_somebody_else(home: House) -> None:
    await home.people.add(home.enterprise, 'eve@example.com', 'Eve', Role.ADMIN, PASSWORD)
    ana, eve = await sign_in(home), await sign_in(home, 'eve@example.com')
    with pytest.raises(NotFound):
        await home.my_account.end_session(eve.session, ana.session.id)
    assert home.access.standing(ana.session) is not None


async def test_a_token_of_ones_own_is_for_what_one_may_and_always_with_a_fresh_proof(home: House) -> None:
    await home.people.add(home.enterprise, 'vic@example.com', 'Vic', Role.VIEWER, PASSWORD)
    opened = await sign_in(home, 'vic@example.com')
    actor = home.access.actor(opened.session)
    token, secret = await home.tokens.issue_own(actor, 'export', scopes=[Permission.DEVICES_READ], expires_in_s=86_400)
    assert secret.startswith('cwt_')
    assert (token.person, token.expires_at) == (opened.session.person, home.clock() + 86_400)
    assert home.access.program(secret).permissions == {Permission.DEVICES_READ}
    with pytest.raises(NotAllowed, match='devices:write'):
        await home.tokens.issue_own(actor, 'more', scopes=[Permission.DEVICES_WRITE], expires_in_s=86_400)
    with pytest.raises(Invalid):
        await home.tokens.issue_own(actor, 'for ever', scopes=[Permission.DEVICES_READ], expires_in_s=367 * 86_400)
    with pytest.raises(NotAllowed):
        await home.tokens.issue_own(
            home.access.program(secret), 'child', scopes=[Permission.DEVICES_READ], expires_in_s=86_400
        )
    home.clock.tick(RAISED_S)
    with pytest.raises(StepUpNeeded):
        await home.tokens.issue_own(
            home.access.actor(opened.session), 'late', scopes=[Permission.DEVICES_READ], expires_in_s=86_400
        )


async def test_a_token_of_ones_own_is_revoked_by_its_owner_alone(home: House) -> None:
    await home.people.add(home.enterprise, 'vic@example.com', 'Vic', Role.VIEWER, PASSWORD)
    ana, vic = [
        home.access.actor((await sign_in(home, email)).session) for email in ('ana@example.com', 'vic@example.com')
    ]
    token, secret = await home.tokens.issue_own(ana, 'mine', scopes=[Permission.DEVICES_READ], expires_in_s=86_400)
    ours, _ = await home.tokens.issue(home.enterprise, TokenKind.API, 'ours', scopes=[Permission.DEVICES_READ])
    for actor, id in ((vic, token.id), (ana, ours.id), (ana, 'nothing')):
        with pytest.raises(NotFound):
            await home.tokens.revoke_own(actor, id)
    await home.tokens.revoke_own(ana, token.id)
    with pytest.raises(NotSignedIn):
        home.access.program(secret)


async def test_sessions_that_reached_a_limit_are_ended_and_told(home: House) -> None:
    idle, kept = await sign_in(home), await sign_in(home)
    home.clock.tick(home.access.idle_s - 1)
    home.access.actor(kept.session)
    await home.road.travel(lambda _: None)
    home.clock.tick(1)
    await home.access.end_expired()
    assert home.fleets.sessions.keys() == {kept.session.id}
    assert [entry.because for entry in home.entries(SessionEnded)] == ['unused for too long']
    home.clock.tick(home.access.session_s)
    await home.access.end_expired()
    assert not home.fleets.sessions
    assert home.entries(SessionEnded)[-1].because == 'older than a session may be'
    assert idle.session.id != kept.session.id


async def test_what_a_session_opened_in_one_enterprise_it_does_not_open_after_going_to_another(home: House) -> None:
    other = await home.enterprises.add('Elsewhere')
    (account,) = home.fleets.accounts.values()
    await home.road.travel(lambda draft: home.people.join(draft, account, other.id, Role.VIEWER))
    opened = await sign_in(home)
    person = home.fleet.persons[opened.session.person]
    assert home.access.holds(opened.session, person)
    moved = await home.access.switch(opened.session, other.id)
    assert not home.access.holds(opened.session, person)
    assert home.access.session(opened.secret) is None
    assert not home.access.actor(moved.session).raised, 'a proof stays where it was given'


async def test_signing_in_once_more_ends_the_session_the_browser_had(home: House) -> None:
    first = await sign_in(home)
    again = await home.accounts.sign_in('ana@example.com', PASSWORD, Browser(session=first.session.id))
    assert home.access.session(first.secret) is None
    assert home.access.session(again.secret) is not None
