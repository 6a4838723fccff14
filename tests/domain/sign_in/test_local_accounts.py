"""Signing in with a password: who is refused, in which words, and what is written down of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Role
from domain.common.errors import NotSignedIn, Throttled
from domain.sign_in.events import SignInRefused
from domain.sign_in.known_browsers import KNOWN_S
from domain.sign_in.local_accounts import AccountService
from domain.sign_in.model import Browser, SignedInBrowser
from tests.domain.sign_in.test_authentication import settled
from tests.fakes import House, QuickHasher, house

PASSWORD = 'correct horse battery'
ANA = 'ana@example.com'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        await home.people.add(home.enterprise, ANA, 'Ana', Role.OPERATOR, PASSWORD)
        yield home


async def sign_in(home: House, password: str = PASSWORD, *, email: str = ANA, known: str = '') -> SignedInBrowser:
    return await home.accounts.sign_in(email, password, Browser(address='192.0.2.1', known=known))


async def locked(home: House, email: str = ANA) -> str:
    """Guess until nothing is looked at any more; the words of the refusal."""
    for _ in range(50):
        try:
            await sign_in(home, 'wrong', email=email)
        except Throttled as refusal:
            return refusal.detail
        except NotSignedIn:
            pass
    raise AssertionError('nothing was slowed down')


def change(home: House, **changes: object) -> None:
    (account,) = home.fleets.accounts.values()
    home.fleets.apply(replace(account, **changes))  # type: ignore[arg-type]


async def test_after_wrong_guesses_the_right_password_waits_as_well(home: House) -> None:
    await locked(home)
    with pytest.raises(Throttled, match='try again in 1 second'):
        await sign_in(home)
    home.clock.tick(1)
    assert (await sign_in(home)).session.method == 'password'


async def test_an_account_that_does_not_exist_is_throttled_in_the_same_words(home: House) -> None:
    assert await locked(home) == await locked(home, 'nobody@example.com')


@pytest.mark.parametrize(
    'changes', [{'suspended_at': 1.0}, {'password_hash': None}, {'password_hash': 'hash of other'}]
)
async def test_whoever_may_not_sign_in_hears_the_same_as_for_a_wrong_password(
    home: House, changes: dict[str, object]
) -> None:
    with pytest.raises(NotSignedIn) as wrong:
        await sign_in(home, 'wrong')
    change(home, **changes)
    with pytest.raises(NotSignedIn) as refused:
        await sign_in(home)
    assert refused.value.detail == wrong.value.detail


async def test_refusals_are_written_down_with_their_reason_and_a_wait_only_once(home: House) -> None:
    await locked(home)
    for _ in range(20):
        with pytest.raises(Throttled):
            await sign_in(home, 'wrong')
    await settled()
    because = [entry.because for entry in home.entries(SignInRefused)]
    assert because == ['wrong password'] * 5 + ['too many wrong guesses; try again in 1 second']
    change(home, suspended_at=1.0)
    home.clock.tick(600)
    with pytest.raises(NotSignedIn):
        await sign_in(home)
    await settled()
    assert home.entries(SignInRefused)[-1].because.startswith('suspended')


async def test_a_guess_at_an_unknown_account_is_written_down_in_the_installations_journal(home: House) -> None:
    with pytest.raises(NotSignedIn):
        await sign_in(home, email='nobody@example.com')
    await settled()
    (entry,) = [recorded.entry for recorded in home.store.journal[INSTALLATION]]
    assert isinstance(entry, SignInRefused)
    assert (entry.because, entry.subject.id) == ('wrong password, no such account', '')
    assert 'nobody@' not in repr(home.store.journal)


async def test_nobody_waits_until_a_refusal_is_written_down(home: House) -> None:
    """It is written for an account that exists, so waiting for it would tell; with a store that hangs both still answer."""

    class ThenHangs(QuickHasher):
        async def verify(self, hashed: str | None, password: str) -> bool:
            home.store.gate.clear()
            return await super().verify(hashed, password)

    accounts = AccountService(
        road=home.road, access=home.access, hasher=ThenHangs(), throttle=home.throttle, known=home.known
    )
    for email in (ANA, 'nobody@example.com'):
        with pytest.raises(NotSignedIn):
            await accounts.sign_in(email, 'wrong', Browser())
        home.store.gate.set()
        await settled()


async def test_a_browser_that_signed_in_before_is_not_kept_out_by_strangers(home: House) -> None:
    (account,) = home.fleets.accounts.values()
    mark = home.known.mark(account.id)
    for _ in range(90):
        with pytest.raises(NotSignedIn):
            await sign_in(home, 'wrong')
        home.clock.tick(300)
    with pytest.raises(Throttled):
        await sign_in(home)
    assert (await sign_in(home, known=mark)).secret


@pytest.mark.parametrize('spoil', ['forged', 'old', 'of another', 'before a new password'])
async def test_a_mark_that_is_not_of_this_account_and_password_makes_no_browser_known(home: House, spoil: str) -> None:
    (account,) = home.fleets.accounts.values()
    mark = home.known.mark(account.id)
    if spoil == 'forged':
        mark = mark[:-4] + 'AAA='
    elif spoil == 'of another':
        mark = home.known.mark('01NOBODY')
    elif spoil == 'before a new password':
        home.clock.tick(1)
        await home.accounts.reset_password(ANA, 'another horse entirely')
    elif spoil == 'old':
        home.clock.tick(KNOWN_S + 1)
    assert not home.known.knows(account.id, Browser(known=mark))
    assert home.known.knows(account.id, Browser(known=home.known.mark(account.id)))


async def test_an_address_is_found_in_any_spelling(home: House) -> None:
    assert (await sign_in(home, email=' ANA@Example.com ')).session.account


async def test_a_hash_of_other_costs_is_made_anew_at_a_sign_in_and_nothing_else_changes(home: House) -> None:
    change(home, password_hash=f'old hash of {PASSWORD}')
    (before,) = home.fleets.accounts.values()
    known = home.known.mark(before.id)
    told = len(home.store.journal[home.enterprise])
    with pytest.raises(NotSignedIn):
        await sign_in(home, 'wrong')
    assert home.fleets.accounts[before.id] == before, 'only the right password can be hashed anew'
    await sign_in(home)
    after = home.fleets.accounts[before.id]
    assert after == replace(before, password_hash=f'hash of {PASSWORD}')
    assert home.known.knows(after.id, Browser(known=known))
    kinds = [type(each.entry).__name__ for each in home.store.journal[home.enterprise][told:]]
    assert kinds == ['SignInRefused', 'SignedIn']


async def test_two_who_sign_in_at_once_are_both_let_in_although_the_hash_is_made_anew(home: House) -> None:
    change(home, password_hash=f'old hash of {PASSWORD}')
    await asyncio.gather(sign_in(home), sign_in(home))
    (account,) = home.fleets.accounts.values()
    assert account.password_hash == f'hash of {PASSWORD}'


async def test_a_password_that_is_changed_while_it_is_checked_opens_nothing_and_stays_changed(home: House) -> None:
    class ThenChanged(QuickHasher):
        def is_outdated(self, hashed: str) -> bool:
            (account,) = home.fleets.accounts.values()
            change(home, password_hash='hash of another horse entirely', version=account.version + 1)
            return True

    accounts = AccountService(
        road=home.road, access=home.access, hasher=ThenChanged(), throttle=home.throttle, known=home.known
    )
    with pytest.raises(NotSignedIn):
        await accounts.sign_in(ANA, PASSWORD, Browser())
    (account,) = home.fleets.accounts.values()
    assert account.password_hash == 'hash of another horse entirely'
