"""The next process counts on from what this one has watched, however the clock was set."""

import pytest

from domain.common.errors import Unavailable
from domain.devices.unwatched.events import TimeUnwatched
from domain.devices.unwatched.keeping import known_gaps
from domain.journal.model import Entry
from tests.domain.channels.channels import outage
from tests.domain.oncall.desk import mail, person, policy, route, step, told
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application


async def _ann_is_called(application: RunningApplication) -> str:
    """The id of a device that checks in; Ann is called for an alert and has five minutes."""
    for name in ('ann', 'bob'):
        await person(application, name)
    await mail(application)
    made = await policy(application, step('ann'), step('bob'))
    await route(application, policy=made.id)
    await outage(application)
    assert _called(application) == ['ann']
    return (await application.device()).id


async def _minutes(application: RunningApplication, device: str, count: int) -> None:
    for _ in range(count):
        application.clock.tick(60)
        await application.check_in(device)
        await application.presence.expire()
        await application.on_call.go_on(application.enterprise)


def _called(application: RunningApplication) -> list[str]:
    return [who for who, _ in told(application)]


def _kept(store: MemoryStore) -> list[Entry]:
    return [one.entry for one in store.journal.get('installation', []) if isinstance(one.entry, TimeUnwatched)]


@pytest.mark.parametrize('set_by_s', [-3600.0, 3600.0])
async def test_a_restart_after_the_clock_was_set_calls_the_next_one_when_the_wait_is_over(set_by_s: float) -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        device = await _ann_is_called(application)
        await _minutes(application, device, 1)
        clock.step(set_by_s)
        await _minutes(application, device, 1)
    async with running_application(store=store, clock=clock) as application:
        await _minutes(application, device, 2)
        assert _called(application) == ['ann']
        await _minutes(application, device, 1)
        assert _called(application) == ['ann', 'bob']


async def test_the_second_restart_remembers_how_long_the_server_was_away_before_the_first() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        device = await _ann_is_called(application)
        await _minutes(application, device, 1)
    clock.tick(1800)
    async with running_application(store=store, clock=clock) as application:
        await _minutes(application, device, 1)
    async with running_application(store=store, clock=clock) as application:
        await _minutes(application, device, 2)
        assert _called(application) == ['ann']
        await _minutes(application, device, 1)
        assert _called(application) == ['ann', 'bob']


async def test_a_step_that_was_the_last_thing_before_a_restart_is_no_older_than_it_is() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        await application.check_in((await application.device()).id)
        clock.tick(1)
        clock.step(-3600)
        await application.presence.expire()
        clock.tick(1)
        await _ann_is_called(application)
    clock.tick(1800)
    async with running_application(store=store, clock=clock) as application:
        await application.on_call.go_on(application.enterprise)
        assert _called(application) == ['ann']


async def test_what_the_store_did_not_take_is_kept_when_it_answers_again() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        clock.step(3600)
        store.failure = OSError('disk full')
        with pytest.raises(Unavailable):
            await application.presence.expire()
        assert _kept(store) == []
        await application.store_answers_again()
        await application.presence.expire()
        assert not application.fleets.watch.is_blind
    assert [gap.unseen_s for gap in await known_gaps(store)] == [3600]


async def test_what_was_kept_twice_counts_once() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        clock.step(-600)
        await application.presence.expire()
        (entry,) = _kept(store)
        await application.transactor.transact(lambda tx: tx.note(entry))
    assert [gap.unseen_s for gap in await known_gaps(store)] == [-600]


async def test_time_that_was_watched_is_not_worth_an_entry() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        clock.tick(600)
        await application.presence.expire()
    assert _kept(store) == []
