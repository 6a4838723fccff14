"""Signing in with a password: who is refused, in which words, and what is written down of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Role
from domain.accounts.model import Account
from domain.common.errors import NotSignedIn, Throttled
from domain.sign_in.events import SignInRefused
from domain.sign_in.known_browsers import KNOWN_S
from domain.sign_in.local_accounts import AccountService
from domain.sign_in.model import Browser, SignedInBrowser
from tests.domain.sign_in.test_authentication import settled
from tests.fakes import QuickHasher, RunningApplication, running_application

PASSWORD = 'correct horse battery'
ANA = 'ana@example.com'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.people.add(application.enterprise, ANA, 'Ana', Role.OPERATOR, PASSWORD)
        yield application


async def sign_in(
    application: RunningApplication, password: str = PASSWORD, *, email: str = ANA, known: str = ''
) -> SignedInBrowser:
    return await application.accounts.sign_in(email, password, Browser(address='192.0.2.1', known=known))


async def locked(application: RunningApplication, email: str = ANA) -> str:
    """Guess until nothing is looked at any more; the words of the refusal."""
    for _ in range(50):
        try:
            await sign_in(application, 'wrong', email=email)
        except Throttled as refusal:
            return refusal.detail
        except NotSignedIn:
            pass
    raise AssertionError('nothing was slowed down')


def change(application: RunningApplication, **changes: object) -> None:
    (account,) = application.fleets.installation[Account].values()
    application.fleets.apply(replace(account, **changes))  # type: ignore[arg-type]


async def test_after_wrong_guesses_the_right_password_waits_as_well(application: RunningApplication) -> None:
    await locked(application)
    with pytest.raises(Throttled, match='try again in 1 second'):
        await sign_in(application)
    application.clock.tick(1)
    assert (await sign_in(application)).session.method == 'password'


async def test_an_account_that_does_not_exist_is_throttled_in_the_same_words(application: RunningApplication) -> None:
    assert await locked(application) == await locked(application, 'nobody@example.com')


@pytest.mark.parametrize(
    'changes', [{'suspended_at': 1.0}, {'password_hash': None}, {'password_hash': 'hash of other'}]
)
async def test_a_person_who_may_not_sign_in_hears_the_same_as_for_a_wrong_password(
    application: RunningApplication, changes: dict[str, object]
) -> None:
    with pytest.raises(NotSignedIn) as wrong:
        await sign_in(application, 'wrong')
    change(application, **changes)
    with pytest.raises(NotSignedIn) as refused:
        await sign_in(application)
    assert refused.value.detail == wrong.value.detail


async def test_refusals_are_written_down_with_their_reason_and_a_wait_only_once(
    application: RunningApplication,
) -> None:
    await locked(application)
    for _ in range(20):
        with pytest.raises(Throttled):
            await sign_in(application, 'wrong')
    await settled()
    because = [entry.because for entry in application.entries(SignInRefused)]
    assert because == ['wrong password'] * 5 + ['too many wrong guesses; try again in 1 second']
    change(application, suspended_at=1.0)
    application.clock.tick(600)
    with pytest.raises(NotSignedIn):
        await sign_in(application)
    await settled()
    assert application.entries(SignInRefused)[-1].because.startswith('suspended')


async def test_a_guess_at_an_unknown_account_is_written_down_in_the_installations_journal(
    application: RunningApplication,
) -> None:
    with pytest.raises(NotSignedIn):
        await sign_in(application, email='nobody@example.com')
    await settled()
    (entry,) = [recorded.entry for recorded in application.store.journal[INSTALLATION]]
    assert isinstance(entry, SignInRefused)
    assert (entry.because, entry.subject.id) == ('wrong password, no such account', '')
    assert 'nobody@' not in repr(application.store.journal)


async def test_nobody_waits_until_a_refusal_is_written_down(application: RunningApplication) -> None:
    """It is written for an account that exists, so waiting for it would tell; with a store that hangs both still answer."""

    class ThenHangs(QuickHasher):
        async def verify(self, hashed: str | None, password: str) -> bool:
            application.store.gate.clear()
            return await super().verify(hashed, password)

    accounts = AccountService(
        transactor=application.transactor,
        access=application.access,
        hasher=ThenHangs(),
        throttle=application.throttle,
        known=application.known,
    )
    for email in (ANA, 'nobody@example.com'):
        with pytest.raises(NotSignedIn):
            await accounts.sign_in(email, 'wrong', Browser())
        application.store.gate.set()
        await settled()


async def test_a_browser_that_signed_in_before_is_not_kept_out_by_strangers(application: RunningApplication) -> None:
    (account,) = application.fleets.installation[Account].values()
    mark = application.known.mark(account.id)
    for _ in range(90):
        with pytest.raises(NotSignedIn):
            await sign_in(application, 'wrong')
        application.clock.tick(300)
    with pytest.raises(Throttled):
        await sign_in(application)
    assert (await sign_in(application, known=mark)).secret


@pytest.mark.parametrize('spoil', ['forged', 'old', 'of another', 'before a new password'])
async def test_a_mark_that_is_not_of_this_account_and_password_makes_no_browser_known(
    application: RunningApplication, spoil: str
) -> None:
    (account,) = application.fleets.installation[Account].values()
    mark = application.known.mark(account.id)
    if spoil == 'forged':
        mark = mark[:-4] + 'AAA='
    elif spoil == 'of another':
        mark = application.known.mark('01NOBODY')
    elif spoil == 'before a new password':
        application.clock.tick(1)
        await application.accounts.reset_password(ANA, 'another horse entirely')
    elif spoil == 'old':
        application.clock.tick(KNOWN_S + 1)
    assert not application.known.knows(account.id, Browser(known=mark))
    assert application.known.knows(account.id, Browser(known=application.known.mark(account.id)))


async def test_an_address_is_found_in_any_spelling(application: RunningApplication) -> None:
    assert (await sign_in(application, email=' ANA@Example.com ')).session.account


async def test_a_hash_of_other_costs_is_made_anew_at_a_sign_in_and_nothing_else_changes(
    application: RunningApplication,
) -> None:
    change(application, password_hash=f'old hash of {PASSWORD}')
    (before,) = application.fleets.installation[Account].values()
    known = application.known.mark(before.id)
    told = len(application.store.journal[application.enterprise])
    with pytest.raises(NotSignedIn):
        await sign_in(application, 'wrong')
    assert application.fleets.installation[Account][before.id] == before, 'only the right password can be hashed anew'
    await sign_in(application)
    after = application.fleets.installation[Account][before.id]
    assert after == replace(before, password_hash=f'hash of {PASSWORD}')
    assert application.known.knows(after.id, Browser(known=known))
    kinds = [type(each.entry).__name__ for each in application.store.journal[application.enterprise][told:]]
    assert kinds == ['SignInRefused', 'SignedIn']


async def test_two_who_sign_in_at_once_are_both_let_in_although_the_hash_is_made_anew(
    application: RunningApplication,
) -> None:
    change(application, password_hash=f'old hash of {PASSWORD}')
    await asyncio.gather(sign_in(application), sign_in(application))
    (account,) = application.fleets.installation[Account].values()
    assert account.password_hash == f'hash of {PASSWORD}'


async def test_a_password_that_is_changed_while_it_is_checked_opens_nothing_and_stays_changed(
    application: RunningApplication,
) -> None:
    class ThenChanged(QuickHasher):
        def is_outdated(self, hashed: str) -> bool:
            (account,) = application.fleets.installation[Account].values()
            change(application, password_hash='hash of another horse entirely', version=account.version + 1)
            return True

    accounts = AccountService(
        transactor=application.transactor,
        access=application.access,
        hasher=ThenChanged(),
        throttle=application.throttle,
        known=application.known,
    )
    with pytest.raises(NotSignedIn):
        await accounts.sign_in(ANA, PASSWORD, Browser())
    (account,) = application.fleets.installation[Account].values()
    assert account.password_hash == 'hash of another horse entirely'
