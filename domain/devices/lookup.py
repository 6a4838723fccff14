"""Devices by id and by identifier, as this actor may touch them."""

from domain.access.actors import Actor
from domain.access.scopes import words
from domain.cellular.identifiers import KEYS, Identifiers
from domain.changes.transaction import Transaction
from domain.common.errors import Invalid, NotAllowed, NotFound
from domain.devices.live import DeviceIdentifiers
from domain.devices.model import Device, DeviceState
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower


def with_identifiers(tx: Transaction, enterprise: str, names: Identifiers) -> list[Device]:
    """The devices that carry this IMEI or this serial number, as this group leaves them; a placeholder names none."""
    fleet: Fleet = tx.fleet(enterprise)
    found: dict[str, Device] = {}
    for name in KEYS:
        value = names.key(name)
        if value is None:
            continue
        live = [tx.find(Device, enterprise, id) for id in fleet.index(DeviceIdentifiers).devices(name, value)]
        for device in (*live, *tx.rows(Device).values()):
            if device is None or device.enterprise != enterprise or device.retired_at is not None:
                continue
            if device.identifiers.key(name) == value:
                found[device.id] = device
    return list(found.values())


def need_device(tx: Transaction, actor: Actor, device_id: str) -> Device:
    """The device, or ``NotFound``."""
    device = tx.need(Device, actor.enterprise, device_id)
    if not is_inside(tx, actor, device):
        raise NotFound.of(Device, device_id)
    return device


def check_new_device(actor: Actor, device: Device) -> None:
    """Refuse a device that the actor would not see: no tower serves it yet, so its labels decide."""
    scope = actor.scope
    if scope and not scope.labels:
        raise NotAllowed(
            f'your role is for {words(scope)}, and no tower serves a new device yet: it enrols itself with a token'
        )
    if scope and not scope.fits(device.labels):
        raise Invalid(f'must fit your role, which is for {words(scope)}', field='labels')


def check_still_inside(tx: Transaction, actor: Actor, device: Device) -> None:
    """Refuse labels with which the device would leave what the actor's role shows."""
    if not is_inside(tx, actor, device):
        raise Invalid(f'must go on fitting your role, which is for {words(actor.scope)}', field='labels')


def is_inside(tx: Transaction, actor: Actor, device: Device) -> bool:
    """True for a device that the actor's role shows: by its labels, or by the region of the tower that serves it."""
    if not actor.scope:
        return True
    state = tx.find(DeviceState, actor.enterprise, device.id)
    tower = tx.find(Tower, actor.enterprise, state.tower) if state is not None and state.tower else None
    served = tower is not None and tower.retired_at is None
    return actor.scope.admits(device.labels, tower.region if tower is not None and served else None)
