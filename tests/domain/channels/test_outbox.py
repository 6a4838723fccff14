"""The outbox against a slow, obvious model: random answers, outages and restarts."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.channels.live import Outbox
from domain.channels.model import Answered, Channel, Delivery, DeliveryState, Outcome
from domain.channels.telling import Due
from domain.common.severity import Severity
from tests.domain.channels.channels import outage, over, webhook
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application

ALERTS = ('one', 'two')
CRASH = 'sent, and killed before it was noted'
ANSWERS: dict[str, Answered | None] = {
    'taken': Answered(outcome=Outcome.DELIVERED, said='HTTP 204'),
    'error': Answered(outcome=Outcome.LATER, said='HTTP 500'),
    'hang': Answered(outcome=Outcome.LATER, said='no answer within 20 s'),
    'busy': Answered(outcome=Outcome.LATER, said='HTTP 429', code=429, retry_after_s=90.0),
    'wrong': Answered(outcome=Outcome.REFUSED, said='HTTP 400', code=400),
    'gone': Answered(outcome=Outcome.GONE, said='HTTP 410', code=410),
    CRASH: None,
}
STEPS = st.one_of(
    st.tuples(st.sampled_from(('raise', 'worse', 'clear')), st.sampled_from(ALERTS)),
    st.tuples(st.just('send'), st.sampled_from([*ANSWERS, 'error', 'taken', 'taken'])),
    st.tuples(st.just('wait'), st.sampled_from([1, 30, 400, 4000])),
    st.tuples(st.just('restart'), st.just('')),
)


@dataclass
class World:
    """An application that is killed and started again, two receivers, and what a person with a notebook would write down."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: Clock = field(default_factory=Clock)
    received: dict[str, list[str]] = field(default_factory=dict)
    """By channel: the keys in the order in which they came in."""
    announced: dict[str, list[tuple[str, News]]] = field(default_factory=dict)
    """By channel: what it should have been told while it was on."""
    open: dict[str, str] = field(default_factory=dict)
    heard: dict[str, set[str]] = field(default_factory=dict)
    """By alert that is open: the channels that were told."""

    async def start(self, stack: AsyncExitStack) -> None:
        """Begin, or begin again."""
        await stack.aclose()
        running = running_application(store=self.store, clock=self.clock, twice=False)
        self.application: RunningApplication = await stack.enter_async_context(running)

    def channels(self) -> list[Channel]:
        """Those that are on."""
        return [one for one in self.application.fleet[Channel].values() if one.enabled]

    async def happen(self, what: str, alert: str) -> None:
        """An alert is raised, gets worse or clears."""
        if what == 'clear':
            if alert in self.open:
                del self.open[alert]
                self.write_down(alert, News.CLEARED, only=self.heard.pop(alert))
            await over(self.application, alert)
            return
        severity = Severity.CRITICAL if what == 'worse' else Severity.MAJOR
        if alert not in self.open:
            self.open[alert] = severity
            self.heard[alert] = set()
            self.write_down(alert, News.RAISED)
        elif self.open[alert] == Severity.MAJOR and severity is Severity.CRITICAL:
            self.open[alert] = severity
            self.write_down(alert, News.WORSENED)
        await outage(self.application, alert, severity)

    def write_down(self, alert: str, news: News, only: set[str] | None = None) -> None:
        """What each channel has to be told."""
        for channel in self.channels():
            if only is None or channel.id in only:
                self.announced.setdefault(channel.id, []).append((alert, news))
                if only is None:
                    self.heard[alert].add(channel.id)

    async def send(self, answer: str, stack: AsyncExitStack) -> None:
        """Everything that is due is tried, with that answer; where the process is killed, the first alone."""
        for one in list(self.application.telling.due({})):
            answered = ANSWERS[answer]
            if answered is None:
                self.arrive(one)
                await self.start(stack)
                return
            if answered.outcome is Outcome.DELIVERED:
                self.arrive(one)
            await self.application.telling.record(one, answered, 0.1)

    def arrive(self, one: Due) -> None:
        """The receiver has it."""
        self.received.setdefault(one.channel.id, []).append(one.delivery.id)


def told(delivery: Delivery) -> tuple[str, News]:
    """As the notebook has it."""
    return delivery.announcement.problem.rpartition(' ')[2], delivery.announcement.news


async def played(steps: list[tuple[str, Any]]) -> World:
    """The world after these steps, when everything answers again and a day has passed."""
    world = World()
    async with AsyncExitStack() as stack:
        await world.start(stack)
        for name in ('A', 'B'):
            await webhook(world.application, name)
        for step, detail in steps:
            if step == 'send':
                await world.send(detail, stack)
            elif step == 'wait':
                world.clock.tick(detail)
            elif step == 'restart':
                await world.start(stack)
            else:
                await world.happen(step, detail)
        for alert in ALERTS:
            await world.happen('clear', alert)
        for _ in range(60):
            world.clock.tick(30_000 if len(world.application.fleet.index(Outbox)) else 0)
            await world.send('taken', stack)
        assert len(world.application.fleet.index(Outbox)) == 0
        left = {one.alert for one in world.application.fleet[Delivery].values()}
        assert left <= world.application.fleet[Alert].keys(), 'a conversation that is over leaves the picture'
    return world


@example([('raise', 'one'), ('send', 'error'), ('clear', 'one'), ('send', 'taken')])
@example([('raise', 'one'), ('send', CRASH), ('worse', 'one'), ('send', 'gone'), ('clear', 'one')])
@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_each_announcement_arrives_at_least_once_unless_it_was_refused_for_good(steps: list[tuple[str, Any]]) -> None:
    world = asyncio.run(played(steps))
    rows: list[Delivery] = list(world.store.rows.get(Delivery, {}).values())
    for channel in world.store.rows[Channel]:
        mine = [row for row in rows if row.channel == channel and row.announcement.object_kind != 'channel']
        received = world.received.get(channel, [])
        assert [told(row) for row in mine] == world.announced.get(channel, []), 'nothing is forgotten, nothing added'
        for row in mine:
            assert row.state is not DeliveryState.WAITING
            assert row.id in received or row.state is not DeliveryState.DELIVERED
        firsts = [key for key in dict.fromkeys(received) if key in {row.id for row in mine}]
        for alert in {row.alert for row in mine}:
            of_alert = [row.id for row in mine if row.alert == alert]
            came = [key for key in firsts if key in of_alert]
            assert came == sorted(came), 'in the order of the announcements'
            recovery = next((row for row in mine if row.alert == alert and row.announcement.is_over), None)
            assert recovery is None or recovery.id not in came or came[0] != recovery.id, 'no recovery comes alone'


async def test_a_clock_that_is_set_back_keeps_no_message_for_longer() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application)
        _set_back(application)
        (first,) = application.telling.due({})
        await application.telling.record(first, Answered(outcome=Outcome.LATER, said='HTTP 500'), 0.1)
        (waiting,) = application.fleet[Delivery].values()
        _set_back(application)
        assert list(application.telling.due({})) == []
        application.clock.tick(waiting.next_at - (waiting.tried_at or 0.0))
        assert [one.delivery.id for one in application.telling.due({})] == [waiting.id]


async def test_a_clock_that_is_set_back_holds_no_channel_for_longer() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application)
        (first,) = application.telling.due({})
        busy = Answered(outcome=Outcome.LATER, said='HTTP 429', code=429, retry_after_s=90.0)
        await application.telling.record(first, busy, 0.1)
        await outage(application, 'two')
        _set_back(application)
        assert list(application.telling.due({})) == []
        application.clock.tick(90)
        assert {told(one.delivery)[0] for one in application.telling.due({})} == {'one', 'two'}


def _set_back(application: RunningApplication) -> None:
    application.clock.tick(1)
    application.clock.step(-3600)
    application.fleets.watch.look()
