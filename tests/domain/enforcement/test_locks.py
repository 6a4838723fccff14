"""Lock, unlock and wipe: ordered by people alone, each with its own permission, kept as the device confirmed it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Permission, Role
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, StepUpNeeded
from domain.devices.actions import Action
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.enforcement.live import Held
from domain.enforcement.model import Command, CommandState, Lock
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.towers.input import NewTower
from domain.towers.model import TowerKind, TowerState, TowerStatus
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def carry_out(application: RunningApplication, device: Device, action: Action, *, confirmed: bool = True) -> None:
    """Order it, let the device fetch it and answer."""
    command = await application.commands.command(application.actor, device.id, action, 'stolen')
    assert command.id in [order.id for order in (await application.check_in(device.id)).commands]
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=confirmed, detail='')


def person(application: RunningApplication, role: Role, *, recently_verified: bool) -> Actor:
    return Actor(
        ActorKind.PERSON, 'p', 'Pat', application.enterprise, PERMISSIONS[role], recently_verified=recently_verified
    )


async def test_a_device_is_locked_since_it_confirmed_it_until_it_confirms_the_unlocking(
    application: RunningApplication,
) -> None:
    device = await application.device()
    await carry_out(application, device, Action.LOCK)
    locked = application.clock()
    application.clock.tick(60)
    assert application.fleet[Lock][device.id].locked_at == locked
    with pytest.raises(Conflict, match='crane-1 is locked'):
        await application.commands.command(application.actor, device.id, Action.LOCK, 'stolen')
    await carry_out(application, device, Action.UNLOCK)
    assert not application.fleet[Lock]


async def test_a_lock_that_the_device_refused_is_none_and_calls_a_person(application: RunningApplication) -> None:
    device = await application.device()
    await carry_out(application, device, Action.LOCK, confirmed=False)
    assert not application.fleet[Lock]
    (alert,) = application.fleet[Alert].values()
    assert alert.problem == 'crane-1 rejected lock'
    await carry_out(application, device, Action.QUARANTINE)
    assert application.fleet[Alert]  # doing something else does not make up for it
    await carry_out(application, device, Action.LOCK)
    assert not application.fleet[Alert]


async def test_locks_and_wipes_survive_a_restart(application: RunningApplication) -> None:
    device = await application.device()
    await carry_out(application, device, Action.LOCK)
    await carry_out(application, device, Action.WIPE)
    async with running_application(store=application.store, clock=application.clock) as later:
        lock = later.fleet[Lock][device.id]
        assert (lock.locked_at, lock.wiped_at) == (application.clock(), application.clock())


async def test_an_unlocking_does_not_undo_a_wipe(application: RunningApplication) -> None:
    device = await application.device()
    for action in (Action.LOCK, Action.WIPE, Action.UNLOCK):
        await carry_out(application, device, action)
    lock = application.fleet[Lock][device.id]
    assert (lock.locked_at, lock.wiped_at, lock.ended_at) == (None, application.clock(), None)


async def test_an_unlocking_takes_back_a_lock_that_the_device_has_not_heard_of_and_nothing_else(
    application: RunningApplication,
) -> None:
    device = await application.device()
    for action in (Action.QUARANTINE, Action.LOCK, Action.WIPE, Action.UNLOCK):
        await application.commands.command(application.actor, device.id, action, 'x')
    open_ones = {command.action for command in application.fleet[Command].values()}
    assert open_ones == {Action.QUARANTINE, Action.WIPE, Action.UNLOCK}


async def test_a_lock_leaves_the_quarantine_alone(application: RunningApplication) -> None:
    device = await application.device()
    await carry_out(application, device, Action.QUARANTINE)
    await carry_out(application, device, Action.LOCK)
    await carry_out(application, device, Action.UNLOCK)
    assert state_of(application.fleet, device.id).quarantined
    assert application.fleet.index(Held).devices == {device.id}


async def test_what_a_person_orders_of_a_stolen_device_is_never_parked(application: RunningApplication) -> None:
    device = await application.device()
    tower = await application.towers.add(application.actor, NewTower(name='Mast', kind=TowerKind.MACRO))
    application.fleet.apply(replace(state_of(application.fleet, device.id), tower=tower.id))
    application.fleet.apply(TowerState(tower.id, application.enterprise, status=TowerStatus.DOWN))
    for action in (Action.LOCK, Action.WIPE):
        command = await application.commands.command(application.actor, device.id, action, 'stolen')
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
async def test_who_may_lock_and_who_may_wipe(
    application: RunningApplication, role: Role, action: Action, may: bool
) -> None:
    device = await application.device()
    if action is Action.UNLOCK:
        await carry_out(application, device, Action.LOCK)
    if not may:
        with pytest.raises(NotAllowed):
            await application.commands.command(
                person(application, role, recently_verified=True), device.id, action, 'x'
            )
        assert not application.fleet[Command]
        return
    with pytest.raises(StepUpNeeded):
        await application.commands.command(person(application, role, recently_verified=False), device.id, action, 'x')
    command = await application.commands.command(
        person(application, role, recently_verified=True), device.id, action, 'x'
    )
    with pytest.raises(StepUpNeeded):
        await application.commands.cancel(person(application, role, recently_verified=False), command.id)


async def test_a_program_that_may_wipe_may_not_quarantine(application: RunningApplication) -> None:
    device = await application.device()
    program = Actor(ActorKind.PROGRAM, 't', 'Wiper', application.enterprise, frozenset({Permission.COMMANDS_WIPE}))
    with pytest.raises(NotAllowed):
        await application.commands.command(program, device.id, Action.QUARANTINE, 'x')
    quarantine = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'x')
    with pytest.raises(NotAllowed):
        await application.commands.cancel(program, quarantine.id)
    await application.commands.command(program, device.id, Action.WIPE, 'x')


@pytest.mark.parametrize('action', [Action.LOCK, Action.UNLOCK, Action.WIPE, Action.RELEASE])
async def test_policies_quarantine_and_do_nothing_else(application: RunningApplication, action: Action) -> None:
    with pytest.raises(Invalid) as refused:
        await application.policies.add(
            application.actor, NewPolicy(name='x', rule='true', mode=Mode.ENFORCE, action=action)
        )
    assert refused.value.field == 'action'


async def test_a_retired_device_leaves_no_lock_behind(application: RunningApplication) -> None:
    device = await application.device()
    await carry_out(application, device, Action.LOCK)
    await application.enrolments.retire(application.actor, device.id, device.version)
    assert not application.fleet[Lock]
    async with running_application(store=application.store, clock=application.clock) as later:
        assert not later.fleet[Lock]
