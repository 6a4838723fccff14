"""A bounce is a fact on the attempt, marks the address, falls to the next channel and raises the alert of the channel; none is forged."""

from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import Alert
from domain.channels.bounces.service import BounceOutcome
from domain.channels.events import BouncesForgotten
from domain.channels.input import NewChannel
from domain.channels.kinds.kind import MailMessage
from domain.channels.model import Answered, Attempt, BouncingAddress, Delivery, DeliveryState, Outcome
from domain.channels.telling import Due
from domain.common.errors import NotAllowed
from tests.domain.channels.bounces.letters import POSTFIX, report
from tests.domain.channels.channels import outage, over, webhook
from tests.domain.oncall.desk import MAIL, mail, person, policy, route, step
from tests.fakes import RunningApplication, running_application

SAID = '550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown in local recipient table'


async def hand_over(application: RunningApplication) -> list[Due]:
    """The mail server takes all that is due."""
    due = list(application.telling.due({}))
    for one in due:
        await application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='250 queued', code=250), 0.01)
    return due


async def called(application: RunningApplication, **more: str) -> Due:
    """Ann is called by mail, and the server takes it."""
    behind, _ = await webhook(application, 'Desk')
    channel = await mail(application, next_channel=behind.id)
    if more:
        settings = {**MAIL, **more}
        new = replace(await _as_new(application, channel.id), settings=settings)
        await application.channels.change(application.actor, channel.id, channel.version, new)
    await person(application, 'ann')
    await route(application, policy=(await policy(application, step('ann'))).id)
    await outage(application)
    return next(one for one in await hand_over(application) if one.delivery.recipient == 'P-ann')


async def _as_new(application: RunningApplication, id: str) -> NewChannel:
    row = application.channels.read(application.actor, id)
    return NewChannel(name=row.name, kind=row.kind, settings=row.settings, next_channel=row.next_channel)


def sent_to(application: RunningApplication, one: Due) -> str:
    message = application.telling.write(one)
    assert isinstance(message, MailMessage)
    return message.return_path


def attempts(application: RunningApplication) -> list[tuple[str, str]]:
    rows: list[Attempt] = sorted(application.store.rows[Attempt].values(), key=lambda one: one.id)
    return [(one.outcome, one.said) for one in rows]


def channel_alerts(application: RunningApplication) -> list[str]:
    return [one.detail for one in application.fleet[Alert].values() if one.key.startswith('channel/')]


async def test_a_bounce_is_noted_falls_to_the_next_channel_and_raises_the_alert_of_the_channel() -> None:
    async with running_application() as application:
        one = await called(application, return_path='bounces@example.com')
        assert sent_to(application, one) == f'bounces+{one.delivery.id}@example.com'
        letter = report(POSTFIX, to=sent_to(application, one))
        found = await application.bounces.take(application.actor, letter)
        assert (found.outcome, found.deliveries) == (BounceOutcome.NOTED, (one.delivery.id,))
        assert ('bounced', f'not delivered: ann@example.com: {SAID}') in attempts(application)
        kept = application.fleet[Delivery][one.delivery.id]
        assert (kept.state, kept.fell_at) == (DeliveryState.REFUSED, application.clock())
        assert [each.channel.name for each in application.telling.due({}) if each.delivery.fell_from] == ['Desk']
        (detail,) = channel_alerts(application)
        assert SAID in detail
        (mark,) = application.channels.bouncing(one.channel)
        assert (mark.address, mark.recipient, mark.said) == ('ann@example.com', 'P-ann', SAID)
        count = len(attempts(application))
        again = await application.bounces.take(application.actor, letter)
        assert (again.outcome, len(attempts(application))) == (BounceOutcome.KNOWN, count)


async def test_a_server_that_takes_the_next_letter_does_not_end_the_alert_and_the_next_channel_is_told_too() -> None:
    async with running_application() as application:
        one = await called(application)
        head = f'X-Cellwarden-Letter: {one.delivery.id}'
        await application.bounces.take(application.actor, report(POSTFIX, headers=head))
        await hand_over(application)
        await outage(application, on='two')
        await hand_over(application)
        assert [each.channel.name for each in application.telling.due({}) if each.delivery.fell_from] == ['Desk']
        assert len(channel_alerts(application)) == 1
        await application.channels.forget_bounces(application.actor, one.channel.id)
        assert channel_alerts(application) == []
        assert application.channels.bouncing(one.channel) == []


async def test_a_person_says_that_mail_to_their_address_works_again() -> None:
    async with running_application() as application:
        one = await called(application)
        head = f'X-Cellwarden-Letter: {one.delivery.id}'
        await application.bounces.take(application.actor, report(POSTFIX, headers=head))
        ann = Actor(ActorKind.PERSON, 'P-ann', 'ann', application.enterprise, PERMISSIONS[Role.OPERATOR])
        bo = replace(ann, id='P-bo', name='bo')
        (mark,) = application.on_call.bouncing(ann, 'P-ann')
        assert (mark.address, mark.said) == ('ann@example.com', SAID)
        with pytest.raises(NotAllowed):
            await application.on_call.forget_bounces(bo, 'P-ann')
        assert channel_alerts(application) != []
        await application.on_call.forget_bounces(ann, 'P-ann')
        assert application.on_call.bouncing(ann, 'P-ann') == []
        assert application.channels.bouncing(one.channel) == []
        assert channel_alerts(application) == [], 'no address of it bounces any more'
        (said,) = application.entries(BouncesForgotten)
        assert (said.by, said.addresses) == ('ann', 'ann@example.com')
        await application.on_call.forget_bounces(ann, 'P-ann')
        assert len(application.entries(BouncesForgotten)) == 1, 'there was nothing left to forget'


async def test_the_alert_of_a_channel_stays_for_the_addresses_that_still_bounce() -> None:
    async with running_application() as application:
        one = await called(application)
        await application.bounces.take(
            application.actor, report(POSTFIX, headers=f'X-Cellwarden-Letter: {one.delivery.id}')
        )
        other = BouncingAddress(
            id='other', enterprise=application.enterprise, channel=one.channel.id, address='desk@example.com',
            at=application.clock(), said='550 full',
        )  # fmt: skip
        await application.transactor.transact(lambda tx: tx.put(other))
        await application.on_call.forget_bounces(application.actor, 'P-ann')
        assert [mark.address for mark in application.channels.bouncing(one.channel)] == ['desk@example.com']
        assert channel_alerts(application) == ['desk@example.com bounces: 550 full']


async def test_an_address_is_held_to_bounce_for_two_weeks() -> None:
    async with running_application() as application:
        one = await called(application)
        head = f'X-Cellwarden-Letter: {one.delivery.id}'
        await application.bounces.take(application.actor, report(POSTFIX, headers=head))
        application.clock.tick(15 * 86_400)
        assert application.channels.bouncing(one.channel) == []
        await hand_over(application)
        assert channel_alerts(application) == []


@pytest.mark.parametrize(
    'headers',
    ['Subject: x', 'X-Cellwarden-Letter: 01KAPXM2T5X8Z1B4D7F0H3K6NP', 'X-Cellwarden-Letter: {webhook}'],
)
async def test_what_names_no_letter_of_ours_is_ignored(headers: str) -> None:
    async with running_application() as application:
        channel, _ = await webhook(application, 'Hook')
        one = await called(application)
        told = next((d.id for d in application.fleet[Delivery].values() if d.channel == channel.id), 'none')
        found = await application.bounces.take(application.actor, report(POSTFIX, headers=headers.format(webhook=told)))
        assert (found.outcome, found.because[:19]) == (BounceOutcome.IGNORED, 'it names no letter ')
        assert application.fleet[Delivery][one.delivery.id].state is DeliveryState.DELIVERED


async def test_a_bounce_of_another_address_a_late_one_and_one_of_another_enterprise_are_ignored() -> None:
    async with running_application() as application:
        one = await called(application)
        letter = report(POSTFIX, headers=f'X-Cellwarden-Letter: {one.delivery.id}')
        other = await application.enterprises.add('Other')
        stranger = replace(application.actor, enterprise=other.id)
        assert (await application.bounces.take(stranger, letter)).outcome is BounceOutcome.IGNORED
        with pytest.raises(NotAllowed):
            await application.bounces.take(replace(application.actor, permissions=frozenset()), letter)
        application.clock.tick(6 * 86_400)
        assert (await application.bounces.take(application.actor, letter)).outcome is BounceOutcome.IGNORED


async def test_of_several_addresses_one_that_bounces_is_noted_and_the_others_were_told() -> None:
    async with running_application() as application:
        await mail(application)
        channel = next(iter(application.channels.list(application.actor)))
        settings = {**MAIL, 'recipients': 'desk@example.com, ann@example.com'}
        new = replace(await _as_new(application, channel.id), settings=settings)
        await application.channels.change(application.actor, channel.id, channel.version, new)
        await outage(application)
        (one,) = await hand_over(application)
        head = f'X-Cellwarden-Letter: {one.delivery.id}'
        await application.bounces.take(application.actor, report(POSTFIX, headers=head, failed='other@example.com'))
        assert not application.channels.bouncing(channel)
        await application.bounces.take(application.actor, report(POSTFIX, headers=head))
        assert application.fleet[Delivery][one.delivery.id].state is DeliveryState.DELIVERED
        assert channel_alerts(application) == [f'ann@example.com bounces: {SAID}']
        await application.bounces.take(application.actor, report(POSTFIX, headers=head, failed='desk@example.com'))
        assert application.fleet[Delivery][one.delivery.id].state is DeliveryState.REFUSED


async def test_a_bounce_after_the_alert_is_over_is_noted_too() -> None:
    async with running_application() as application:
        one = await called(application)
        await over(application)
        await hand_over(application)
        assert one.delivery.id not in application.fleet[Delivery]
        found = await application.bounces.take(
            application.actor, report(POSTFIX, headers=f'X-Cellwarden-Letter: {one.delivery.id}')
        )
        assert found.outcome is BounceOutcome.NOTED
        assert attempts(application)[-1][0] == 'bounced'
        assert len(channel_alerts(application)) == 1
