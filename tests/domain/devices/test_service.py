"""Devices: enrolled with a token, added, changed, retired, told what to do."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.cellular.identifiers import Identifiers
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Stale
from domain.devices.actions import Action
from domain.devices.events import DeviceChanged
from domain.devices.facts import Facts, Security
from domain.devices.input import NewDevice
from domain.devices.model import Device, Kind
from domain.enforcement.model import Command, CommandState
from domain.enrolment.events import DeviceRetired
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.violations import Violation
from tests.fakes import House, house, identifiers

ROOTED = Facts(security=Security(rooted=True))


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


def new(name: str = 'crane-1', **more: Any) -> NewDevice:
    return NewDevice(name=name, kind=Kind.TABLET, **more)


async def test_two_devices_cannot_have_one_imei_or_serial(home: House) -> None:
    await home.device('one', identifiers=identifiers(1))
    with pytest.raises(Conflict):
        await home.device('two', identifiers=Identifiers(serial=identifiers(1).serial))
    two = await home.device('two', identifiers=identifiers(2))
    mixed = Identifiers(imei=identifiers(2).imei, serial=identifiers(1).serial)
    with pytest.raises(Conflict, match='one has this IMEI or serial'):
        await home.devices.change(home.actor, two.id, two.version, new('two', identifiers=mixed))


async def test_an_identifier_that_was_given_up_can_be_given_to_another(home: House) -> None:
    one = await home.device('one', identifiers=identifiers(1))
    await asyncio.gather(
        home.devices.change(home.actor, one.id, 1, new('one')),
        home.devices.add(home.actor, new('two', identifiers=identifiers(1))),
    )
    assert home.fleet.devices[home.fleet.by_identifier('serial', 'SN-000001') or ''].name == 'two'


async def test_a_change_is_journalled_with_what_was_and_what_is(home: House) -> None:
    device = await home.device(labels={'site': 'port-1'})
    await home.devices.change(home.actor, device.id, 1, new('crane-2', labels={'site': 'port-2'}))
    assert home.entries(DeviceChanged)[0].changes == {
        'name': ['crane-1', 'crane-2'],
        'labels': [{'site': 'port-1'}, {'site': 'port-2'}],
    }


async def test_of_two_edits_of_one_version_the_second_is_stale(home: House) -> None:
    device = await home.device()
    answers = await asyncio.gather(
        *[home.devices.change(home.actor, device.id, 1, new(f'crane-{n}')) for n in range(2)], return_exceptions=True
    )
    assert isinstance(answers[1], Stale)
    assert home.fleet.devices[device.id].name == 'crane-0'
    with pytest.raises(Stale):
        await home.devices.retire(home.actor, device.id, 1)


async def test_a_change_that_says_nothing_new_leaves_no_trace(home: House) -> None:
    device = await home.device('crane-1')
    assert await home.devices.change(home.actor, device.id, 1, new('crane-1')) == device
    assert not home.entries(DeviceChanged)
    with pytest.raises(Stale):
        await home.devices.change(home.actor, device.id, 7, new('crane-1'))


@pytest.mark.parametrize('interval_s', [4, 7 * 86_400 + 1])
async def test_an_interval_has_a_range(home: House, interval_s: int) -> None:
    with pytest.raises(Invalid) as refused:
        await home.device(interval_s=interval_s)
    assert refused.value.field == 'interval_s'


async def test_a_retirement_closes_everything_and_keeps_the_history(home: House) -> None:
    rule = NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=Mode.ENFORCE)
    await home.policies.add(home.actor, rule)
    enrolled = await home.devices.add(home.actor, new(identifiers=identifiers(1)))
    device = enrolled.device
    (command,) = (await home.check_in(device.id, facts=ROOTED)).commands
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=False, detail='no hook')
    await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    await home.devices.retire(home.actor, device.id, device.version)
    assert not home.fleet.devices
    assert not home.fleet.states
    assert not home.fleet.violations
    assert not home.fleet.commands
    assert not home.fleet.alerts
    assert not home.fleet.held
    assert [row.cleared_at for row in home.store.rows[Violation].values()] == [home.clock()]
    assert {row.state for row in home.store.rows[Command].values()} == {CommandState.REJECTED, CommandState.CANCELLED}
    with pytest.raises(NotSignedIn):
        home.access.device(enrolled.credential)
    with pytest.raises(NotFound):
        await home.check_in(device.id)
    assert home.entries(DeviceRetired)[0].subject.name == 'crane-1'
    again = await home.device(identifiers=identifiers(1))
    assert again.id != device.id
    async with house(store=home.store, clock=home.clock) as later:
        assert set(later.fleet.devices) == {again.id}
        assert not later.fleet.violations
        assert not later.fleet.commands


async def test_a_retirement_ends_the_alert_of_what_the_device_refused(home: House) -> None:
    device = await home.device()
    command = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    await home.check_in(device.id)
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=False, detail='no hook')
    assert home.fleet.alerts
    await home.devices.retire(home.actor, device.id, device.version)
    assert not home.fleet.alerts


async def test_a_command_that_would_change_nothing_is_refused(home: House) -> None:
    device = await home.device()
    with pytest.raises(Conflict, match='not in quarantine'):
        await home.devices.command(home.actor, device.id, Action.RELEASE, 'x')


async def test_a_key_makes_repeating_a_command_harmless(home: House) -> None:
    device = await home.device()
    first = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost', key='k')
    assert (await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost', key='k')).id == first.id
    await home.check_in(device.id)
    await home.devices.answer(home.enterprise, device.id, first.id, confirmed=True, detail='')
    assert (await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost', key='k')).id == first.id
    assert len(home.store.rows[Command]) == 1


async def test_a_command_that_is_over_cannot_be_taken_back(home: House) -> None:
    device = await home.device()
    command = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    await home.devices.cancel(home.actor, command.id)
    with pytest.raises(NotFound):
        await home.devices.cancel(home.actor, command.id)


async def test_a_viewer_changes_nothing(home: House) -> None:
    device = await home.device()
    viewer = Actor(ActorKind.PERSON, 'v', 'Vic', home.enterprise, PERMISSIONS[Role.VIEWER])
    for attempt in (
        home.devices.add(viewer, new('two')),
        home.devices.change(viewer, device.id, 1, new('two')),
        home.devices.retire(viewer, device.id, 1),
        home.devices.command(viewer, device.id, Action.QUARANTINE, 'x'),
        home.devices.cancel(viewer, 'x'),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert home.fleet.devices == {device.id: device}


async def test_people_of_another_enterprise_find_nothing(home: House) -> None:
    device = await home.device(identifiers=identifiers(1))
    command = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    other = await home.enterprises.add('Other')
    stranger = Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN])
    for attempt in (
        home.devices.change(stranger, device.id, 1, new('mine')),
        home.devices.retire(stranger, device.id, 1),
        home.devices.command(stranger, device.id, Action.QUARANTINE, 'x'),
        home.devices.cancel(stranger, command.id),
        home.devices.answer(other.id, device.id, command.id, confirmed=True, detail=''),
    ):
        with pytest.raises(NotFound):
            await attempt
    theirs = await home.devices.add(stranger, new('theirs', identifiers=identifiers(1)))
    assert set(home.fleets.of(other.id).devices) == {theirs.device.id}
    assert set(home.fleet.devices) == {device.id}
    assert home.store.rows[Device][device.id].name == 'crane-1'


async def test_whoever_cancels_while_somebody_else_does_hears_that_it_is_over(home: House) -> None:
    device = await home.device()
    command = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    home.store.gate.clear()
    first = asyncio.create_task(home.devices.cancel(home.actor, command.id))
    for _ in range(5):
        await asyncio.sleep(0)
    second = asyncio.create_task(home.devices.cancel(home.actor, command.id))
    await asyncio.sleep(0)
    home.store.gate.set()
    assert (await first).state is CommandState.CANCELLED
    with pytest.raises(Conflict, match='over already'):
        await second
