"""An outage as one matter."""

from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import Alert
from domain.channels.model import Answered, Outcome
from domain.common.errors import NotFound
from domain.devices.input import NewDevice
from domain.devices.model import Criticality
from domain.journal.model import Subject
from domain.maintenance.input import NewMaintenanceWindow
from domain.oncall.model import CallTarget, EscalationStep, TargetKind
from domain.own_rules.input import NewOwnRule
from domain.sign_in.events import SignedIn
from tests.domain.channels.channels import outage, over, webhook
from tests.domain.oncall.desk import mail, minutes, open_alert, person, policy, rotation, route, step
from tests.domain.test_root_cause import alert_of, hub_and_masts
from tests.domain.towers.test_service import answer, on
from tests.fakes import running_application
from ui.api.incidents.schemas import incident
from ui.sentences.incidents import clock, markdown, told_words


async def test_an_outage_has_its_tree_whom_it_hurt_what_was_changed_before_and_what_happened() -> None:
    async with running_application() as application:
        hub, masts, devices = await hub_and_masts(application, 2)
        vital = NewDevice(
            name=devices[0].name, kind=devices[0].kind, labels={'site': 'port'}, criticality=Criticality.VITAL
        )
        person = Actor(ActorKind.PERSON, 'p', 'Ana', application.enterprise, PERMISSIONS[Role.ADMIN])
        await application.devices.change(person, devices[0].id, devices[0].version, vital)
        came = SignedIn(
            at=application.clock(), enterprise=application.enterprise, subject=Subject('person', 'p', 'Ana')
        )
        await application.transactor.transact(lambda tx: tx.note(came), actor=person)
        desk, _ = await webhook(application)
        await application.channels.test(person, desk.id)
        application.clock.tick(60)
        await answer(application, hub, False, False, False)
        for mast in masts:
            await answer(application, mast, False)
        root, part = alert_of(application, hub), alert_of(application, masts[0])
        application.clock.tick(120)
        incident = await application.incidents.read(application.actor, part.id)
        assert incident.root.id == root.id, 'the report of a part is that of the whole'
        assert [(one.depth, one.alert.object_name) for one in incident.tree] == [
            (0, 'Hub'),
            (1, 'Mast 1'),
            (1, 'Mast 2'),
        ]
        assert incident.by_criticality() == {Criticality.VITAL: 1, Criticality.NORMAL: 1}
        assert incident.by_label() == {'site=port': 1}
        assert [one.id for one in incident.missing] == [devices[0].id, devices[1].id]
        silent = [application.clock() - alert_of(application, mast).raised_at for mast in masts]
        assert incident.silent_minutes == pytest.approx(sum(silent) / 60)
        assert [one.entry.subject.id for one in incident.before] == [devices[0].id]
        assert {one.entry.subject.id for one in incident.timeline} == {hub.id, *(mast.id for mast in masts)}
        await application.check_in(devices[1].id)
        later = await application.incidents.read(application.actor, root.id)
        assert [one.id for one in later.missing] == [devices[0].id]


async def test_device_minutes_count_those_that_are_back_until_they_were_online_or_their_tower_was_up() -> None:
    async with running_application() as application:
        hub, (mast, other), (short, long) = await hub_and_masts(application, 2)
        application.clock.tick(1)
        for one, times in ((hub, 3), (mast, 1), (other, 1)):
            await answer(application, one, *[False] * times)
        began = application.clock()
        root = alert_of(application, hub)

        async def lost(minutes: float) -> None:
            incident = await application.incidents.read(application.actor, root.id)
            assert incident.lost_minutes == pytest.approx(minutes, abs=0.5), incident.hurt

        application.clock.tick(240)
        await lost(8)
        for one in (hub, mast, other):
            await answer(application, one, True)
        up = (application.clock() - began) / 60
        await application.check_in(short.id, radio=on(1))
        await lost(up + up)
        application.clock.tick(600)
        await application.presence.expire()
        await lost(up + up + 10)
        back = (application.clock() - began) / 60
        await application.check_in(long.id, radio=on(2))
        await lost(up + back)
        application.clock.tick(600)
        await lost(up + back)


async def test_works_that_ended_just_before_are_what_changed() -> None:
    async with running_application() as application:
        hub, *_ = await hub_and_masts(application, 1)
        for name, towers in (('Antennas', (hub.id,)), ('Elsewhere', ())):
            new = NewMaintenanceWindow(
                name=name, zone='UTC', starts_on='2027-01-15T09:00', length_min=30, towers=towers, regions=('Nowhere',)
            )
            await application.maintenance.save(application.actor, new)
        for moment in (9.0, 9.5):
            application.clock.tick(1_799_971_200 + moment * 3600 - application.clock() + 30)
            await application.maintenance.review(application.enterprise)
            await application.towers.review_maintenance(application.enterprise)
        application.clock.tick(600)
        await answer(application, hub, True)
        await answer(application, hub, False, False, False)
        incident = await application.incidents.read(application.actor, alert_of(application, hub).id)
        works = [(type(one.entry).__name__, one.entry.subject.name) for one in incident.before]
        assert works[-2:] == [('MaintenanceBegun', 'Antennas'), ('MaintenanceEnded', 'Antennas')]
        assert ('MaintenanceEnded', 'Elsewhere') not in works


async def test_what_was_taken_from_beneath_it_by_hand_is_a_line_of_its_timeline() -> None:
    async with running_application() as application:
        (hub, _, _), (other, _, _) = await hub_and_masts(application, 0), await hub_and_masts(application, 0)
        for one in (hub, other):
            await answer(application, one, False, False, False)
        root, part = alert_of(application, hub), alert_of(application, other)
        await application.triage.merge(application.actor, part.id, root.id)
        application.clock.tick(60)
        await application.triage.separate(application.actor, part.id)
        incident = await application.incidents.read(application.actor, root.id)
        assert [one.alert.id for one in incident.tree] == [root.id]
        assert f'“{part.problem}” stands by itself' in markdown(incident)


async def test_an_alert_that_is_not_to_be_seen_has_no_incident() -> None:
    async with running_application() as application:
        hub, *_ = await hub_and_masts(application, 1)
        await answer(application, hub, False, False, False)
        alert: Alert = alert_of(application, hub)
        other = await application.enterprises.add('Other')
        for actor, id in ((replace(application.actor, enterprise=other.id), alert.id), (application.actor, 'nothing')):
            with pytest.raises(NotFound):
                await application.incidents.read(actor, id)


async def test_who_was_told_names_the_person_and_through_what_they_were_called() -> None:
    async with running_application() as application:
        await mail(application)
        await person(application, 'ann')
        nights = await rotation(application, 'ann')
        call = EscalationStep(targets=(CallTarget(kind=TargetKind.ROTATION, id=nights.id),), wait_min=5)
        desk = await policy(application, call, step('ann'))
        await route(application, policy=desk.id)
        await outage(application)
        alert = open_alert(application)

        async def deliver() -> None:
            for one in list(application.telling.due({})):
                await application.telling.record(one, Answered(outcome=Outcome.DELIVERED, said='250 queued'), 0.01)

        async def told() -> list[str]:
            found = await application.incidents.read(application.actor, alert.id)
            return [told_words(one) for one in found.told]

        await deliver()
        first = 'ann, by Mail (Nights, step 1, on call in Night desk), raised: delivered'
        assert await told() == [first]
        await minutes(application, 5)
        await deliver()
        assert await told() == [first, 'ann, by Mail (Nights, step 2), reminded: delivered']
        found = incident(await application.incidents.read(application.actor, alert.id)).told[0]
        assert (found.person, found.channel) == ('ann', 'Mail')
        assert found.called_through == 'Nights, step 1, on call in Night desk'
        await over(application)
        assert (await told())[0] == first, 'also when it is over'
        assert f'- {clock(alert.raised_at)}: ann, by Mail' in markdown(
            await application.incidents.read(application.actor, alert.id)
        )


async def test_what_is_wrong_with_the_enterprise_as_a_whole_is_told_apart() -> None:
    async with running_application() as application:
        device = await application.device()
        for name, expression in (('Some', 'devices > 0'), ('Unseen', 'never_seen > 0')):
            new = NewOwnRule(name=name, expression=expression, for_s=0.0)
            await application.own_rules.save(application.actor, new)
        await application.own_rules.review(application.enterprise)
        some, _ = sorted(application.fleet[Alert].values(), key=lambda one: one.problem)
        application.clock.tick(5)
        await application.check_in(device.id)
        await application.own_rules.review(application.enterprise)
        found = await application.incidents.read(application.actor, some.id)
        assert {one.entry.alert for one in found.timeline if hasattr(one.entry, 'alert')} == {some.id}
