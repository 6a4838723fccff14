"""Devices: enrolled with a token, added, changed, retired, told what to do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import Alert
from domain.cellular.identifiers import Identifiers
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Stale
from domain.common.notes import MOST_NOTES
from domain.devices.actions import Action
from domain.devices.compliance import Compliance
from domain.devices.events import DeviceChanged, DeviceNoted
from domain.devices.facts import Facts, Security, Storage
from domain.devices.input import NewDevice
from domain.devices.live import DeviceIdentifiers, state_of
from domain.devices.model import Criticality, Device, DeviceKind, DeviceState
from domain.devices.service import AT_A_TIME
from domain.enforcement.live import Held
from domain.enforcement.model import Command, CommandState
from domain.enrolment.events import DeviceRestored, DeviceRetired
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.violations import Violation
from tests.fakes import RunningApplication, identifiers, running_application

ROOTED = Facts(security=Security(rooted=True))


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


def new(name: str = 'crane-1', **more: Any) -> NewDevice:
    return NewDevice(name=name, kind=DeviceKind.TABLET, **more)


async def test_two_devices_cannot_have_one_imei_or_serial(application: RunningApplication) -> None:
    await application.device('one', identifiers=identifiers(1))
    with pytest.raises(Conflict):
        await application.device('two', identifiers=Identifiers(serial=identifiers(1).serial))
    two = await application.device('two', identifiers=identifiers(2))
    mixed = Identifiers(imei=identifiers(2).imei, serial=identifiers(1).serial)
    with pytest.raises(Conflict, match='one has this IMEI or serial'):
        await application.devices.change(application.actor, two.id, two.version, new('two', identifiers=mixed))


async def test_an_identifier_that_was_given_up_can_be_given_to_another(application: RunningApplication) -> None:
    one = await application.device('one', identifiers=identifiers(1))
    await asyncio.gather(
        application.devices.change(application.actor, one.id, 1, new('one')),
        application.enrolments.add(application.actor, new('two', identifiers=identifiers(1))),
    )
    assert (
        application.fleet[Device][application.fleet.index(DeviceIdentifiers).devices('serial', 'SN-000001')[0]].name
        == 'two'
    )


async def test_a_change_is_journalled_with_what_was_and_what_is(application: RunningApplication) -> None:
    device = await application.device(labels={'site': 'port-1'})
    await application.devices.change(application.actor, device.id, 1, new('crane-2', labels={'site': 'port-2'}))
    assert application.entries(DeviceChanged)[0].changes == {
        'name': ['crane-1', 'crane-2'],
        'labels': [{'site': 'port-1'}, {'site': 'port-2'}],
    }


async def test_of_two_edits_of_one_version_the_second_is_stale(application: RunningApplication) -> None:
    device = await application.device()
    answers = await asyncio.gather(
        *[application.devices.change(application.actor, device.id, 1, new(f'crane-{n}')) for n in range(2)],
        return_exceptions=True,
    )
    assert isinstance(answers[1], Stale)
    assert application.fleet[Device][device.id].name == 'crane-0'
    with pytest.raises(Stale):
        await application.enrolments.retire(application.actor, device.id, 1)


async def test_a_change_that_says_nothing_new_leaves_no_trace(application: RunningApplication) -> None:
    device = await application.device('crane-1')
    assert await application.devices.change(application.actor, device.id, 1, new('crane-1')) == device
    assert not application.entries(DeviceChanged)
    with pytest.raises(Stale):
        await application.devices.change(application.actor, device.id, 7, new('crane-1'))


@pytest.mark.parametrize('interval_s', [4, 7 * 86_400 + 1])
async def test_an_interval_has_a_range(application: RunningApplication, interval_s: int) -> None:
    with pytest.raises(Invalid) as refused:
        await application.device(interval_s=interval_s)
    assert refused.value.field == 'interval_s'


async def test_a_retirement_closes_everything_and_keeps_the_history(application: RunningApplication) -> None:
    rule = NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=Mode.ENFORCE)
    await application.policies.add(application.actor, rule)
    enrolled = await application.enrolments.add(application.actor, new(identifiers=identifiers(1)))
    device = enrolled.device
    (command,) = (await application.check_in(device.id, facts=ROOTED)).commands
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=False, detail='no hook')
    await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    await application.enrolments.retire(application.actor, device.id, device.version)
    assert not application.fleet[Device]
    assert not application.fleet[DeviceState]
    assert not application.fleet[Violation]
    assert not application.fleet[Command]
    assert not application.fleet[Alert]
    assert not application.fleet.index(Held).devices
    assert [row.cleared_at for row in application.store.rows[Violation].values()] == [application.clock()]
    assert {row.state for row in application.store.rows[Command].values()} == {
        CommandState.REJECTED,
        CommandState.CANCELLED,
    }
    with pytest.raises(NotSignedIn):
        application.access.device(enrolled.credential)
    with pytest.raises(NotFound):
        await application.check_in(device.id)
    assert application.entries(DeviceRetired)[0].subject.name == 'crane-1'
    again = await application.device(identifiers=identifiers(1))
    assert again.id != device.id
    async with running_application(store=application.store, clock=application.clock) as later:
        assert set(later.fleet[Device]) == {again.id}
        assert not later.fleet[Violation]
        assert not later.fleet[Command]


async def test_a_retired_device_comes_back_as_it_was_with_its_credential(application: RunningApplication) -> None:
    await application.policies.add(
        application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=Mode.AUDIT)
    )
    enrolled = await application.enrolments.add(application.actor, new(identifiers=identifiers(1)))
    device = enrolled.device
    await application.check_in(device.id, facts=ROOTED)
    await application.enrolments.retire(application.actor, device.id, device.version)
    back = await application.enrolments.restore(application.actor, device.id)
    assert (back.name, back.version, back.retired_at) == (device.name, device.version + 2, None)
    assert application.access.device(enrolled.credential)[1].id == device.id
    assert state_of(application.fleet, device.id).compliance is Compliance.VIOLATING
    assert [row.policy for row in application.fleet[Violation].values()]
    assert [entry.subject.name for entry in application.entries(DeviceRestored)] == ['crane-1']
    await application.check_in(device.id)
    with pytest.raises(Conflict, match='is not retired'):
        await application.enrolments.restore(application.actor, device.id)
    with pytest.raises(NotFound):
        await application.enrolments.restore(application.actor, 'nothing')
    async with running_application(store=application.store, clock=application.clock) as later:
        assert later.fleet[Device] == application.fleet[Device]
        assert later.fleet[DeviceState] == application.fleet[DeviceState]
        assert later.access.device(enrolled.credential)[1].id == device.id


async def test_a_device_does_not_come_back_beside_another_with_its_numbers(application: RunningApplication) -> None:
    device = await application.device(identifiers=identifiers(1))
    await application.enrolments.retire(application.actor, device.id, device.version)
    await application.device('successor', identifiers=identifiers(1))
    with pytest.raises(Conflict, match='successor has this IMEI or serial now'):
        await application.enrolments.restore(application.actor, device.id)
    assert [row.name for row in application.fleet[Device].values()] == ['successor']


async def test_a_note_is_kept_once_and_is_no_edit(application: RunningApplication) -> None:
    device = await application.device()
    for _ in range(2):
        noted = await application.devices.note(application.actor, device.id, ' the key is at the gate ', key='k1')
    assert [(note.text, note.by) for note in noted.notes] == [('the key is at the gate', application.actor.name)]
    assert noted.version == device.version
    assert [entry.text for entry in application.entries(DeviceNoted)] == ['the key is at the gate']
    for number in range(MOST_NOTES):
        noted = await application.devices.note(application.actor, device.id, f'note {number}')
    assert [note.text for note in noted.notes] == [f'note {number}' for number in range(MOST_NOTES)]
    with pytest.raises(Invalid) as refused:
        await application.devices.note(application.actor, device.id, '  ')
    assert refused.value.field == 'text'
    with pytest.raises(NotAllowed):
        await application.devices.note(replace(application.actor, permissions=frozenset()), device.id, 'mine')


async def test_a_retirement_ends_the_alert_of_what_the_device_refused(application: RunningApplication) -> None:
    device = await application.device()
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    await application.check_in(device.id)
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=False, detail='no hook')
    assert application.fleet[Alert]
    await application.enrolments.retire(application.actor, device.id, device.version)
    assert not application.fleet[Alert]


async def test_a_command_that_would_change_nothing_is_refused(application: RunningApplication) -> None:
    device = await application.device()
    with pytest.raises(Conflict, match='not in quarantine'):
        await application.commands.command(application.actor, device.id, Action.RELEASE, 'x')


async def test_a_key_makes_repeating_a_command_harmless(application: RunningApplication) -> None:
    device = await application.device()
    first = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost', key='k')
    assert (
        await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost', key='k')
    ).id == first.id
    await application.check_in(device.id)
    await application.commands.answer(application.enterprise, device.id, first.id, confirmed=True, detail='')
    assert (
        await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost', key='k')
    ).id == first.id
    assert len(application.store.rows[Command]) == 1


async def test_a_command_that_is_over_cannot_be_taken_back(application: RunningApplication) -> None:
    device = await application.device()
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    await application.commands.cancel(application.actor, command.id)
    with pytest.raises(NotFound):
        await application.commands.cancel(application.actor, command.id)


async def test_a_viewer_changes_nothing(application: RunningApplication) -> None:
    device = await application.device()
    viewer = Actor(ActorKind.PERSON, 'v', 'Vic', application.enterprise, PERMISSIONS[Role.VIEWER])
    for attempt in (
        application.enrolments.add(viewer, new('two')),
        application.devices.change(viewer, device.id, 1, new('two')),
        application.enrolments.retire(viewer, device.id, 1),
        application.commands.command(viewer, device.id, Action.QUARANTINE, 'x'),
        application.commands.cancel(viewer, 'x'),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert application.fleet[Device] == {device.id: device}


async def test_people_of_another_enterprise_find_nothing(application: RunningApplication) -> None:
    device = await application.device(identifiers=identifiers(1))
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    other = await application.enterprises.add('Other')
    stranger = Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN])
    for attempt in (
        application.devices.change(stranger, device.id, 1, new('mine')),
        application.enrolments.retire(stranger, device.id, 1),
        application.commands.command(stranger, device.id, Action.QUARANTINE, 'x'),
        application.commands.cancel(stranger, command.id),
        application.commands.answer(other.id, device.id, command.id, confirmed=True, detail=''),
    ):
        with pytest.raises(NotFound):
            await attempt
    theirs = await application.enrolments.add(stranger, new('theirs', identifiers=identifiers(1)))
    assert set(application.fleets.of(other.id)[Device]) == {theirs.device.id}
    assert set(application.fleet[Device]) == {device.id}
    assert application.store.rows[Device][device.id].name == 'crane-1'


async def test_the_second_of_two_people_who_cancel_at_once_hears_that_it_is_over(
    application: RunningApplication,
) -> None:
    device = await application.device()
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    application.store.gate.clear()
    first = asyncio.create_task(application.commands.cancel(application.actor, command.id))
    for _ in range(5):
        await asyncio.sleep(0)
    second = asyncio.create_task(application.commands.cancel(application.actor, command.id))
    await asyncio.sleep(0)
    application.store.gate.set()
    assert (await first).state is CommandState.CANCELLED
    with pytest.raises(Conflict, match='over already'):
        await second


async def test_the_criticality_is_normal_until_a_person_says_otherwise_and_the_journal_tells_both(
    application: RunningApplication,
) -> None:
    device = await application.device('pump')
    assert device.criticality is Criticality.NORMAL
    vital = new('pump', criticality=Criticality.VITAL)
    changed = await application.devices.change(application.actor, device.id, 1, vital)
    assert (changed.criticality, changed.version) == (Criticality.VITAL, 2)
    (entry,) = application.entries(DeviceChanged)
    assert entry.changes == {'criticality': ['normal', 'vital']}


async def test_a_rule_on_the_criticality_is_asked_again_when_it_changes(application: RunningApplication) -> None:
    policy = NewPolicy(
        name='Vital ones are encrypted', rule='device.criticality != "vital" || device.storage.encrypted'
    )
    await application.policies.add(application.actor, policy)
    device = await application.device('pump')
    await application.check_in(device.id, facts=Facts(storage=Storage(encrypted=False)))
    assert application.fleet[DeviceState][device.id].compliance is Compliance.COMPLIANT
    await application.devices.change(application.actor, device.id, 1, new('pump', criticality=Criticality.VITAL))
    assert application.fleet[DeviceState][device.id].compliance is Compliance.VIOLATING


async def test_labels_of_many_devices_change_where_they_differ_and_are_taken_back_where_they_still_stand(
    application: RunningApplication,
) -> None:
    made = [await application.device(f'crane-{number}', labels={'team': 'blue'}) for number in range(AT_A_TIME + 2)]
    have = await application.device('has it', labels={'site': 'port-1'})
    ids = [device.id for device in (*made, have)]
    patch = {'site': 'port-1', 'team': None}
    done = await application.devices.label(application.actor, dict.fromkeys(ids, patch))
    assert (len(done.before), done.unchanged, done.refused) == (len(made), 1, {})
    assert {device.id: application.fleet[Device][device.id].labels for device in made} == {
        device.id: {'site': 'port-1'} for device in made
    }
    entries = [entry for entry in application.entries(DeviceChanged) if entry.subject.id in set(ids)]
    assert [entry.changes for entry in entries] == [{'labels': [{'team': 'blue'}, {'site': 'port-1'}]}] * len(made)

    moved = application.fleet[Device][made[0].id]
    await application.devices.change(
        application.actor, moved.id, moved.version, new(moved.name, labels={'site': 'port-9'})
    )
    await application.enrolments.retire(application.actor, made[1].id, application.fleet[Device][made[1].id].version)
    back = await application.devices.label(application.actor, done.before, seen=patch)
    assert (len(back.before), back.moved, len(back.refused)) == (len(made) - 2, 1, 1)
    assert application.fleet[Device][moved.id].labels == {'site': 'port-9'}
    assert application.fleet[Device][made[-1].id].labels == {'team': 'blue'}
    assert application.fleet[Device][have.id].labels == {'site': 'port-1'}


async def test_a_device_that_cannot_have_one_more_label_does_not_keep_the_others_from_it(
    application: RunningApplication,
) -> None:
    full = await application.device('full', labels={f'key-{number}': 'x' for number in range(32)})
    other = await application.device('other')
    done = await application.devices.label(application.actor, {full.id: {'site': 'x'}, other.id: {'site': 'x'}})
    assert (list(done.before), [refusal.field for refusal in done.refused.values()]) == ([other.id], ['labels'])
    with pytest.raises(Invalid, match='at most 32'):
        await application.devices.label(application.actor, {full.id: {'site': 'y'}})
    with pytest.raises(Invalid, match='label key'):
        await application.devices.label(application.actor, {other.id: {'no key!': 'y'}})
    viewer = replace(application.actor, permissions=PERMISSIONS[Role.VIEWER])
    with pytest.raises(NotAllowed):
        await application.devices.label(viewer, {other.id: {'site': 'y'}})
