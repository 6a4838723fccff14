"""People whose role is narrowed, what they see of an application, and masts and phones to tell apart."""

from dataclasses import fields
from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.devices.facts import Facts, Storage
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication

PORT = Scope({'site': ('port-1',)})
NORTH = Scope(regions=('north',))
EITHER = Scope({'site': ('port-1',)}, ('north',))


def actor(application: RunningApplication, scope: Scope, role: Role = Role.OPERATOR) -> Actor:
    person = Person(
        id='ops',
        enterprise=application.enterprise,
        account='',
        email='',
        name='Ops',
        role=role,
        created_at=0,
        scope=scope,
    )
    return person.actor()


def sight(application: RunningApplication, scope: Scope) -> Fleet:
    return application.fleets.seen_by(actor(application, scope))


def cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


async def mast(application: RunningApplication, name: str, number: int, region: str = '', **more: Any) -> Tower:
    return await application.towers.add(
        application.actor, NewTower(name=name, region=region, cells=(cell(number),), **more)
    )


async def on(application: RunningApplication, device: Device, number: int, *, rsrp: float = -90) -> None:
    application.clock.tick(60)
    radio = Radio(Rat.LTE, '204', '08', 4417, number, rsrp=rsrp)
    await application.check_in(device.id, facts=Facts(storage=Storage(encrypted=False)), radio=radio)


def asked_again(tower: Tower, **changes: Any) -> NewTower:
    renamed = {'parent_id': 'parent', 'backup_ids': 'backups', 'power_ids': 'power'}
    said = {spec.name: getattr(tower, renamed.get(spec.name, spec.name)) for spec in fields(NewTower)}
    return NewTower(**{**said, 'parent_id': tower.parent, **changes})


def there(alert: Alert | None) -> Alert:
    """An alert that was raised: its rule is on and takes in what it is about."""
    assert alert is not None
    return alert
