"""One turn: pages, channels and outside checks hear of a part that is behind, and of the poller an alert is raised, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.alerts.events import AlertRaised
from domain.alerts.model import Alert
from domain.common.own_parts import OwnPart
from domain.towers.input import NewTower
from jobs.own_parts.heartbeats import Heartbeats
from jobs.own_parts.keeping import OwnPartsKeeping
from jobs.own_parts.messages import OwnMessages
from jobs.own_parts.watch import PATIENCE_S, WELL_FOR_S, OwnPartsWatch
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.jobs.own_parts.parts import Lags, own_sender


class Kept:
    """An application whose own parts are looked at each second of the test's clock."""

    def __init__(self, application: RunningApplication) -> None:
        self.application, self.lags = application, Lags()
        fleets, telling, sender = application.fleets, application.telling, own_sender(application)
        self.keeping = OwnPartsKeeping(
            watch=OwnPartsWatch(
                transactor=application.transactor,
                probe=application.store.probe,
                lags={part: lambda part=part: self.lags.of(part) for part in self.lags.seconds},  # type: ignore[misc]
                steady=application.clock.steady,
            ),
            messages=OwnMessages(
                fleets=fleets, telling=telling, send=sender.attempt, file=None, clock=application.clock
            ),
            heartbeats=Heartbeats(fleets=fleets, telling=telling, send=sender.attempt, steady=application.clock.steady),
            towers=application.towers,
            fleets=fleets,
            sender=sender,
        )

    async def passed(self, seconds: float) -> None:
        """Look once a second for so long."""
        for _ in range(round(seconds)):
            self.application.clock.tick(1)
            await self.keeping.look()
            for _ in range(5):  # the trial write of the database goes on meanwhile
                await asyncio.sleep(0)

    @property
    def alerts(self) -> list[str]:
        """The problems that are open."""
        return [alert.problem for alert in self.application.fleet[Alert].values()]


@asynccontextmanager
async def kept(store: MemoryStore | None = None, clock: Clock | None = None) -> AsyncIterator[Kept]:
    """A process from its start to its end."""
    async with running_application(store=store, clock=clock) as application:
        one = Kept(application)
        one.keeping.open()
        try:
            yield one
        finally:
            await one.keeping.close()


async def test_a_poller_that_is_behind_is_one_alert_until_it_keeps_up_over_restarts() -> None:
    async with kept() as first:
        application = first.application
        await application.towers.add(application.actor, NewTower(name='Hub'))
        first.lags.seconds[OwnPart.POLLER] = PATIENCE_S[OwnPart.POLLER]
        await first.passed(10)
        assert first.alerts == ['The poller is behind']
        async with kept(application.store, application.clock) as second:
            second.lags.seconds[OwnPart.POLLER] = None  # it has not turned yet
            await second.passed(10)
            assert second.alerts == ['The poller is behind'], 'nothing is known yet'
            second.lags.seconds[OwnPart.POLLER] = 99.0
            await second.passed(10)
            assert second.alerts == ['The poller is behind']
            second.lags.seconds[OwnPart.POLLER] = 0.0
            await second.passed(WELL_FOR_S + 3)
            assert second.alerts == []
            assert len(second.application.entries(AlertRaised)) <= 1


async def test_an_enterprise_without_towers_has_no_alert_of_the_poller() -> None:
    async with kept() as one:
        one.lags.seconds[OwnPart.POLLER] = 99.0
        await one.passed(10)
        assert one.alerts == []
