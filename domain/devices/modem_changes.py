"""A device tells which machine it is while it runs: another modem, a number that was not known, or one that is another device's.

Its credential says which device speaks, so that no number that it tells costs it anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.cellular.identifiers import KEYS, WORDS, Identifiers
from domain.changes.transaction import Transaction
from domain.common.reading import OddValue
from domain.common.severity import Severity
from domain.devices.alerts import CONTRADICTION
from domain.devices.events import IdentifierMoved, ModemChanged
from domain.devices.lookup import with_identifiers
from domain.devices.model import Device, DeviceState, Presence, Reporting

_ANOTHER = 'is not the serial number of this device: it changes by an enrolment, or by people'


def with_numbers(tx: Transaction, device: Device, told: Mapping[str, str | None]) -> tuple[Device, Sequence[OddValue]]:
    """The device after it told its IMEI, its serial number or both, and what of it was left out.

    ``told`` are numbers as their standards write them; None says that the modem is not there any more. A modem moves from one device
    to another, a board does not: another serial number is not taken, and when it is another device's an alert names both.
    """
    odd: list[OddValue] = []
    if 'imei' in told:
        device = _with_imei(tx, device, told['imei'])
    serial = told.get('serial')
    known = device.identifiers.key('serial')
    if serial is None or Identifiers(serial=serial).is_placeholder('serial'):
        return device, odd
    others = _others(tx, device, Identifiers(serial=serial))
    if serial == known:
        no_longer_contradicting(tx, device)
    elif known is not None or others:
        odd.append(OddValue('identifiers.serial', _ANOTHER))
        if others:
            on_contradiction(tx, device, Identifiers(serial=serial), others)
    else:
        device = _put(tx, device, serial=serial)
    return device, odd


def on_contradiction(tx: Transaction, device: Device, told: Identifiers, others: Sequence[Device]) -> None:
    """The numbers that the device tells are those of others: one alert about it, which names them as well."""
    of = [
        f'its {WORDS[name]} {value} is that of {other.name}'
        for name in KEYS
        if (value := told.key(name)) is not None
        for other in others
        if other.identifiers.key(name) == value
    ]
    CONTRADICTION.raise_for(
        tx,
        device,
        severity=Severity.MAJOR,
        detail=', '.join(of[:4]),
        devices=len(others) + 1,
        witnesses=(device.id, *(other.id for other in others[:99])),
    )


def no_longer_contradicting(tx: Transaction, device: Device) -> None:
    """It is known which device it is."""
    CONTRADICTION.clear_for(tx, device)


def moved_number(tx: Transaction, name: str, value: str, source: Device, target: Device) -> None:
    """Note in the history of both devices that a number of one is the other's from now on."""
    for device, other, gained in ((source, target, False), (target, source, True)):
        tx.note(
            IdentifierMoved(
                **tx.about(device), name=name, value=value, other=other.id, other_name=other.name, gained=gained
            )
        )


def without_number(tx: Transaction, device: Device, name: str) -> Device:
    """The device without this ``imei`` or ``serial``, which is another's by now."""
    return _put(tx, device, **{name: None})


def _with_imei(tx: Transaction, device: Device, imei: str | None) -> Device:
    before = device.identifiers
    if imei == before.imei or (imei is not None and Identifiers(imei=imei).is_placeholder('imei')):
        return device
    if imei is None:
        if before.key('serial') is None:
            return device  # nothing else names it
        tx.note(ModemChanged(**tx.about(device), before=before.imei, after=None))
        return _put(tx, device, imei=None)
    others = _others(tx, device, Identifiers(imei=imei))
    if before.imei is not None:
        tx.note(ModemChanged(**tx.about(device), before=before.imei, after=imei))
    changed = _put(tx, device, imei=imei)
    for other in others:
        moved_number(tx, 'imei', imei, other, changed)
        state = tx.find(DeviceState, other.enterprise, other.id)
        if state is not None and state.presence is Presence.OFFLINE and other.identifiers.key('serial') is not None:
            without_number(tx, other, 'imei')  # a silent device cannot say so itself
    if others:
        known = tx.find(Reporting, device.enterprise, device.id) or Reporting(device.id, device.enterprise)
        tx.put(replace(known, numbers_at=tx.now))
    return changed


def _others(tx: Transaction, device: Device, names: Identifiers) -> list[Device]:
    return [each for each in with_identifiers(tx, device.enterprise, names) if each.id != device.id]


def _put(tx: Transaction, device: Device, **numbers: str | None) -> Device:
    if 'imei' in numbers:
        numbers['imei_svn'] = None
    changed = replace(device, identifiers=replace(device.identifiers, **numbers), version=device.version + 1)
    tx.put(changed)
    return changed
