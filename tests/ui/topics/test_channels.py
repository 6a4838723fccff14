"""Channels and what was sent on them, as open pages follow it."""

from dataclasses import replace
from typing import Any

from domain.alerts.model import Alert
from domain.channels.model import Answered, Attempt, Channel, ChannelHealth, Delivery, Outcome
from tests.domain.channels.channels import outage, over, webhook
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News
from ui.sentences.alerts import problem_of
from ui.topics.channels import ChannelsTopic, TellingsTopic


def parts(application: RunningApplication, **query: str) -> dict[str, Any]:
    return {'fleet': application.fleet, 'store': application.store, 'clock': application.clock, 'query': query}


def news(application: RunningApplication) -> News:
    kinds = (Channel, ChannelHealth, Delivery, Attempt)
    return News(ids={kind: set(application.store.rows.get(kind, {})) for kind in kinds})


def moved(topic: ChannelsTopic | TellingsTopic, application: RunningApplication) -> dict[str, Any] | None:
    """What the next flush tells; a list that was costly to look at would else be left out of it."""
    topic._look_after = 0.0
    return topic.patch(news(application))


async def answer(application: RunningApplication, outcome: Outcome, said: str) -> None:
    """Everything that is due is tried, with that answer."""
    for one in list(application.telling.due({})):
        await application.telling.record(one, Answered(outcome=outcome, said=said), 0.012)


async def test_what_is_sent_while_the_page_is_open_is_what_a_reload_shows() -> None:
    async with running_application() as application:
        await webhook(application)
        topic = TellingsTopic(**parts(application))
        await topic.open()
        assert topic.full()['rows'] == []
        await outage(application)
        moved(topic, application)
        ((queued),) = topic.full()['rows']
        assert (queued['state'], queued['name'], queued['news']) == ('queued', 'desk', 'Alert raised')
        await answer(application, Outcome.LATER, 'HTTP 503')
        assert moved(topic, application) is not None
        (later,) = topic.full()['rows']
        (delivery,) = application.fleet[Delivery].values()
        assert (later['state'], later['said'], later['took_ms']) == ('later', 'HTTP 503', 12)
        assert later['again_at'] == delivery.next_at
        application.clock.tick(delivery.next_at - application.clock())
        await answer(application, Outcome.DELIVERED, 'HTTP 204')
        moved(topic, application)
        assert [(row['state'], row['again_at']) for row in topic.full()['rows']] == [
            ('delivered', None),
            ('later', None),
        ]
        reloaded = TellingsTopic(**parts(application))
        await reloaded.open()
        assert reloaded.full() == topic.full()


async def test_a_log_is_of_one_alert_or_one_channel() -> None:
    async with running_application() as application:
        night, _ = await webhook(application, 'night')
        await webhook(application, 'day', 'https://example.com/day')
        await outage(application, 'one')
        await outage(application, 'two')
        await answer(application, Outcome.DELIVERED, 'HTTP 204')
        first = min(application.fleet[Alert])

        def seen(**query: str) -> set[tuple[str, str]]:
            return {(row['name'], row['alert']) for row in TellingsTopic(**parts(application, **query)).full()['rows']}

        assert len(seen()) == 4
        assert seen(alert=first) == {('night', first), ('day', first)}
        assert seen(channel=night.id) == {('night', alert) for alert in application.fleet[Alert]}


async def test_each_attempt_names_the_alert_it_told_of_when_that_is_long_over_too() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application)
        await answer(application, Outcome.DELIVERED, 'HTTP 204')
        await over(application)
        await answer(application, Outcome.DELIVERED, 'HTTP 204')
        (alert,) = application.store.rows[Alert].values()
        assert not alert.is_open

        async def named() -> list[tuple[str, str, str]]:
            topic = TellingsTopic(**parts(application))
            await topic.open()
            return [(row['news'], row['problem'], row['alert']) for row in topic.full()['rows']]

        told = [('Alert cleared', alert.problem, alert.id), ('Alert raised', alert.problem, alert.id)]
        assert await named() == told
        for one in list(application.store.rows[Attempt].values()):
            older = replace(one, problem='')
            await application.transactor.transact(lambda tx, older=older: tx.put(older))  # type: ignore[misc]
        assert [row[1] for row in await named()] == [problem_of(alert)] * 2, 'of an earlier release'


async def test_a_channel_says_how_it_fares() -> None:
    async with running_application() as application:
        channel, _ = await webhook(application)
        topic = ChannelsTopic(**parts(application))
        (row,) = topic.full()['rows']
        assert (row['state'], row['said'], row['tried_at']) == ('untried', 'Nothing was sent yet.', None)
        await application.channels.test(application.actor, channel.id)
        await answer(application, Outcome.LATER, 'HTTP 503')
        patch = moved(topic, application)
        assert patch is not None
        (after,) = patch['rows']
        assert (after['state'], after['said']) == ('failing', 'HTTP 503')
        assert after['failing_since'] == after['tried_at'] == application.clock()


async def test_a_channel_that_is_gone_says_when_it_was_tried() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application)
        await answer(application, Outcome.GONE, 'HTTP 410')
        (row,) = ChannelsTopic(**parts(application)).full()['rows']
        assert (row['state'], row['tried_at']) == ('gone', application.clock())


async def test_nothing_is_looked_at_while_nothing_is_sent() -> None:
    async with running_application() as application:
        await webhook(application)
        await outage(application)
        for topic in (ChannelsTopic(**parts(application)), TellingsTopic(**parts(application))):
            topic.full()
            assert topic.patch(News(ids={Alert: set(application.fleet[Alert])})) is None
