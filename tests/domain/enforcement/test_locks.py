"""Lock, unlock and wipe: ordered by people alone, each with its own permission, kept as the device confirmed it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Permission, Role
from domain.common.errors import Conflict, Invalid, NotAllowed, StepUpNeeded
from domain.devices.actions import Action
from domain.devices.model import Device
from domain.enforcement.model import CommandState
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.towers.input import NewTower
from domain.towers.model import TowerKind, TowerState, TowerStatus
from tests.fakes import House, house


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def carry_out(home: House, device: Device, action: Action, *, confirmed: bool = True) -> None:
    """Order it, let the device fetch it and answer."""
    command = await home.devices.command(home.actor, device.id, action, 'stolen')
    assert command.id in [order.id for order in (await home.check_in(device.id)).commands]
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=confirmed, detail='')


def person(home: House, role: Role, *, raised: bool) -> Actor:
    return Actor(ActorKind.PERSON, 'p', 'Pat', home.enterprise, PERMISSIONS[role], raised=raised)


async def test_a_device_is_locked_since_it_confirmed_it_until_it_confirms_the_unlocking(home: House) -> None:
    device = await home.device()
    await carry_out(home, device, Action.LOCK)
    locked = home.clock()
    home.clock.tick(60)
    assert home.fleet.locks[device.id].locked_at == locked
    with pytest.raises(Conflict, match='crane-1 is locked'):
        await home.devices.command(home.actor, device.id, Action.LOCK, 'stolen')
    await carry_out(home, device, Action.UNLOCK)
    assert not home.fleet.locks


async def test_a_lock_that_the_device_refused_is_none_and_calls_a_person(home: House) -> None:
    device = await home.device()
    await carry_out(home, device, Action.LOCK, confirmed=False)
    assert not home.fleet.locks
    (alert,) = home.fleet.alerts.values()
    assert alert.problem == 'crane-1 rejected lock'
    await carry_out(home, device, Action.QUARANTINE)
    assert home.fleet.alerts  # doing something else does not make up for it
    await carry_out(home, device, Action.LOCK)
    assert not home.fleet.alerts


async def test_locks_and_wipes_survive_a_restart(home: House) -> None:
    device = await home.device()
    await carry_out(home, device, Action.LOCK)
    await carry_out(home, device, Action.WIPE)
    async with house(store=home.store, clock=home.clock) as later:
        lock = later.fleet.locks[device.id]
        assert (lock.locked_at, lock.wiped_at) == (home.clock(), home.clock())


async def test_an_unlocking_does_not_undo_a_wipe(home: House) -> None:
    device = await home.device()
    for action in (Action.LOCK, Action.WIPE, Action.UNLOCK):
        await carry_out(home, device, action)
    lock = home.fleet.locks[device.id]
    assert (lock.locked_at, lock.wiped_at, lock.ended_at) == (None, home.clock(), None)


async def test_an_unlocking_takes_back_a_lock_that_the_device_has_not_heard_of_and_nothing_else(home: House) -> None:
    device = await home.device()
    for action in (Action.QUARANTINE, Action.LOCK, Action.WIPE, Action.UNLOCK):
        await home.devices.command(home.actor, device.id, action, 'x')
    open_ones = {command.action for command in home.fleet.commands.values()}
    assert open_ones == {Action.QUARANTINE, Action.WIPE, Action.UNLOCK}


async def test_a_lock_leaves_the_quarantine_alone(home: House) -> None:
    device = await home.device()
    await carry_out(home, device, Action.QUARANTINE)
    await carry_out(home, device, Action.LOCK)
    await carry_out(home, device, Action.UNLOCK)
    assert home.fleet.state_of(device.id).quarantined
    assert home.fleet.held == {device.id}


async def test_what_a_person_orders_of_a_stolen_device_is_never_parked(home: House) -> None:
    device = await home.device()
    tower = await home.towers.add(home.actor, NewTower(name='Mast', kind=TowerKind.MACRO))
    home.fleet.apply(replace(home.fleet.state_of(device.id), tower=tower.id))
    home.fleet.apply(TowerState(tower.id, home.enterprise, status=TowerStatus.DOWN))
    for action in (Action.LOCK, Action.WIPE):
        command = await home.devices.command(home.actor, device.id, action, 'stolen')
        assert command.state is CommandState.QUEUED


@pytest.mark.parametrize(
    ('role', 'action', 'may'),
    [
        (Role.VIEWER, Action.LOCK, False),
        (Role.VIEWER, Action.WIPE, False),
        (Role.OPERATOR, Action.LOCK, True),
        (Role.OPERATOR, Action.UNLOCK, True),
        (Role.OPERATOR, Action.WIPE, False),
        (Role.SECURITY, Action.WIPE, True),
        (Role.ADMIN, Action.WIPE, True),
    ],
)
async def test_who_may_lock_and_who_may_wipe(home: House, role: Role, action: Action, may: bool) -> None:
    device = await home.device()
    if action is Action.UNLOCK:
        await carry_out(home, device, Action.LOCK)
    if not may:
        with pytest.raises(NotAllowed):
            await home.devices.command(person(home, role, raised=True), device.id, action, 'x')
        assert not home.fleet.commands
        return
    with pytest.raises(StepUpNeeded):
        await home.devices.command(person(home, role, raised=False), device.id, action, 'x')
    command = await home.devices.command(person(home, role, raised=True), device.id, action, 'x')
    with pytest.raises(StepUpNeeded):
        await home.devices.cancel(person(home, role, raised=False), command.id)


async def test_a_program_that_may_wipe_may_not_quarantine(home: House) -> None:
    device = await home.device()
    program = Actor(ActorKind.PROGRAM, 't', 'Wiper', home.enterprise, frozenset({Permission.COMMANDS_WIPE}))
    with pytest.raises(NotAllowed):
        await home.devices.command(program, device.id, Action.QUARANTINE, 'x')
    quarantine = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'x')
    with pytest.raises(NotAllowed):
        await home.devices.cancel(program, quarantine.id)
    await home.devices.command(program, device.id, Action.WIPE, 'x')


@pytest.mark.parametrize('action', [Action.LOCK, Action.UNLOCK, Action.WIPE, Action.RELEASE])
async def test_policies_quarantine_and_do_nothing_else(home: House, action: Action) -> None:
    with pytest.raises(Invalid) as refused:
        await home.policies.add(home.actor, NewPolicy(name='x', rule='true', mode=Mode.ENFORCE, action=action))
    assert refused.value.field == 'action'


async def test_a_retired_device_leaves_no_lock_behind(home: House) -> None:
    device = await home.device()
    await carry_out(home, device, Action.LOCK)
    await home.devices.retire(home.actor, device.id, device.version)
    assert not home.fleet.locks
    async with house(store=home.store, clock=home.clock) as later:
        assert not later.fleet.locks
