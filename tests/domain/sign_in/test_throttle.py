"""Guessing is slowed down: at an account that exists or not, from an address, and never for good."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.access.enterprises import INSTALLATION
from domain.common.errors import Throttled, Unavailable
from domain.sign_in.model import Guesses
from domain.sign_in.throttle import ADDRESS, DAY_S, KNOWN, STRANGERS, Aim, Sparing, network, spoken
from tests.fakes import RunningApplication, running_application

ANA, HERE = 'ana@example.com', '192.0.2.1'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def tried(
    application: RunningApplication, *, seconds: float, at: str = ANA, known: bool = False, address: str = HERE
) -> int:
    """Guess as often as one may for that long; how many guesses were looked at."""
    until, looked_at = application.clock() + seconds, 0
    while application.clock() < until:
        try:
            await application.throttle.begin(Aim.PASSWORD, at, address=address, known=known)
            looked_at += 1
        except Throttled as refusal:
            application.clock.tick(min(refusal.retry_after, until - application.clock()))
    return looked_at


async def right(application: RunningApplication, **more: bool) -> None:
    guess = await application.throttle.begin(Aim.PASSWORD, ANA, address=HERE, **more)
    await application.transactor.transact(lambda tx: application.throttle.right(tx, guess))


async def test_at_most_100_guesses_a_day_reach_an_account_strangers_and_known_browsers_together(
    application: RunningApplication,
) -> None:
    strangers = await tried(application, seconds=DAY_S / 2)
    known = await tried(application, seconds=DAY_S / 2 - 1, known=True)
    assert (strangers, strangers + known) == (STRANGERS.most, 100)
    with pytest.raises(Throttled) as refused:
        await right(application)
    assert refused.value.retry_after <= DAY_S / 2 + 1


async def test_the_wait_begins_after_five_wrong_guesses_and_doubles_up_to_five_minutes(
    application: RunningApplication,
) -> None:
    waits = []
    for number in range(18):
        try:
            await application.throttle.begin(Aim.PASSWORD, ANA, address=f'192.0.2.{number}')
        except Throttled as refusal:
            waits.append(refusal.retry_after)
            application.clock.tick(refusal.retry_after)
            await application.throttle.begin(Aim.PASSWORD, ANA, address=f'192.0.2.{number}')
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


async def test_a_crowd_of_guesses_at_once_gets_no_more_than_one_after_the_other(
    application: RunningApplication,
) -> None:
    crowd = [application.throttle.begin(Aim.PASSWORD, ANA, address=f'2001:db8:{n}::1') for n in range(300)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(not isinstance(answer, Exception) for answer in answers) == STRANGERS.free


async def test_right_passwords_never_add_up_to_a_wait(application: RunningApplication) -> None:
    for _ in range(300):
        await right(application)
    assert not application.fleets.installation[Guesses]


async def test_a_spray_over_many_accounts_from_one_address_is_slowed_to_one_a_minute(
    application: RunningApplication,
) -> None:
    began, waited = application.clock(), 0
    for number in range(50):
        for _ in range(2):
            try:
                await application.throttle.begin(Aim.PASSWORD, f'person-{number}@example.com', address=HERE)
                break
            except Throttled as refusal:
                waited += 1
                application.clock.tick(refusal.retry_after)
    assert waited == 50 - ADDRESS.free
    assert application.clock() - began > 20 * 60
    await application.throttle.begin(Aim.PASSWORD, 'person-50@example.com', address='192.0.2.2')


async def test_strangers_cannot_lock_out_the_browser_that_the_owner_uses(application: RunningApplication) -> None:
    await tried(application, seconds=DAY_S / 2)
    await right(application, known=True)
    assert await tried(application, seconds=3600, known=True) == KNOWN.most


async def test_a_restart_resets_nothing(application: RunningApplication) -> None:
    await tried(application, seconds=2)
    async with running_application(store=application.store, clock=application.clock) as again:
        with pytest.raises(Throttled):
            await again.throttle.begin(Aim.PASSWORD, ANA, address='192.0.2.77')


async def test_what_no_longer_counts_leaves_the_picture(application: RunningApplication) -> None:
    await tried(application, seconds=60)
    assert application.fleets.installation[Guesses]
    application.clock.tick(DAY_S)
    await application.throttle.forget(application.clock())
    assert not application.fleets.installation[Guesses]
    await right(application)


async def test_what_is_kept_of_guesses_tells_neither_account_nor_address(application: RunningApplication) -> None:
    await tried(application, seconds=1)
    kept = repr(application.store.rows[Guesses])
    assert ANA not in kept
    assert HERE not in kept
    assert {row.enterprise for row in application.store.rows[Guesses].values()} == {INSTALLATION}


async def test_a_guess_that_cannot_be_written_down_is_not_looked_at(application: RunningApplication) -> None:
    application.store.failure = OSError('disk full')
    with pytest.raises(Unavailable):
        await application.throttle.begin(Aim.PASSWORD, ANA, address=HERE)
    application.store.failure = None


def test_what_one_address_goes_on_causing_is_told_less_and_less_often() -> None:
    sparing = Sparing()
    told = [second for second in range(3600) if sparing.tells('2001:db8::1', second)]
    assert told[:20] == list(range(20))
    assert told[-1] - told[-2] == ADDRESS.slowest_s
    assert len(told) <= ADDRESS.most
    assert not sparing.tells('2001:db8::2', 3600), 'it is the same customer'
    assert sparing.tells('2001:db8:0:1::1', 3600)


async def test_codes_have_a_budget_of_their_own(application: RunningApplication) -> None:
    await tried(application, seconds=1)
    await application.throttle.begin(Aim.CODE, ANA, address=HERE)


@pytest.mark.parametrize(
    ('address', 'counts_as'),
    [
        ('192.0.2.1', '192.0.2.1'),
        ('::ffff:192.0.2.1', '192.0.2.1'),
        ('2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'),
        ('fe80::1%eth0', 'fe80::/64'),
        ('', ''),
        ('nonsense' * 20, ('nonsense' * 20)[:64]),
    ],
)
def test_the_addresses_of_one_customer_count_as_one(address: str, counts_as: str) -> None:
    assert network(address) == counts_as


@pytest.mark.parametrize(
    ('seconds', 'words'),
    [(1, '1 second'), (60, '60 seconds'), (61, '2 minutes'), (3600, '60 minutes'), (86_400, '24 hours')],
)
def test_a_wait_is_told_in_words_and_never_too_short(seconds: int, words: str) -> None:
    assert spoken(seconds) == words
