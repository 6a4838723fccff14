"""What a narrowed role may touch."""

from collections.abc import AsyncIterator

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import Kind
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from tests.domain.parts import EITHER, NORTH, PORT, actor, asked_again, cell, mast, on, sight
from tests.fakes import House, house, identifiers


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as found:
        yield found


@pytest.mark.parametrize('scope', [PORT, NORTH, EITHER])
async def test_nothing_outside_can_be_touched(home: House, scope: Scope) -> None:
    tower = await mast(home, 'Botlek', 2, 'south')
    device = await home.device('van')
    command = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    await on(home, device, 666)
    (alert,) = home.fleet.alerts.values()
    ops = actor(home, scope)
    new = NewDevice(name='mine', kind=Kind.TABLET, labels={'site': 'port-1'})
    for touch in (
        lambda: home.devices.change(ops, device.id, device.version, new),
        lambda: home.devices.retire(ops, device.id, device.version),
        lambda: home.devices.command(ops, device.id, Action.RELEASE, 'mine'),
        lambda: home.devices.cancel(ops, command.id),
        lambda: home.towers.change(ops, tower.id, tower.version, asked_again(tower, name='mine')),
        lambda: home.towers.retire(ops, tower.id, tower.version),
        lambda: home.alerts.acknowledge(ops, alert.id),
    ):
        with pytest.raises(NotFound, match='there is no'):
            await touch()


async def test_what_is_inside_can_be_touched(home: House) -> None:
    tower = await mast(home, 'Waalhaven', 1, 'north')
    device = await home.device('crane', labels={'site': 'port-1'})
    await on(home, device, 1)
    for scope in (PORT, NORTH):
        command = await home.devices.command(actor(home, scope), device.id, Action.QUARANTINE, 'lost')
        await home.devices.cancel(actor(home, scope), command.id)
    await home.towers.change(actor(home, NORTH), tower.id, tower.version, asked_again(tower, operator='us'))
    assert home.fleet.towers[tower.id].operator == 'us'


async def test_a_device_cannot_be_added_outside_nor_changed_so_that_it_leaves(home: House) -> None:
    def new(**labels: str) -> NewDevice:
        return NewDevice(name='crane', kind=Kind.TABLET, labels=labels)

    with pytest.raises(Invalid, match='site=port-1 only') as refused:
        await home.devices.add(actor(home, PORT), new(site='port-2'))
    assert refused.value.field == 'labels'
    with pytest.raises(NotAllowed, match='region north only'):
        await home.devices.add(actor(home, NORTH), new(site='port-1'))
    device = (await home.devices.add(actor(home, PORT), new(site='port-1'))).device
    with pytest.raises(Invalid, match='go on fitting'):
        await home.devices.change(actor(home, PORT), device.id, device.version, new(site='port-2'))
    await home.devices.change(actor(home, PORT), device.id, device.version, new(site='port-1', team='cranes'))


async def test_a_tower_is_changed_by_whoever_has_its_region(home: House) -> None:
    tower = await mast(home, 'Waalhaven', 1, 'north')
    await on(home, await home.device('crane', labels={'site': 'port-1'}), 1)
    with pytest.raises(NotAllowed, match='see this tower, not change it'):
        await home.towers.change(actor(home, PORT), tower.id, tower.version, asked_again(tower))
    with pytest.raises(NotAllowed, match='their region'):
        await home.towers.add(actor(home, PORT), NewTower(name='new', region='north'))
    with pytest.raises(Invalid, match='must be north') as refused:
        await home.towers.change(actor(home, NORTH), tower.id, tower.version, asked_again(tower, region='south'))
    assert refused.value.field == 'region'
    with pytest.raises(Invalid, match='must be north'):
        await home.towers.add(actor(home, NORTH), NewTower(name='new'))


async def test_a_backhaul_out_of_sight_is_neither_named_nor_lost(home: House) -> None:
    hub = await mast(home, 'Hub', 9, 'south')
    tower = await mast(home, 'Waalhaven', 1, 'north', parent_id=hub.id)
    seen = sight(home, NORTH).towers[tower.id]
    assert seen.parent is None
    saved = await home.towers.change(actor(home, NORTH), tower.id, tower.version, asked_again(seen, operator='us'))
    assert (saved.parent, saved.operator) == (hub.id, 'us')
    child = await mast(home, 'Child', 2, 'north')
    with pytest.raises(Invalid, match='there is no such tower'):
        await home.towers.change(actor(home, NORTH), child.id, child.version, asked_again(child, parent_id=hub.id))


async def test_what_stands_in_the_way_is_not_named_when_it_is_out_of_sight(home: House) -> None:
    secret = await home.device('secret', identifiers=identifiers(1))
    device = await home.device('crane', labels={'site': 'port-1'})
    twin = NewDevice(name='crane', kind=Kind.TABLET, labels={'site': 'port-1'}, identifiers=secret.identifiers)
    with pytest.raises(Conflict, match='another device has this IMEI'):
        await home.devices.change(actor(home, PORT), device.id, device.version, twin)
    tower = await mast(home, 'Waalhaven', 1, 'north')
    await mast(home, 'Botlek', 2, 'south', parent_id=tower.id)
    with pytest.raises(Conflict, match='another tower'):
        await home.towers.change(actor(home, NORTH), tower.id, tower.version, asked_again(tower, cells=(cell(2),)))
    with pytest.raises(Conflict, match='backhaul of another tower'):
        await home.towers.retire(actor(home, NORTH), tower.id, tower.version)


async def test_a_narrowed_security_role_writes_no_policy(home: House) -> None:
    with pytest.raises(NotAllowed, match='goes with the whole enterprise'):
        await home.policies.add(actor(home, PORT, Role.SECURITY), NewPolicy(name='x', rule='true'))
