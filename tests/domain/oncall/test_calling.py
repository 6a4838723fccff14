"""What stands on the card of calls for an alert, and that what is foretold is what then happens."""

from domain.alerts.model import Alert
from domain.channels.input import NewChannel
from domain.channels.live import DeliveriesOfAlert, NewestAttempts
from domain.channels.model import Answered, Delivery, Outcome
from domain.oncall.calling import CallLine, CallState, call_lines
from domain.oncall.input import NewContact
from domain.oncall.live import Escalations
from domain.oncall.model import ContactWay, Escalation
from tests.domain.channels.channels import outage
from tests.domain.oncall.desk import mail, minutes, open_alert, person, policy, route, step
from tests.fakes import RunningApplication, running_application


def lines(application: RunningApplication, alert: Alert) -> list[CallLine]:
    """Of the alert, as the live picture has it."""
    fleet = application.fleet
    return call_lines(
        fleet,
        alert,
        list(fleet.index(Escalations).of(alert.id)),
        fleet.index(DeliveriesOfAlert).of(alert.id).values(),
        [one for one in fleet.index(NewestAttempts) if one.alert == alert.id],
        application.clock(),
    )


def said(application: RunningApplication, alert: Alert | None = None) -> list[tuple[str, CallState, bool]]:
    found = lines(application, alert or open_alert(application))
    return [(one.recipient.removeprefix('P-'), one.state, one.is_ahead) for one in found]


async def deliver(application: RunningApplication, outcome: Outcome, words: str) -> None:
    for one in list(application.telling.due({})):
        await application.telling.record(one, Answered(outcome=outcome, said=words), 0.01)


async def night(application: RunningApplication) -> None:
    """Ann, and Bob five minutes later."""
    await mail(application)
    await person(application, 'ann')
    await person(application, 'bob')
    nights = await policy(application, step('ann'), step('bob'))
    await route(application, policy=nights.id)


async def test_a_call_says_what_came_of_it_and_who_is_next() -> None:
    async with running_application() as application:
        await night(application)
        await outage(application)
        assert said(application) == [('ann', CallState.QUEUED, False), ('bob', CallState.NEXT, True)]
        ahead = lines(application, open_alert(application))[1].at
        await deliver(application, Outcome.LATER, '451 try later')
        assert said(application)[0] == ('ann', CallState.LATER, False)
        application.clock.tick(60)
        await deliver(application, Outcome.DELIVERED, '250 queued')
        first = lines(application, open_alert(application))[0]
        assert (first.state, first.said) == (CallState.DELIVERED, '250 queued')
        await minutes(application, 4)
        (bob,) = (one for one in application.fleet[Delivery].values() if one.recipient == 'P-bob')
        assert bob.created_at == ahead
        assert said(application)[1:] == [('bob', CallState.QUEUED, False), ('', CallState.UNANSWERED, True)]


async def test_that_nobody_answered_is_a_fact_also_after_a_person_did() -> None:
    async with running_application() as application:
        await night(application)
        await outage(application)
        await minutes(application, 10)
        assert said(application)[-1] == ('', CallState.UNANSWERED, False)
        alert = open_alert(application)
        await application.alerts.acknowledge(application.actor, alert.id)
        assert [one.state for one in lines(application, open_alert(application))][-2:] == [
            CallState.UNANSWERED,
            CallState.ANSWERED,
        ]


async def test_a_way_that_is_tried_later_is_announced_and_withheld_when_a_person_answers() -> None:
    async with running_application() as application:
        await night(application)
        (channel,) = application.channels.list(application.actor)
        ways = (
            ContactWay(channel=channel.id, address='ann@example.com'),
            ContactWay(channel=channel.id, address='ann@home.example', after_min=3),
        )
        await application.on_call.save_contact(application.actor, 'P-ann', NewContact(ways=ways), 1)
        await outage(application)
        now, later, _ = lines(application, open_alert(application))
        assert (now.address, now.state) == ('ann@example.com', CallState.QUEUED)
        assert (later.address, later.state) == ('ann@home.example', CallState.NEXT)
        assert later.at == application.clock() + 180
        known = list(application.fleet[Delivery].values())
        alert = open_alert(application)
        await application.alerts.acknowledge(application.actor, alert.id)
        kept = {**{one.id: one for one in known}, **application.store.rows[Delivery]}
        found = call_lines(
            application.fleet,
            open_alert(application),
            list(application.fleet[Escalation].values()),
            kept.values(),
            [],
            application.clock(),
        )
        (withheld,) = (one for one in found if one.address == 'ann@home.example')
        assert withheld.state is CallState.WITHHELD
        assert 'acknowledged the alert' in withheld.said
        assert [one.by for one in found if one.state is CallState.ANSWERED] == [application.actor.name]


async def test_the_one_message_at_a_place_that_people_share_is_what_came_of_the_call_of_each() -> None:
    async with running_application() as application:
        pager = NewChannel(name='Pager', kind='webhook', settings={'url': 'https://pager.example.com'})
        (channel, _) = await application.channels.add(application.actor, pager)
        for name in ('ann', 'bob'):
            await person(application, name)
            ways = (ContactWay(channel=channel.id),)
            await application.on_call.save_contact(application.actor, f'P-{name}', NewContact(ways=ways), 1)
        nights = await policy(application, step('ann', 'bob'))
        await route(application, policy=nights.id, channels=(channel.id,))
        await outage(application)
        await deliver(application, Outcome.DELIVERED, 'HTTP 204')
        found = lines(application, open_alert(application))[:2]
        assert [(one.recipient, one.state, one.said) for one in found] == [
            ('P-ann', CallState.DELIVERED, 'HTTP 204'),
            ('P-bob', CallState.DELIVERED, 'HTTP 204'),
        ]
        assert len({one.id for one in found}) == 2
