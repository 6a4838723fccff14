"""What a person does with their own account, and what a stolen session cannot do with it."""

from collections.abc import AsyncIterator

import pyotp
import pytest

from domain.access.permissions import Permission, Role
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account, Person
from domain.common.errors import Invalid, NotAllowed, NotFound, NotSignedIn, StepUpNeeded, Throttled
from domain.sign_in.events import SessionEnded, SteppedUp, StepUpRefused
from domain.sign_in.live import Sessions
from domain.sign_in.model import Browser, SignedInBrowser
from domain.sign_in.second_factor import STEP_S
from domain.sign_in.sessions import RAISED_S
from domain.tokens.model import TokenKind
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'
OTHER = 'an even better passphrase'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
        yield application


async def sign_in(
    application: RunningApplication, email: str = 'ana@example.com', password: str = PASSWORD
) -> SignedInBrowser:
    return await application.accounts.sign_in(email, password, Browser(address='192.0.2.1', agent='Firefox'))


async def with_authenticator(application: RunningApplication, opened: SignedInBrowser) -> str:
    """Ana turned on two-step sign-in: the code that her app shows now."""
    actor = application.access.actor(opened.session)
    app = pyotp.TOTP(application.second_factor.propose(actor).secret)
    await application.second_factor.turn_on(actor, app.secret, app.at(int(application.clock()) - STEP_S))
    return app.at(int(application.clock()))


async def test_a_fresh_proof_counts_for_ten_minutes(application: RunningApplication) -> None:
    opened = await sign_in(application)
    application.access.actor(opened.session).require(Permission.COMMANDS_WIPE)
    application.clock.tick(RAISED_S)
    with pytest.raises(StepUpNeeded):
        application.access.actor(opened.session).require(Permission.COMMANDS_WIPE)
    await application.my_account.prove(opened.session, password=PASSWORD, address='192.0.2.7')
    application.access.actor(opened.session).require(Permission.COMMANDS_WIPE)
    application.clock.tick(RAISED_S)
    assert not application.access.actor(opened.session).recently_verified
    assert [entry.method for entry in application.entries(SteppedUp)] == ['password']


async def test_a_proof_changes_the_secret_of_the_session_and_the_old_one_opens_nothing(
    application: RunningApplication,
) -> None:
    opened = await sign_in(application)
    raised = await application.my_account.prove(opened.session, password=PASSWORD)
    assert application.access.session(opened.secret) is None
    session, _ = application.access.session(raised.secret) or pytest.fail('no session')
    assert session.id == opened.session.id
    assert session.expires_at == opened.session.expires_at, 'a proof makes no session longer'


async def test_a_wrong_proof_changes_nothing_is_journalled_and_only_so_many_are_looked_at(
    application: RunningApplication,
) -> None:
    opened = await sign_in(application)
    application.clock.tick(RAISED_S)
    for _ in range(10):  # five of this browser's own, five of any browser's
        with pytest.raises(Invalid) as refused:
            await application.my_account.prove(opened.session, password='guessed', address='192.0.2.66')
        assert refused.value.field == 'password'
    for _ in range(2):
        with pytest.raises(Throttled):
            await application.my_account.prove(opened.session, password=PASSWORD, address='192.0.2.66')
    assert not application.access.actor(opened.session).recently_verified
    assert application.access.session(opened.secret) is not None
    assert [(entry.because, entry.address) for entry in application.entries(StepUpRefused)] == [
        *[('wrong password', '192.0.2.66')] * 10,
        ('too many wrong passwords', '192.0.2.66'),
    ]


async def test_right_proofs_use_up_no_tries(application: RunningApplication) -> None:
    opened = await sign_in(application)
    for _ in range(5):
        await application.my_account.prove(opened.session, password=PASSWORD)


async def test_with_an_authenticator_app_its_code_is_the_proof_and_the_password_alone_is_none(
    application: RunningApplication,
) -> None:
    opened = await sign_in(application)
    code = await with_authenticator(application, opened)
    with pytest.raises(Invalid) as refused:
        await application.my_account.prove(opened.session, password=PASSWORD)
    assert refused.value.field == 'code'
    await application.my_account.prove(opened.session, code=code)
    assert [entry.method for entry in application.entries(SteppedUp)] == ['code']


async def test_a_session_that_has_ended_proves_nothing(application: RunningApplication) -> None:
    opened = await sign_in(application)
    await application.access.sign_out(opened.session)
    with pytest.raises(NotSignedIn):
        await application.my_account.prove(opened.session, password=PASSWORD)


async def test_a_new_password_needs_the_current_one_and_ends_every_other_session(
    application: RunningApplication,
) -> None:
    here, there = await sign_in(application), await sign_in(application)
    with pytest.raises(Invalid) as refused:
        await application.my_account.change_password(here.session, 'guessed', OTHER)
    assert refused.value.field == 'current'
    await application.my_account.change_password(here.session, PASSWORD, OTHER)
    assert application.access.standing(here.session) is not None
    assert application.access.standing(there.session) is None
    await sign_in(application, password=OTHER)
    with pytest.raises(NotSignedIn):
        await sign_in(application)
    (changed,) = application.entries(AccountChanged)
    assert (changed.what, changed.address) == ('set a new password', '192.0.2.1')


@pytest.mark.parametrize('new', ['too short', '', PASSWORD, 'x' * 1025])
async def test_a_password_that_is_short_endless_or_the_old_one_is_refused(
    application: RunningApplication, new: str
) -> None:
    opened = await sign_in(application)
    with pytest.raises(Invalid) as refused:
        await application.my_account.change_password(opened.session, PASSWORD, new)
    assert refused.value.field == 'password'


async def test_sessions_are_listed_and_ended_one_by_one_or_all_but_this_one(application: RunningApplication) -> None:
    here, one, two = [await sign_in(application) for _ in range(3)]
    account = here.session.account
    await application.my_account.end_session(here.session, one.session.id)
    assert {session.id for session in application.access.sessions_of(account)} == {here.session.id, two.session.id}
    await sign_in(application)
    await application.my_account.end_others(here.session)
    assert [session.id for session in application.access.sessions_of(account)] == [here.session.id]
    ended = application.entries(SessionEnded)
    assert len(ended) == 3
    assert {(entry.because, entry.actor) for entry in ended} == {
        ('ended by its owner', f'person/{here.session.person}')
    }


async def test_nobody_ends_the_session_of_another_person(application: RunningApplication) -> None:
    await application.people.add(application.enterprise, 'eve@example.com', 'Eve', Role.ADMIN, PASSWORD)
    ana, eve = await sign_in(application), await sign_in(application, 'eve@example.com')
    with pytest.raises(NotFound):
        await application.my_account.end_session(eve.session, ana.session.id)
    assert application.access.standing(ana.session) is not None


async def test_a_token_of_ones_own_is_for_what_one_may_and_always_with_a_fresh_proof(
    application: RunningApplication,
) -> None:
    await application.people.add(application.enterprise, 'vic@example.com', 'Vic', Role.VIEWER, PASSWORD)
    opened = await sign_in(application, 'vic@example.com')
    actor = application.access.actor(opened.session)
    token, secret = await application.tokens.issue_own(
        actor, 'export', scopes=[Permission.DEVICES_READ], expires_in_s=86_400
    )
    assert secret.startswith('cwt_')
    assert (token.person, token.expires_at) == (opened.session.person, application.clock() + 86_400)
    assert application.access.program(secret).permissions == {Permission.DEVICES_READ}
    with pytest.raises(NotAllowed, match='devices:write'):
        await application.tokens.issue_own(actor, 'more', scopes=[Permission.DEVICES_WRITE], expires_in_s=86_400)
    with pytest.raises(Invalid):
        await application.tokens.issue_own(
            actor, 'for ever', scopes=[Permission.DEVICES_READ], expires_in_s=367 * 86_400
        )
    with pytest.raises(NotAllowed):
        await application.tokens.issue_own(
            application.access.program(secret), 'child', scopes=[Permission.DEVICES_READ], expires_in_s=86_400
        )
    application.clock.tick(RAISED_S)
    with pytest.raises(StepUpNeeded):
        await application.tokens.issue_own(
            application.access.actor(opened.session), 'late', scopes=[Permission.DEVICES_READ], expires_in_s=86_400
        )


async def test_a_token_of_ones_own_is_revoked_by_its_owner_alone(application: RunningApplication) -> None:
    await application.people.add(application.enterprise, 'vic@example.com', 'Vic', Role.VIEWER, PASSWORD)
    ana, vic = [
        application.access.actor((await sign_in(application, email)).session)
        for email in ('ana@example.com', 'vic@example.com')
    ]
    token, secret = await application.tokens.issue_own(
        ana, 'mine', scopes=[Permission.DEVICES_READ], expires_in_s=86_400
    )
    ours, _ = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'ours', scopes=[Permission.DEVICES_READ]
    )
    for actor, id in ((vic, token.id), (ana, ours.id), (ana, 'nothing')):
        with pytest.raises(NotFound):
            await application.tokens.revoke_own(actor, id)
    await application.tokens.revoke_own(ana, token.id)
    with pytest.raises(NotSignedIn):
        application.access.program(secret)


async def test_sessions_that_reached_a_limit_are_ended_and_told(application: RunningApplication) -> None:
    idle, kept = await sign_in(application), await sign_in(application)
    application.clock.tick(application.access.idle_s - 1)
    application.access.actor(kept.session)
    await application.transactor.transact(lambda _: None)
    application.clock.tick(1)
    await application.access.end_expired()
    assert application.fleets.index(Sessions).open.keys() == {kept.session.id}
    assert [entry.because for entry in application.entries(SessionEnded)] == ['unused for too long']
    application.clock.tick(application.access.session_s)
    await application.access.end_expired()
    assert not application.fleets.index(Sessions).open
    assert application.entries(SessionEnded)[-1].because == 'older than a session may be'
    assert idle.session.id != kept.session.id


async def test_what_a_session_opened_in_one_enterprise_it_does_not_open_after_going_to_another(
    application: RunningApplication,
) -> None:
    other = await application.enterprises.add('Elsewhere')
    (account,) = application.fleets.installation[Account].values()
    await application.transactor.transact(lambda tx: application.people.join(tx, account, other.id, Role.VIEWER))
    opened = await sign_in(application)
    person = application.fleet[Person][opened.session.person]
    assert application.access.holds(opened.session, person)
    moved = await application.access.switch(opened.session, other.id)
    assert not application.access.holds(opened.session, person)
    assert application.access.session(opened.secret) is None
    assert not application.access.actor(moved.session).recently_verified, 'a proof stays where it was given'


async def test_signing_in_once_more_ends_the_session_the_browser_had(application: RunningApplication) -> None:
    first = await sign_in(application)
    again = await application.accounts.sign_in('ana@example.com', PASSWORD, Browser(session=first.session.id))
    assert application.access.session(first.secret) is None
    assert application.access.session(again.secret) is not None
