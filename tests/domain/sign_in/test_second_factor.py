"""The second factor: codes of an authenticator app, each good once; recovery codes; and who may turn it on and off."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pyotp
import pytest

from domain.access.actors import Actor, system
from domain.access.permissions import Role
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account
from domain.common.errors import Conflict, Invalid, NotAllowed, NotSignedIn, StepUpNeeded, Throttled
from domain.sign_in.events import SignedIn, SignInRefused
from domain.sign_in.model import Browser, SignedInBrowser
from domain.sign_in.second_factor import RECOVERY_CODES, STEP_S
from domain.sign_in.sessions import PENDING_S
from tests.domain.sign_in.test_authentication import settled
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'
ANA = 'ana@example.com'
HERE = Browser(address='192.0.2.1', agent='Firefox')


@dataclass(slots=True)
class Person:
    """Ana, with her app."""

    application: RunningApplication
    actor: Actor
    secret: str = ''
    recovery: tuple[str, ...] = ()

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or so many steps later."""
        return pyotp.TOTP(self.secret).at(int(self.application.clock()) + steps * STEP_S)

    async def turn_on(self) -> None:
        """Two-step sign-in, with the code of the step before, so that the current one is not used up."""
        self.secret = self.application.second_factor.propose(self.actor).secret
        self.recovery = await self.application.second_factor.turn_on(self.actor, self.secret, self.code(-1))

    async def password(self) -> SignedInBrowser:
        """The first step."""
        return await self.application.accounts.sign_in(ANA, PASSWORD, HERE)

    async def signs_in(self, code: str) -> SignedInBrowser:
        """Both steps."""
        return await self.application.second_factor.complete((await self.password()).session, code, HERE)

    @property
    def account(self) -> Account:
        """As it stands."""
        (account,) = self.application.fleets.installation[Account].values()
        return account


@pytest.fixture
async def ana() -> AsyncIterator[Person]:
    async with running_application() as application:
        person = await application.people.add(application.enterprise, ANA, 'Ana', Role.OPERATOR, PASSWORD)
        found = Person(application, person.actor(recently_verified=True))
        await found.turn_on()
        yield found


async def test_the_password_alone_opens_nothing_and_the_code_opens_with_a_new_secret(ana: Person) -> None:
    first = await ana.password()
    assert first.session.pending
    assert ana.application.access.session(first.secret) is None
    assert not ana.application.entries(SignedIn)
    opened = await ana.application.second_factor.complete(first.session, ana.code(), HERE)
    assert opened.secret != first.secret
    assert ana.application.access.session(first.secret) is None
    assert ana.application.access.session(opened.secret) is not None
    assert [entry.method for entry in ana.application.entries(SignedIn)] == ['password and code']


async def test_a_code_counts_once_at_the_sign_in_and_as_a_fresh_proof(ana: Person) -> None:
    code = ana.code()
    await ana.signs_in(code)
    with pytest.raises(NotSignedIn, match='used before'):
        await ana.signs_in(code)
    with pytest.raises(NotSignedIn):
        await ana.application.second_factor.verify(ana.account.id, code, address='')
    ana.application.clock.tick(STEP_S)
    assert await ana.application.second_factor.verify(ana.account.id, ana.code(), address='') == 'code'


@pytest.mark.parametrize(('steps', 'good'), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_differ_by_one_step_and_no_more(ana: Person, steps: int, good: bool) -> None:
    ana.application.clock.tick(10 * STEP_S)
    if good:
        assert (await ana.signs_in(ana.code(steps))).secret
    else:
        with pytest.raises(NotSignedIn):
            await ana.signs_in(ana.code(steps))


@pytest.mark.parametrize('code', ['', '000000 000000', 'x' * 5000, '\ud800', '١٢٣٤٥٦', '-'])
async def test_what_is_no_code_is_refused(ana: Person, code: str) -> None:
    with pytest.raises(NotSignedIn):
        await ana.signs_in(code)


async def test_a_recovery_code_opens_once_and_the_journal_tells_how_many_are_left(ana: Person) -> None:
    assert len(set(ana.recovery)) == RECOVERY_CODES
    opened = await ana.signs_in(ana.recovery[3].upper().replace('-', ' '))
    assert opened.session.method == 'password and recovery code'
    with pytest.raises(NotSignedIn):
        await ana.signs_in(ana.recovery[3])
    assert len(ana.account.recovery) == RECOVERY_CODES - 1
    assert ana.application.entries(AccountChanged)[-1].what == 'used a recovery code, 9 are left'


async def test_new_recovery_codes_end_the_old_ones(ana: Person) -> None:
    codes = await ana.application.second_factor.renew_recovery_codes(ana.actor)
    with pytest.raises(NotSignedIn):
        await ana.signs_in(ana.recovery[0])
    assert (await ana.signs_in(codes[0])).secret


async def test_secret_and_recovery_codes_lie_open_nowhere(ana: Person) -> None:
    kept = repr(ana.application.store.rows) + repr(ana.application.store.journal)
    for secret in (ana.secret, *ana.recovery, *[code.replace('-', '') for code in ana.recovery]):
        assert secret not in kept


async def test_wrong_codes_are_slowed_down_journalled_and_stay_within_100_a_day(ana: Person) -> None:
    looked_at, refusals = 0, 0
    for _ in range(300):
        try:
            await ana.signs_in('000000')
        except Throttled as refusal:
            refusals += 1
            ana.application.clock.tick(min(refusal.retry_after, 600))
        except NotSignedIn:
            looked_at += 1
        if looked_at > 5:
            break
    assert refusals == 1
    await settled()
    because = [entry.because for entry in ana.application.entries(SignInRefused)]
    assert because[:5] == ['right password, wrong code'] * 5
    assert because[5].startswith('too many wrong guesses')
    with pytest.raises(Throttled):
        await ana.signs_in(ana.code())


async def test_a_pending_sign_in_ends_after_ten_minutes_and_with_the_account(ana: Person) -> None:
    first = await ana.password()
    ana.application.clock.tick(PENDING_S)
    assert ana.application.access.pending(first.secret) is None
    second = await ana.password()
    ana.application.fleets.apply(replace(ana.account, suspended_at=ana.application.clock()))
    with pytest.raises(NotSignedIn):
        await ana.application.second_factor.complete(second.session, ana.code(), HERE)


async def test_turning_it_off_makes_the_password_enough(ana: Person) -> None:
    await ana.application.second_factor.turn_off(ana.actor)
    assert not (await ana.password()).session.pending
    assert (ana.account.totp, ana.account.recovery) == (None, ())
    whats = [entry.what for entry in ana.application.entries(AccountChanged)]
    assert whats == ['turned on two-step sign-in', 'turned off two-step sign-in']


async def test_every_change_needs_a_fresh_proof_and_a_person(ana: Person) -> None:
    service, stale = ana.application.second_factor, replace(ana.actor, recently_verified=False)
    for change in (service.turn_off, service.renew_recovery_codes, lambda who: service.turn_on(who, 'A' * 32, '1')):
        with pytest.raises(StepUpNeeded):
            await change(stale)
        with pytest.raises(NotAllowed):
            await change(system(ana.application.enterprise, 'job'))
    with pytest.raises(StepUpNeeded):
        service.propose(stale)


async def test_it_is_not_on_before_a_code_was_shown(ana: Person) -> None:
    await ana.application.second_factor.turn_off(ana.actor)
    proposal = ana.application.second_factor.propose(ana.actor)
    assert 'issuer=Cellwarden' in proposal.uri
    with pytest.raises(Invalid, match='not the code') as refused:
        await ana.application.second_factor.turn_on(ana.actor, proposal.secret, '000000')
    assert refused.value.field == 'code'
    assert ana.account.totp is None


async def test_it_cannot_be_turned_on_twice_nor_renewed_when_off(ana: Person) -> None:
    with pytest.raises(Conflict):
        await ana.application.second_factor.turn_on(ana.actor, ana.secret, ana.code())
    await ana.application.second_factor.turn_off(ana.actor)
    with pytest.raises(Conflict):
        await ana.application.second_factor.renew_recovery_codes(ana.actor)
