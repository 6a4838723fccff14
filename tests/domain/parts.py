"""People whose role is narrowed, what they see of a house, and masts and phones to tell apart."""

from dataclasses import fields
from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.cellular.radio import Radio, Rat
from domain.devices.facts import Facts, Storage
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import House

PORT = Scope({'site': ('port-1',)})
NORTH = Scope(regions=('north',))
EITHER = Scope({'site': ('port-1',)}, ('north',))


def actor(home: House, scope: Scope, role: Role = Role.OPERATOR) -> Actor:
    person = Person(
        id='ops', enterprise=home.enterprise, account='', email='', name='Ops', role=role, created_at=0, scope=scope
    )
    return person.actor()


def sight(home: House, scope: Scope) -> Fleet:
    return home.fleets.seen_by(actor(home, scope))


def cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


async def mast(home: House, name: str, number: int, region: str = '', **more: Any) -> Tower:
    return await home.towers.add(home.actor, NewTower(name=name, region=region, cells=(cell(number),), **more))


async def on(home: House, device: Device, number: int, *, rsrp: float = -90) -> None:
    home.clock.tick(60)
    radio = Radio(Rat.LTE, '204', '08', 4417, number, rsrp=rsrp)
    await home.check_in(device.id, facts=Facts(storage=Storage(encrypted=False)), radio=radio)


def asked_again(tower: Tower, **changes: Any) -> NewTower:
    said = {spec.name: getattr(tower, spec.name) for spec in fields(NewTower) if spec.name != 'parent_id'}
    return NewTower(**{**said, 'parent_id': tower.parent, **changes})
