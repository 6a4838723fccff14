"""Alerts on their way to real receivers on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network
from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.channels.events import AlertNotDelivered, ChannelSwitchedOff
from domain.channels.kinds import KINDS, heartbeat
from domain.channels.kinds.kind import Dispatch, HttpMessage
from domain.channels.model import Attempt, Channel, Delivery, DeliveryState, Outcome
from domain.channels.retries import ALARM_S, GIVE_UP_S
from domain.common.severity import Severity
from jobs.notifications.http import HttpTransport
from jobs.notifications.sender import Sender
from jobs.notifications.unreached import LOGIN_REFUSED
from jobs.polling.addresses import Targets
from tests.domain.channels.channels import outage, over, webhook
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.jobs.loopback import eventually
from tests.jobs.notifications.receiver import receiving

LOOPBACK = (ip_network('127.0.0.0/8'),)


@dataclass(slots=True)
class Desk:
    """An application that sends, and the channels that a test sets up."""

    application: RunningApplication
    sender: Sender

    async def channel(self, url: str, name: str = 'desk', **more: Any) -> tuple[Channel, str]:
        """A webhook; the channel and its secret."""
        return await webhook(self.application, name, url, **more)

    async def outage(self, on: str = 'one', severity: Severity = Severity.MAJOR) -> None:
        """An alert; again: it is worse."""
        await outage(self.application, on, severity)

    async def over(self, on: str = 'one') -> None:
        """Its cause is gone."""
        await over(self.application, on)

    def attempts(self, channel: Channel) -> list[Attempt]:
        """The log of a channel, oldest first."""
        rows = self.application.store.rows.get(Attempt, {}).values()
        return [row for row in rows if row.channel == channel.id]

    def deliveries(self, channel: Channel) -> list[Delivery]:
        """All that was ever to be told there."""
        rows = self.application.store.rows.get(Delivery, {}).values()
        return [row for row in rows if row.channel == channel.id]

    def has_tried(self, channel: Channel, times: int) -> bool:
        """True after so many attempts."""
        return len(self.attempts(channel)) == times

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for it."""
        await eventually(condition, 20)

    async def passed(self, seconds: float) -> None:
        """So much time is over, and the sender looks."""
        self.application.clock.tick(seconds)
        await self.sender.tick()


@asynccontextmanager
async def sending(
    store: MemoryStore | None = None, clock: Clock | None = None, within_s: float = 5
) -> AsyncIterator[Desk]:
    """An application whose messages go out, to this machine too."""
    async with running_application(store=store, clock=clock) as application:
        http = HttpTransport(targets=Targets(allow=LOOPBACK, threads=2), clock=application.clock)
        sender = Sender(
            transactor=application.transactor,
            telling=application.telling,
            transports={HttpMessage: http},
            within_s=within_s,
        )
        sender.open()
        await sender.tick()
        try:
            yield Desk(application, sender)
        finally:
            await sender.close()


async def test_an_alert_and_its_recovery_arrive_signed_and_in_order() -> None:
    async with receiving() as receiver, sending() as desk:
        channel, secret = await desk.channel(receiver.url)
        await desk.outage()
        await receiver.until(1)
        await desk.over()
        raised, cleared = await receiver.until(2)
        assert raised.is_signed_with(secret)
        assert cleared.is_signed_with(secret)
        alert = next(iter(desk.application.store.rows[Alert].values()))
        assert [one.json['type'] for one in (raised, cleared)] == ['alert.raised', 'alert.cleared']
        assert {one.json['data']['alert_id'] for one in (raised, cleared)} == {alert.id}
        await desk.until(lambda: not desk.application.fleet[Delivery])
        assert [one.outcome for one in desk.attempts(channel)] == [Outcome.DELIVERED, Outcome.DELIVERED]


async def test_worse_is_told_again_and_a_quiet_channel_hears_of_it_first_then() -> None:
    async with receiving() as all_of_it, receiving() as worst, sending() as desk:
        await desk.channel(all_of_it.url)
        await desk.channel(worst.url, 'worst', least_severity=Severity.CRITICAL)
        await desk.outage()
        await all_of_it.until(1)
        await desk.outage(severity=Severity.CRITICAL)
        assert [one.json['type'] for one in await all_of_it.until(2)] == ['alert.raised', 'alert.worsened']
        assert [one.json['type'] for one in await worst.until(1)] == ['alert.worsened']
        await desk.over()
        await all_of_it.until(3)
        await worst.until(2)


async def test_a_recovery_goes_only_where_the_alert_went() -> None:
    async with receiving() as early, receiving() as late, sending() as desk:
        await desk.channel(early.url)
        await desk.outage()
        await early.until(1)
        await desk.channel(late.url, 'late')
        await desk.over()
        await early.until(2)
        await desk.outage('two')
        await late.until(1)
        assert [one.json['type'] for one in late.got] == ['alert.raised']


async def test_what_fails_is_sent_again_with_the_same_key_after_a_while() -> None:
    async with receiving() as receiver, sending() as desk:
        channel, _ = await desk.channel(receiver.url)
        receiver.answers = [(500, {}, b'oops'), (503, {}, b'')]
        await desk.outage()
        for tries in (1, 2):
            await desk.until(partial(desk.has_tried, channel, tries))
            await desk.sender.tick()
            assert len(receiver.got) == tries, 'not before its time'
            await desk.passed(20)
        await receiver.until(3)
        assert len({one.key for one in receiver.got}) == 1
        await desk.until(lambda: len(desk.attempts(channel)) == 3)
        assert [one.said for one in desk.attempts(channel)][:2] == ['HTTP 500: oops', 'HTTP 503']


async def test_a_receiver_may_ask_for_patience() -> None:
    async with receiving() as receiver, sending() as desk:
        channel, _ = await desk.channel(receiver.url)
        receiver.answers = [(429, {'retry-after': '120'}, b'')]
        await desk.outage('one')
        await desk.until(lambda: desk.attempts(channel))
        await desk.outage('two')
        await desk.passed(100)
        assert len(receiver.got) == 1, 'nothing at all is sent meanwhile'
        await desk.passed(21)
        await receiver.until(3)


async def test_a_receiver_that_is_gone_switches_its_channel_off_and_the_others_hear_of_it() -> None:
    async with receiving() as gone, receiving() as other, sending() as desk:
        channel, _ = await desk.channel(gone.url, 'gone')
        await desk.channel(other.url, 'other')
        gone.usual = (410, {}, b'moved out')
        await desk.outage()
        told = await other.until(2)
        assert told[1].json['data']['problem'] == 'Channel gone does not deliver'
        off = desk.application.fleet[Channel][channel.id]
        assert (off.enabled, off.disabled_because) == (False, 'HTTP 410: moved out')
        assert len(desk.application.entries(ChannelSwitchedOff)) == 1
        await desk.outage('two')
        await other.until(3)
        assert len(gone.got) == 1


async def test_what_a_channel_cannot_deliver_arrives_on_the_next_one_under_the_same_key() -> None:
    async with receiving() as first, receiving() as behind, sending() as desk:
        second, _ = await desk.channel(behind.url, 'behind', least_severity=Severity.CRITICAL)
        channel, _ = await desk.channel(first.url, next_channel=second.id, next_after_min=5)
        first.usual = (503, {}, b'')
        await desk.outage()
        await desk.until(lambda: desk.attempts(channel))
        await desk.passed(300)
        (instead,) = await behind.until(1)
        assert instead.key == first.got[0].key
        (log,) = [one for one in desk.attempts(channel) if one.outcome is Outcome.PASSED_ON]
        assert log.said == 'not delivered within 5 min; told on behind instead'


@pytest.mark.parametrize(
    ('answer', 'state'),
    [((400, {}, b'no such field'), DeliveryState.REFUSED), ((302, {'location': 'http://127.0.0.1:1/'}, b''), None)],
    ids=['the message is wrong', 'a redirect is not followed'],
)
async def test_what_is_final_and_what_is_not(answer: Any, state: DeliveryState | None) -> None:
    async with receiving() as receiver, sending() as desk:
        channel, _ = await desk.channel(receiver.url)
        receiver.answers = [answer]
        await desk.outage()
        await desk.until(lambda: desk.attempts(channel))
        (delivery,) = desk.deliveries(channel)
        assert delivery.state is (state or DeliveryState.WAITING)
        assert len(desk.application.entries(AlertNotDelivered)) == (state is not None)


async def test_a_recovery_from_what_never_arrived_is_not_told() -> None:
    async with receiving() as receiver, sending() as desk:
        channel, _ = await desk.channel(receiver.url)
        receiver.answers = [(400, {}, b'')]
        await desk.outage()
        await desk.until(lambda: desk.attempts(channel))
        await desk.over()
        await desk.until(lambda: not desk.application.fleet[Delivery])
        assert [one.state for one in desk.deliveries(channel)] == [DeliveryState.REFUSED, DeliveryState.SKIPPED]
        assert len(receiver.got) == 1


async def test_a_channel_that_hangs_and_refuses_raises_an_alert_on_another_and_clears_it_when_it_is_well() -> None:
    async with receiving() as bad, receiving() as good, sending(within_s=1) as desk:
        channel, _ = await desk.channel(bad.url, 'bad')
        await desk.channel(good.url, 'good')
        bad.answers = [None]
        bad.usual = (500, {}, b'')
        await desk.outage()
        tries = 0
        while len(good.got) < 2:
            tries += 1
            await desk.until(partial(desk.has_tried, channel, tries))
            await desk.passed(ALARM_S)
            await asyncio.sleep(0)
        assert desk.attempts(channel)[0].said == 'no answer within 1 s'
        told = good.got[1].json['data']
        assert (told['problem'], told['object']['id']) == ('Channel bad does not deliver', channel.id)
        bad.usual = (200, {}, b'')
        await desk.passed(20_000)
        assert (await good.until(3))[2].json['type'] == 'alert.cleared'


async def test_an_address_that_may_not_be_reached_is_refused_when_it_is_connected_to() -> None:
    async with receiving() as receiver, running_application() as application:
        http = HttpTransport(targets=Targets(threads=1), clock=application.clock)
        for url in (receiver.url, f'http://localhost:{receiver.port}/', f'http://[::ffff:127.0.0.1]:{receiver.port}/'):
            answered = await http.send(HttpMessage(url=url, body=b'{}'))
            assert answered.outcome is Outcome.LATER
            assert 'may not be sent messages: ' in answered.said, url
        for kind, settings, words in (
            ('webhook', {'url': receiver.url, 'secret': 'whsec_' + 'A' * 32}, 'may not be sent webhooks: loopback'),
            ('heartbeat', {'url': receiver.url}, 'may not be told that this console lives: loopback'),
        ):
            dispatch = Dispatch(key='D1', announcement=heartbeat.ALIVE, now=application.clock(), settings=settings)
            message = KINDS[kind].write(dispatch)
            assert isinstance(message, HttpMessage)
            assert words in (await http.send(message)).said
        await http.close()
        assert receiver.got == []


async def test_no_more_than_its_limit_is_sent_in_a_minute() -> None:
    async with receiving() as receiver, sending() as desk:
        await desk.channel(receiver.url, per_minute=2)
        for number in range(4):
            await desk.outage(f'outage {number}')
        await receiver.until(2)
        await desk.sender.tick()
        await desk.until(lambda: desk.sender.figures()['running'] == 0)
        assert len(receiver.got) == 2
        assert desk.sender.figures()['waiting'] == 2


async def test_what_was_sent_but_not_noted_is_sent_again_after_a_restart_with_the_same_key() -> None:
    store, clock = MemoryStore(), Clock()
    async with receiving() as receiver:
        async with sending(store, clock) as desk:
            await desk.channel(receiver.url)
            receiver.answers = [None]
            await desk.outage()
            await receiver.until(1)
        async with sending(store, clock):
            await receiver.until(2)
        assert len({one.key for one in receiver.got}) == 1


async def test_for_a_day_two_secrets_sign_and_then_only_the_new_one() -> None:
    async with receiving() as receiver, sending() as desk:
        channel, former = await desk.channel(receiver.url)
        _, secret = await desk.application.channels.rotate(desk.application.actor, channel.id)
        await desk.outage()
        (both,) = await receiver.until(1)
        assert both.is_signed_with(former)
        assert both.is_signed_with(secret)
        desk.application.clock.tick(90_000)
        await desk.outage('two')
        only = (await receiver.until(2))[1]
        assert only.is_signed_with(secret)
        assert not only.is_signed_with(former)


async def test_after_a_day_it_is_given_up_and_said_so() -> None:
    async with receiving() as receiver, receiving() as other, sending() as desk:
        channel, _ = await desk.channel(receiver.url)
        await desk.channel(other.url, 'other')
        receiver.usual = (500, {}, b'')
        await desk.outage()
        await desk.until(lambda: desk.attempts(channel))
        await desk.passed(GIVE_UP_S)
        await desk.until(lambda: desk.application.entries(AlertNotDelivered))
        assert next(one for one in desk.deliveries(channel)).state is DeliveryState.EXPIRED
        assert 'does not deliver' in (await other.until(2))[1].json['data']['problem']


async def test_a_test_message_is_tried_once_and_tells_what_the_other_side_said() -> None:
    async with receiving() as receiver, sending() as desk:
        channel, _ = await desk.channel(receiver.url, enabled=False)
        receiver.answers = [(403, {}, b'who are you?')]
        delivery = await desk.application.channels.test(desk.application.actor, channel.id)
        await desk.until(lambda: desk.attempts(channel))
        done = await desk.application.telling.delivery(desk.application.actor, delivery.id)
        assert (done.state, done.said) == (
            DeliveryState.REFUSED,
            f'HTTP 403: who are you?; {LOGIN_REFUSED}',
        )


async def test_a_sender_that_does_not_look_is_behind() -> None:
    async with running_application() as application:
        sender = Sender(
            transactor=application.transactor,
            telling=application.telling,
            transports={},
            steady=application.clock.steady,
        )
        assert sender.behind() is None
        await sender.tick()
        application.clock.tick(40)
        assert sender.behind() == (40.0, 'what is due is not looked at')
        await sender.tick()
        assert (sender.behind() or (1, ''))[0] == 0
