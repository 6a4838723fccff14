"""Across nouns: what a narrowed role may touch."""

from collections.abc import AsyncIterator

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from domain.towers.model import Tower
from tests.domain.parts import EITHER, NORTH, PORT, actor, asked_again, cell, mast, on, sight
from tests.fakes import RunningApplication, identifiers, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


@pytest.mark.parametrize('scope', [PORT, NORTH, EITHER])
async def test_nothing_outside_can_be_touched(application: RunningApplication, scope: Scope) -> None:
    tower = await mast(application, 'Botlek', 2, 'south')
    device = await application.device('van')
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    await on(application, device, 666)
    (alert,) = application.fleet[Alert].values()
    ops = actor(application, scope)
    new = NewDevice(name='mine', kind=DeviceKind.TABLET, labels={'site': 'port-1'})
    for touch in (
        lambda: application.devices.change(ops, device.id, device.version, new),
        lambda: application.enrolments.retire(ops, device.id, device.version),
        lambda: application.commands.command(ops, device.id, Action.RELEASE, 'mine'),
        lambda: application.commands.cancel(ops, command.id),
        lambda: application.towers.change(ops, tower.id, tower.version, asked_again(tower, name='mine')),
        lambda: application.towers.retire(ops, tower.id, tower.version),
        lambda: application.alerts.acknowledge(ops, alert.id),
    ):
        with pytest.raises(NotFound, match='there is no'):
            await touch()


async def test_what_is_inside_can_be_touched(application: RunningApplication) -> None:
    tower = await mast(application, 'Waalhaven', 1, 'north')
    device = await application.device('crane', labels={'site': 'port-1'})
    await on(application, device, 1)
    for scope in (PORT, NORTH):
        command = await application.commands.command(actor(application, scope), device.id, Action.QUARANTINE, 'lost')
        await application.commands.cancel(actor(application, scope), command.id)
    await application.towers.change(
        actor(application, NORTH), tower.id, tower.version, asked_again(tower, operator='us')
    )
    assert application.fleet[Tower][tower.id].operator == 'us'


async def test_a_device_cannot_be_added_outside_nor_changed_so_that_it_leaves(application: RunningApplication) -> None:
    def new(**labels: str) -> NewDevice:
        return NewDevice(name='crane', kind=DeviceKind.TABLET, labels=labels)

    with pytest.raises(Invalid, match='site=port-1 only') as refused:
        await application.enrolments.add(actor(application, PORT), new(site='port-2'))
    assert refused.value.field == 'labels'
    with pytest.raises(NotAllowed, match='region north only'):
        await application.enrolments.add(actor(application, NORTH), new(site='port-1'))
    device = (await application.enrolments.add(actor(application, PORT), new(site='port-1'))).device
    with pytest.raises(Invalid, match='go on fitting'):
        await application.devices.change(actor(application, PORT), device.id, device.version, new(site='port-2'))
    await application.devices.change(
        actor(application, PORT), device.id, device.version, new(site='port-1', team='cranes')
    )


async def test_a_tower_is_changed_by_a_role_with_its_region(application: RunningApplication) -> None:
    tower = await mast(application, 'Waalhaven', 1, 'north')
    await on(application, await application.device('crane', labels={'site': 'port-1'}), 1)
    with pytest.raises(NotAllowed, match='see this tower, not change it'):
        await application.towers.change(actor(application, PORT), tower.id, tower.version, asked_again(tower))
    with pytest.raises(NotAllowed, match='their region'):
        await application.towers.add(actor(application, PORT), NewTower(name='new', region='north'))
    with pytest.raises(Invalid, match='must be north') as refused:
        await application.towers.change(
            actor(application, NORTH), tower.id, tower.version, asked_again(tower, region='south')
        )
    assert refused.value.field == 'region'
    with pytest.raises(Invalid, match='must be north'):
        await application.towers.add(actor(application, NORTH), NewTower(name='new'))


async def test_a_backhaul_out_of_sight_is_neither_named_nor_lost(application: RunningApplication) -> None:
    hub = await mast(application, 'Hub', 9, 'south')
    tower = await mast(application, 'Waalhaven', 1, 'north', parent_id=hub.id)
    seen = sight(application, NORTH)[Tower][tower.id]
    assert seen.parent is None
    saved = await application.towers.change(
        actor(application, NORTH), tower.id, tower.version, asked_again(seen, operator='us')
    )
    assert (saved.parent, saved.operator) == (hub.id, 'us')
    child = await mast(application, 'Child', 2, 'north')
    with pytest.raises(Invalid, match='there is no such tower'):
        await application.towers.change(
            actor(application, NORTH), child.id, child.version, asked_again(child, parent_id=hub.id)
        )


async def test_what_stands_in_the_way_is_not_named_when_it_is_out_of_sight(application: RunningApplication) -> None:
    secret = await application.device('secret', identifiers=identifiers(1))
    device = await application.device('crane', labels={'site': 'port-1'})
    twin = NewDevice(name='crane', kind=DeviceKind.TABLET, labels={'site': 'port-1'}, identifiers=secret.identifiers)
    with pytest.raises(Conflict, match='another device has this IMEI'):
        await application.devices.change(actor(application, PORT), device.id, device.version, twin)
    tower = await mast(application, 'Waalhaven', 1, 'north')
    await mast(application, 'Botlek', 2, 'south', parent_id=tower.id)
    with pytest.raises(Conflict, match='another tower'):
        await application.towers.change(
            actor(application, NORTH), tower.id, tower.version, asked_again(tower, cells=(cell(2),))
        )
    with pytest.raises(Conflict, match='backhaul of another tower'):
        await application.towers.retire(actor(application, NORTH), tower.id, tower.version)


async def test_a_narrowed_security_role_writes_no_policy(application: RunningApplication) -> None:
    with pytest.raises(NotAllowed, match='goes with the whole enterprise'):
        await application.policies.add(actor(application, PORT, Role.SECURITY), NewPolicy(name='x', rule='true'))
