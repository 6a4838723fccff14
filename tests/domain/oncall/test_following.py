"""Routes decide who is told; without one all is as channels say by themselves."""

from dataclasses import replace

from domain.alerts.model import Alert
from domain.channels.model import Delivery
from domain.checks.flapping import HISTORY
from domain.common.severity import Severity
from domain.oncall.events import AlertCalled
from domain.oncall.input import NewContact, NewEscalationPolicy
from domain.oncall.model import CallTarget, Conditions, ContactWay, EscalationStep, Hours, TargetKind
from domain.towers.model import Tower
from tests.domain.channels.channels import outage, over, webhook
from tests.domain.oncall.desk import mail, minutes, person, policy, rotation, route, step, told
from tests.domain.test_root_cause import alert_of
from tests.domain.towers.test_service import TCP, answer, tower
from tests.fakes import RunningApplication, running_application


async def test_without_a_route_that_fits_every_channel_says_by_itself_what_it_hears() -> None:
    async with running_application() as application:
        desk, _ = await webhook(application)
        await webhook(application, 'critical alone', least_severity=Severity.CRITICAL)
        await route(application, 'others', channels=(desk.id,), conditions=Conditions(regions=('West',)))
        await outage(application)
        assert [one.channel for one in application.fleet[Delivery].values()] == [desk.id]


async def test_the_channels_of_a_route_are_told_and_no_others() -> None:
    async with running_application() as application:
        await webhook(application)
        quiet, _ = await webhook(application, 'critical alone', least_severity=Severity.CRITICAL)
        await route(application, channels=(quiet.id,))
        await outage(application)
        assert [one.channel for one in application.fleet[Delivery].values()] == [quiet.id]
        await over(application)
        assert {one.channel for one in application.fleet[Delivery].values()} <= {quiet.id}


async def test_an_alert_that_gets_worse_is_routed_anew() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await person(application, 'bob')
        await mail(application)
        bad = await policy(application, step('bob'))
        await route(application, 'bad', policy=bad.id, conditions=Conditions(severity=Severity.MAJOR), position=1)
        made = await application.on_call.save_policy(
            application.actor, NewEscalationPolicy(name='Rest', steps=(step('ann'),))
        )
        await route(application, 'rest', policy=made.id, position=2)
        await outage(application, severity=Severity.MINOR)
        assert told(application) == [('ann', 'raised')]
        await outage(application, severity=Severity.CRITICAL)
        assert told(application) == [('ann', 'raised'), ('ann', 'worsened'), ('bob', 'raised')]
        await minutes(application, 5)
        assert told(application)[3:] == [], 'the first policy is not gone on with, and the second one has no more steps'


async def test_the_person_on_call_is_told_as_they_chose_and_not_again_once_it_is_acknowledged() -> None:
    async with running_application() as application:
        ann = await person(application, 'ann')
        await person(application, 'bob')
        first = await mail(application)
        desk, _ = await webhook(application)
        ways = (
            ContactWay(channel=first.id, address='private@example.org'),
            ContactWay(channel=desk.id, after_min=5),
        )
        await application.on_call.save_contact(application.actor, ann.id, NewContact(ways=ways), 1)
        rota = await rotation(application, 'ann')
        on_duty = EscalationStep(targets=(CallTarget(kind=TargetKind.ROTATION, id=rota.id),))
        made = await policy(application, on_duty)
        await route(application, policy=made.id)
        await outage(application)
        (now,) = application.telling.due({})
        assert getattr(application.telling.write(now), 'recipients', None) == ['private@example.org']
        later = [one for one in application.fleet[Delivery].values() if one.not_before is not None]
        assert [(one.channel, one.next_at) for one in later] == [(desk.id, application.clock() + 300)]
        await application.alerts.acknowledge(application.actor, next(iter(application.fleet[Alert])))
        assert [one for one in application.fleet[Delivery].values() if one.channel == desk.id] == []


async def test_several_people_behind_one_webhook_are_one_message_there() -> None:
    async with running_application() as application:
        desk, _ = await webhook(application)
        for name in ('ann', 'bob', 'cem'):
            contact = NewContact(ways=(ContactWay(channel=desk.id),))
            await application.on_call.save_contact(application.actor, (await person(application, name)).id, contact, 1)
        made = await policy(application, step('ann', wait_min=2), step('bob', 'ann', 'cem'))
        await route(application, policy=made.id, channels=(desk.id,))
        await outage(application)
        assert [news for _, news in told(application)] == ['raised']
        await minutes(application, 2)
        assert [news for _, news in told(application)] == ['raised', 'reminded']
        assert application.entries(AlertCalled)[-1].people == ('bob', 'ann', 'cem'), 'all of them were called'
        await over(application)
        assert [news for _, news in told(application)] == ['raised', 'reminded', 'cleared']


async def test_one_who_must_not_be_woken_keeps_nobody_else_from_being_called_at_the_same_place() -> None:
    async with running_application() as application:
        desk, _ = await webhook(application)
        at_once = NewContact(ways=(ContactWay(channel=desk.id),))
        asleep = replace(at_once, quiet=(Hours(begins='07:00', ends='09:00'),))
        for name, contact in (('ann', asleep), ('bob', at_once)):
            await application.on_call.save_contact(application.actor, (await person(application, name)).id, contact, 1)
        await route(application, policy=(await policy(application, step('ann', 'bob'))).id)
        await outage(application, severity=Severity.MINOR)
        assert [one.not_before for one in application.fleet[Delivery].values() if one.recipient == 'P-bob'] == [None]


async def test_quiet_hours_hold_a_minor_alert_until_they_are_over_and_no_major_one() -> None:
    async with running_application() as application:
        ann = await person(application, 'ann')
        await mail(application)
        always = NewContact(quiet=(Hours(begins='07:00', ends='09:00'),))
        await application.on_call.save_contact(application.actor, ann.id, always, 1)
        made = await policy(application, step('ann'))
        await route(application, policy=made.id)
        await outage(application, 'small', Severity.MINOR)
        (held,) = application.fleet[Delivery].values()
        assert held.not_before == 1_800_003_600.0, '09:00 of that day, the clock stands at 08:00'
        await outage(application, 'large', Severity.MAJOR)
        assert [
            one.announcement.problem.endswith('large')
            for one in application.fleet[Delivery].values()
            if one.not_before is None
        ] == [True]
        await over(application, 'small')
        assert [one.announcement.problem.endswith('small') for one in application.fleet[Delivery].values()] == [False]


async def test_a_snoozed_alert_calls_nobody_until_the_snooze_ends_and_then_from_the_first_step_on() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await person(application, 'bob')
        await mail(application)
        made = await policy(application, step('ann'), step('bob'))
        await route(application, policy=made.id)
        await outage(application)
        (alert,) = application.fleet[Alert]
        await application.triage.snooze(application.actor, alert, application.clock() + 1800)
        await minutes(application, 20)
        assert told(application) == [('ann', 'raised')]
        await minutes(application, 10)
        await application.triage.resume(application.enterprise)
        assert [name for name, _ in told(application)] == ['ann', 'ann'], (
            'the message that it is open again is the first call'
        )
        await minutes(application, 5)
        assert [name for name, _ in told(application)] == ['ann', 'ann', 'bob']


async def test_an_alert_that_is_marked_as_false_calls_nobody_more() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await person(application, 'bob')
        await mail(application)
        made = await policy(application, step('ann'), step('bob'))
        await route(application, policy=made.id)
        await outage(application)
        (alert,) = application.fleet[Alert]
        await application.triage.mark_false(application.actor, alert, 'a test of the generator')
        await minutes(application, 20)
        assert told(application) == [('ann', 'raised')]


async def ann_on_call(application: RunningApplication) -> None:
    await mail(application)
    await person(application, 'ann')
    nights = await policy(application, step('ann'))
    await route(application, policy=nights.id)


async def come_and_go(application: RunningApplication, mast: Tower) -> None:
    """Down and up so often that it counts as flapping, before anybody is told that it is down."""
    for _ in range(8):
        await answer(application, mast, False, False, False, True)


async def test_the_person_on_call_hears_once_of_an_alert_that_came_and_went_before_anyone_was_told() -> None:
    async with running_application() as application:
        await ann_on_call(application)
        mast = await tower(application, 'Mast', checks=(TCP,))
        await answer(application, mast, True)
        await come_and_go(application, mast)
        flapping = alert_of(application, mast)
        assert flapping.flapping_since is not None
        assert told(application, flapping.id) == [('ann', 'flapping')]
        await answer(application, mast, *[True] * HISTORY)
        assert told(application, flapping.id) == [('ann', 'flapping'), ('ann', 'cleared')]


async def test_the_person_on_call_hears_again_when_an_acknowledgement_ends_while_the_alert_comes_and_goes() -> None:
    async with running_application() as application:
        await ann_on_call(application)
        mast = await tower(application, 'Mast', checks=(TCP,))
        await answer(application, mast, True)
        await come_and_go(application, mast)
        flapping = alert_of(application, mast)
        assert (flapping.flapping_since is not None, bool(flapping.recovery)) == (True, True)
        await application.alerts.acknowledge(application.actor, flapping.id, until=application.clock() + 420)
        application.clock.tick(500)
        await application.triage.resume(application.enterprise)
        assert [name for name, _ in told(application, flapping.id)] == ['ann', 'ann']


async def test_what_ceases_to_come_and_go_beneath_another_alert_is_not_told() -> None:
    async with running_application() as application:
        await ann_on_call(application)
        hub = await tower(application, 'Hub', checks=(TCP,))
        mast = await tower(application, 'Mast', checks=(TCP,), parent_id=hub.id)
        await answer(application, hub, True)
        await come_and_go(application, mast)
        await answer(application, hub, False, False, False)
        await answer(application, mast, *[False] * HISTORY)
        part = alert_of(application, mast)
        assert (part.parent, part.flapping_since) == (alert_of(application, hub).id, None)
        assert [news for _, news in told(application, part.id)] == ['flapping']
