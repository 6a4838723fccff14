"""What a channel does not deliver falls to the one behind it: in a chain, once, and never in a circle."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts.announcements import News
from domain.channels.events import AlertPassedOn
from domain.channels.input import NewChannel
from domain.channels.model import Answered, Attempt, Channel, Delivery, DeliveryState, Outcome
from domain.common.errors import Conflict, Invalid
from domain.common.severity import Severity
from tests.domain.channels.channels import URL, outage, over, webhook
from tests.fakes import RunningApplication, running_application

TAKEN = Answered(outcome=Outcome.DELIVERED, said='HTTP 204')
BUSY = Answered(outcome=Outcome.LATER, said='HTTP 503', code=503)
WRONG = Answered(outcome=Outcome.REFUSED, said='HTTP 400', code=400)
GONE = Answered(outcome=Outcome.GONE, said='HTTP 410', code=410)


async def chained(application: RunningApplication, *names: str, **more: Any) -> list[Channel]:
    """Channels, each behind the one before it; the first alone hears of alerts by itself."""
    made: list[Channel] = []
    for name in reversed(names):
        behind = made[0].id if made else ''
        least = Severity.WARNING if name == names[0] else Severity.CRITICAL
        channel, _ = await webhook(application, name, next_channel=behind, least_severity=least, **more)
        made.insert(0, channel)
    return made


async def send(application: RunningApplication, **answers: Answered) -> list[tuple[str, News]]:
    """Everything that is due is tried, with the answer of its channel; what was taken."""
    taken = []
    for one in list(application.telling.due({})):
        answered = answers.get(one.channel.name, TAKEN)
        if answered.outcome is Outcome.DELIVERED:
            taken.append((one.channel.name, one.delivery.announcement.news))
        await application.telling.record(one, answered, 0.1)
    await application.telling.fall_overdue()
    return taken


def rows(application: RunningApplication, kind: type[Any], channel: Channel) -> list[Any]:
    """All that was ever stored of a kind, of a channel."""
    return [row for row in application.store.rows.get(kind, {}).values() if row.channel == channel.id]


async def test_what_is_refused_for_good_is_told_on_the_next_channel_under_the_same_key() -> None:
    async with running_application() as application:
        first, second = await chained(application, 'first', 'second')
        await outage(application)
        await send(application, first=WRONG)
        (lost,) = rows(application, Delivery, first)
        (instead,) = [one for one in rows(application, Delivery, second) if one.fell_from]
        assert (lost.state, instead.key, instead.fell_from) == (DeliveryState.REFUSED, lost.id, first.id)
        log = rows(application, Attempt, first)[-1]
        assert (log.outcome, log.said) == (Outcome.PASSED_ON, 'HTTP 400; told on second instead')
        assert [entry.to for entry in application.entries(AlertPassedOn)] == ['second']


async def test_without_success_it_falls_after_the_minutes_that_were_set_and_is_tried_on() -> None:
    async with running_application() as application:
        await chained(application, 'first', 'second', next_after_min=10)
        await outage(application)
        await send(application, first=BUSY)
        application.clock.tick(599)
        assert await send(application, first=BUSY) == []
        application.clock.tick(1)
        await send(application, first=BUSY)
        assert ('second', News.RAISED) in await send(application, first=BUSY)
        application.clock.tick(3600)
        assert ('first', News.RAISED) in await send(application)
        await over(application)
        assert set(await send(application)) >= {('first', News.CLEARED), ('second', News.CLEARED)}


async def test_it_falls_after_as_many_minutes_when_the_clock_is_set_back_meanwhile() -> None:
    async with running_application() as application:
        _, second = await chained(application, 'first', 'second', next_after_min=10)
        await outage(application)
        await send(application, first=BUSY)
        application.clock.tick(60)
        application.clock.step(-3600)
        application.fleets.watch.look()
        for wait, fallen in ((539, 0), (1, 1)):
            application.clock.tick(wait)
            await application.telling.fall_overdue()
            assert len(rows(application, Delivery, second)) == fallen


async def test_what_waits_for_its_turn_on_a_channel_that_is_well_does_not_fall() -> None:
    async with running_application() as application:
        _, second = await chained(application, 'first', 'second')
        await outage(application)
        application.clock.tick(3600)
        await application.telling.fall_overdue()
        assert rows(application, Delivery, second) == []


async def test_a_recovery_goes_where_the_alert_fell_to() -> None:
    async with running_application() as application:
        first, _ = await chained(application, 'first', 'second')
        await outage(application)
        await send(application, first=WRONG)
        assert ('second', News.RAISED) in await send(application)
        await over(application)
        taken = await send(application)
        assert [one for one in taken if one[1] is News.CLEARED].count(('second', News.CLEARED)) >= 1
        states = [one.state for one in rows(application, Delivery, first) if one.announcement.is_over]
        assert DeliveryState.SKIPPED in states


async def test_a_channel_whose_receiver_is_gone_is_stood_in_for() -> None:
    async with running_application() as application:
        first, _ = await chained(application, 'first', 'second')
        await outage(application)
        await send(application, first=GONE)
        await send(application)
        await outage(application, 'two')
        assert ('second', News.RAISED) in await send(application)
        assert len(rows(application, Delivery, first)) == 1


async def test_one_that_is_off_is_passed_over() -> None:
    async with running_application() as application:
        _, _, third = await chained(application, 'first', 'second', 'third')
        second = next(one for one in application.fleet[Channel].values() if one.name == 'second')
        off = NewChannel(
            name='second', kind='webhook', settings={'url': URL}, next_channel=second.next_channel, enabled=False
        )
        await application.channels.change(application.actor, second.id, second.version, off)
        await outage(application)
        await send(application, first=WRONG)
        assert [one.fell_from for one in rows(application, Delivery, third) if one.fell_from]


async def test_that_a_channel_fails_never_falls_to_that_channel() -> None:
    async with running_application() as application:
        first, _ = await chained(application, 'first', 'second')
        await outage(application)
        for _ in range(4):
            await send(application, first=WRONG, second=WRONG)
        about = [one for one in rows(application, Delivery, first) if one.announcement.object_id == first.id]
        assert about == []


async def test_the_one_behind_hears_that_a_channel_fails_whatever_it_tells_of_by_itself() -> None:
    async with running_application() as application:
        first, second = await chained(application, 'first', 'second')
        await outage(application)
        await send(application, first=WRONG)
        assert first.id in {one.announcement.object_id for one in rows(application, Delivery, second)}


async def test_no_circles() -> None:
    async with running_application() as application:
        first, _, third = await chained(application, 'first', 'second', 'third')
        round_about = NewChannel(name='third', kind='webhook', settings={'url': URL}, next_channel=first.id)
        with pytest.raises(Conflict, match='first would lead back to this channel') as refused:
            await application.channels.change(application.actor, third.id, third.version, round_about)
        assert refused.value.field == 'next_channel'
        with pytest.raises(Invalid, match='no channel that is there'):
            await webhook(application, 'fourth', next_channel='nowhere')


async def test_a_removed_one_is_closed_up() -> None:
    async with running_application() as application:
        first, second, third = await chained(application, 'first', 'second', 'third')
        await application.channels.retire(application.actor, second.id, second.version)
        assert application.fleet[Channel][first.id].next_channel == third.id


ANSWERS = st.sampled_from([TAKEN, BUSY, WRONG])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(ANSWERS, ANSWERS, st.sampled_from([1, 400, 4000])), max_size=12))
async def test_an_alert_arrives_on_the_last_of_a_chain_whatever_the_others_answer(
    steps: list[tuple[Answered, Answered, int]],
) -> None:
    async with running_application() as application:
        _, _, third = await chained(application, 'first', 'second', 'third')
        await outage(application)
        taken: set[str] = set()
        for first, second, wait in steps:
            taken |= {name for name, news in await send(application, first=first, second=second)}
            application.clock.tick(wait)
        for _ in range(6):
            taken |= {name for name, _ in await send(application, first=BUSY, second=BUSY)}
            application.clock.tick(4000)
        assert taken
        alert = [one for one in rows(application, Delivery, third) if one.announcement.object_kind != 'channel']
        assert len({one.announcement.at for one in alert}) == len(alert), 'none is told twice there'
