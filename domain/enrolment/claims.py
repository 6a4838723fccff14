"""Whose numbers a machine shows that asks to enrol: those of one device, of none, or of several that contradict each other.

A machine with the IMEI of one device and the serial number of another is the one with an exchanged modem, the other with an exchanged
board, or a third with copied numbers. No rule can tell, so it waits as a device of its own until people have said which it is. That it
waits, and for which devices, is read from the numbers: see docs/decisions/0037-contradicting-numbers-wait-for-a-person.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.cellular.identifiers import KEYS, Identifiers
from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, Invalid
from domain.devices.live import DeviceIdentifiers, state_of
from domain.devices.lookup import with_identifiers
from domain.devices.model import Device, DeviceState, Presence
from domain.devices.modem_changes import moved_number, without_number
from domain.devices.sim_changes import enrolled_with
from domain.enrolment.live import Waiting
from domain.enrolment.lookup import credential_of
from domain.enrolment.model import Credential, Place
from domain.fleet.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Claim:
    """The device that a machine is by its numbers, ``None`` for a new one; ``rivals`` are the devices that it may be as well."""

    known: Device | None
    rivals: tuple[Device, ...] = ()


def read_claim(tx: Transaction, enterprise: str, names: Identifiers, *, replaces: bool = False) -> Claim:
    """Which device a machine with these numbers is. The one that has all of them comes before one that has some.

    A device in use that has another number than the machine shows is not the machine for sure, unless the token ``replaces``.
    """
    told = {name: value for name in KEYS if (value := names.key(name)) is not None}
    holders = with_identifiers(tx, enterprise, names)
    asking = [device for device in holders if _is_asking(tx, device)]
    settled = [device for device in holders if device not in asking]
    exact = [device for device in settled if _has_all(device, told)]
    if len(exact) == 1:
        return Claim(exact[0])
    again = next((device for device in asking if _has_all(device, told)), None)
    if again is None and not settled and len(asking) == 1:
        again = asking[0]
    if again is not None or not settled:
        return Claim(again, tuple(settled))
    if len(settled) > 1 or (not replaces and _differs(settled[0], told) and is_in_use(tx, settled[0])):
        return Claim(None, tuple(settled))
    return Claim(settled[0])


def rivals_of(fleet: Fleet, device: Device) -> Mapping[str, tuple[str, ...]]:
    """The devices with numbers of one that waits to be a new device, by id, and which numbers these are; none that wait themselves."""
    waiting = fleet.index(Waiting).credentials
    found: dict[str, tuple[str, ...]] = {}
    for name in KEYS:
        value = device.identifiers.key(name)
        for id in fleet.index(DeviceIdentifiers).devices(name, value) if value is not None else ():
            other = waiting.get(id)
            if id != device.id and (other is None or not _is_new(fleet, other)):
                found[id] = (*found.get(id, ()), name)
    return found


def claims_on(fleet: Fleet, device_id: str) -> list[Device]:
    """The devices that wait to be told apart from this one."""
    waiting = [fleet[Device].get(id) for id, each in fleet.index(Waiting).credentials.items() if _is_new(fleet, each)]
    return [device for device in waiting if device is not None and device_id in rivals_of(fleet, device)]


def place_of(fleet: Fleet, waiting: Credential) -> Place:
    """Whose place the device behind a waiting credential asks for."""
    if waiting.previous is not None:
        return Place.IN_USE
    if not _is_new(fleet, waiting):
        return Place.KNOWN
    device = fleet[Device].get(waiting.id)
    return Place.AMBIGUOUS if device is not None and rivals_of(fleet, device) else Place.NEW


def chosen(tx: Transaction, asking: Device, waiting: Credential, choice: str | None) -> Device | None:
    """The device that people say a waiting one is; ``None`` for one of its own. Raises ``Invalid`` where they have to say it."""
    names = asking.identifiers
    holders = with_identifiers(tx, asking.enterprise, names) if waiting.previous is None else []
    rivals = [device for device in holders if device.id != asking.id and not _is_asking(tx, device)]
    if choice == asking.id or (choice is None and (not rivals or not _is_asking(tx, asking))):
        return None
    found = next((device for device in rivals if device.id == choice), None)
    if found is None:
        words = ' or '.join(f'{device.id} ({device.name})' for device in rivals[:8])
        other = f'{words}, or {asking.id} for a device of its own' if rivals else f'{asking.id}, or nothing'
        raise Invalid(f'says which device {asking.name} is: {other}', field='device')
    return found


def take_over(tx: Transaction, asking: Device, waiting: Credential, known: Device) -> tuple[Device, Credential]:
    """The known device with the numbers and the credential of the waiting one, whose own are over; other devices lose these numbers."""
    now = credential_of(tx, known.enterprise, known.id)
    if now is not None and not now.approved and now.previous is not None:
        raise Conflict(f'another machine asks for the place of {known.name}; decide that first', field='device')
    if now is not None and now.fingerprint not in (None, waiting.fingerprint):
        refused = f'{known.name} goes with a client certificate that was not shown; revoke its credential first'
        raise Conflict(refused, field='device')
    names = asking.identifiers
    taken = replace(
        known,
        name=asking.name,
        identifiers=known.identifiers.updated(names),
        interval_s=asking.interval_s,
        version=known.version + 1,
    )
    for other in with_identifiers(tx, known.enterprise, names):
        if other.id in (known.id, asking.id):
            continue
        for name in KEYS:
            if (value := names.key(name)) is not None and other.identifiers.key(name) == value:
                moved_number(tx, name, value, other, taken)
                other = without_number(tx, other, name)
    taken = enrolled_with(tx, known, taken)
    tx.put(taken)
    return taken, replace(waiting, id=known.id, approved=True)


def is_in_use(tx: Transaction, device: Device) -> bool:
    """True for a device that is heard from, or was until just now."""
    state = tx.find(DeviceState, device.enterprise, device.id)
    return state is not None and state.presence in (Presence.ONLINE, Presence.LATE)


def _is_asking(tx: Transaction, device: Device) -> bool:
    """True for one that waits and was never let in."""
    credential = credential_of(tx, device.enterprise, device.id)
    if credential is None or credential.approved or credential.previous is not None:
        return False
    state = tx.find(DeviceState, device.enterprise, device.id)
    return state is None or state.last_seen is None


def _is_new(fleet: Fleet, waiting: Credential) -> bool:
    return waiting.previous is None and state_of(fleet, waiting.id).last_seen is None


def _has_all(device: Device, told: Mapping[str, str]) -> bool:
    return all(device.identifiers.key(name) == value for name, value in told.items())


def _differs(device: Device, told: Mapping[str, str]) -> bool:
    """True when it has another number of a kind that is told."""
    return any(device.identifiers.key(name) not in (None, value) for name, value in told.items())
