"""Windows follow the events of a calendar, whatever it says, people do and time does."""

import random

import pytest

from domain.common.feeds import FeedAnswer, FeedEvent, FeedOutcome
from tests.domain.maintenance.calendars.test_service import (
    HOUR,
    answered,
    connected,
    event,
    full_minute,
    is_planned,
    pass_hours,
    reads,
    windows,
)
from tests.domain.towers.test_service import TCP, answer, tower
from tests.fakes import running_application


async def test_what_was_begun_early_keeps_its_end_and_what_was_ended_comes_when_it_is_to_come_again() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        now = full_minute(application)
        await connected(application, event('1', now + 4 * HOUR, 1))
        row = windows(application)[0]
        await application.maintenance.begin(application.actor, row.id, row.version)
        await reads(application, event('1', now + 6 * HOUR, 1))
        assert windows(application)[0].until == now + HOUR
        await pass_hours(application, 6)
        assert not is_planned(application, mast), 'it took place early'
        await reads(application, event('1', now + 8 * HOUR, 2))
        await pass_hours(application, 2)
        assert is_planned(application, mast)
        row = windows(application)[0]
        await application.maintenance.end(application.actor, row.id, row.version)
        await reads(application, event('1', now + 8 * HOUR, 3))
        await pass_hours(application, 0.5)
        await reads(application, event('1', now + 8.25 * HOUR, 3))
        assert not is_planned(application, mast), 'it was ended by a person'


async def test_what_was_begun_and_ended_early_comes_when_it_is_planned_anew() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        now = full_minute(application)
        await connected(application, event('1', now + 4 * HOUR, 1))
        row = windows(application)[0]
        row = await application.maintenance.begin(application.actor, row.id, row.version)
        await application.maintenance.end(application.actor, row.id, row.version)
        await reads(application, event('1', now + 2 * HOUR, 1))
        await pass_hours(application, 2)
        assert is_planned(application, mast)


@pytest.mark.parametrize('seed', range(30))
async def test_it_agrees_with_the_slow_model(seed: int) -> None:
    """Whatever a calendar says and time does, the tower is planned exactly while an event of the last reading lasts."""
    chance = random.Random(seed)
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        full_minute(application)
        await connected(application)
        said: dict[str, FeedEvent] = {}
        for _ in range(40):
            match chance.choice(('read', 'wait', 'wait', 'fail')):
                case 'read':
                    key = str(chance.randrange(3))
                    if key in said and chance.random() < 0.4:
                        del said[key]
                    else:
                        begin = application.clock() // 60 * 60 + chance.randrange(-3, 6) * 1800
                        said[key] = event(key, begin, chance.randrange(1, 5) / 2)
                    await reads(application, *sorted(said.values(), key=lambda one: one.starts_at))
                case 'wait':
                    await pass_hours(application, chance.choice((0.25, 0.5, 1)))
                case _:
                    await answered(application, FeedAnswer(outcome=FeedOutcome.FAILED, said='HTTP 500'))
            await pass_hours(application, 0)
            now = application.clock()
            lasts = any(one.starts_at <= now < one.ends_at for one in said.values())
            assert is_planned(application, mast) is lasts, (now, said)
