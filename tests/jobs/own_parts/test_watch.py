"""Which part is behind, and since when."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.common.errors import Unavailable
from domain.common.own_parts import OwnPart
from jobs.own_parts.watch import FAIR_AFTER_S, PATIENCE_S, WELL_FOR_S, OwnPartsWatch
from tests.fakes import RunningApplication, running_application
from tests.jobs.own_parts.parts import Lags


class Watched:
    """A watch that looks every second of the test's clock."""

    def __init__(self, application: RunningApplication) -> None:
        self.application, self.lags = application, Lags()
        self.watch = OwnPartsWatch(
            transactor=application.transactor,
            probe=self.probe,
            lags={part: lambda part=part: self.lags.of(part) for part in self.lags.seconds},  # type: ignore[misc]
            steady=application.clock.steady,
        )
        self.watch.open()

    async def probe(self) -> None:
        """As the store does."""
        if self.application.store.failure is not None:
            raise self.application.store.failure

    async def passed(self, seconds: float) -> None:
        """Look once a second for so long."""
        for _ in range(round(seconds)):
            self.application.clock.tick(1)
            self.watch.look()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    @property
    def behind(self) -> list[OwnPart]:
        """What pages are told."""
        return [one.part for one in self.application.fleets.own_parts.behind]


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    async with running_application() as application:
        watched = Watched(application)
        await watched.passed(3)
        yield watched
        await watched.watch.close()


async def test_all_turn(watched: Watched) -> None:
    assert watched.application.fleets.own_parts.all_turn


async def test_nothing_is_known_before_the_poller_has_turned(watched: Watched) -> None:
    watched.lags.seconds[OwnPart.POLLER] = None
    await watched.passed(1)
    assert not watched.application.fleets.own_parts.is_known


async def test_a_notifier_that_stands_is_behind_since_it_stood(watched: Watched) -> None:
    stood_at = watched.application.clock()
    for second in range(30):
        watched.lags.seconds[OwnPart.NOTIFIER] = second + 1.0
        await watched.passed(1)
        assert watched.behind == ([OwnPart.NOTIFIER] if second + 1 >= PATIENCE_S[OwnPart.NOTIFIER] else [])
    (one,) = watched.application.fleets.own_parts.behind
    assert one.since == stood_at
    assert one.because == 'notifier stands'


async def test_a_part_that_comes_and_goes_is_behind_until_it_turns_for_a_while(watched: Watched) -> None:
    for lag in (99.0, 0.0, 99.0, 0.0):
        watched.lags.seconds[OwnPart.POLLER] = lag
        await watched.passed(2)
        assert watched.behind == [OwnPart.POLLER]
    await watched.passed(WELL_FOR_S)
    assert watched.behind == []


async def test_a_database_that_keeps_nothing_is_behind_in_its_own_words(watched: Watched) -> None:
    watched.application.store.failure = Unavailable('the disk is full')
    await watched.passed(PATIENCE_S[OwnPart.DATABASE] + 2)
    (one,) = watched.application.fleets.own_parts.behind
    assert (one.part, one.because) == (OwnPart.DATABASE, 'the disk is full')
    watched.application.store.failure = None
    await watched.passed(WELL_FOR_S + 3)
    assert watched.behind == []


async def test_a_process_that_was_stopped_judges_nothing_for_a_while(watched: Watched) -> None:
    watched.application.clock.tick(120)
    watched.lags.seconds[OwnPart.POLLER] = 120.0
    watched.watch.look()
    assert watched.behind == []
    watched.lags.seconds[OwnPart.POLLER] = 0.0
    await watched.passed(FAIR_AFTER_S + 2)
    assert watched.behind == []
