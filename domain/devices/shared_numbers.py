"""One SIM, IMEI or serial number in two devices that are both heard from: a copied card or image, or a number that is not one.

What was moved is in two devices until the former one has checked in, so only those count that were heard from since the newest told of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from domain.cellular.identifiers import KEYS, WORDS
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.alerts import SHARED_NUMBER, SHARED_SIM, forget_unshared
from domain.devices.live import DeviceIdentifiers, SimHolders, state_of
from domain.devices.model import Device, Presence, Reporting
from domain.fleet.fleet import Fleet


@dataclass(frozen=True, slots=True)
class _Shared:
    """A number that several devices have: what it is in words, and what stands in the key of its alert."""

    is_sim: bool
    on: str
    word: str
    value: str
    ids: Sequence[str]


def review_shared_numbers(tx: Transaction, fleet: Fleet) -> None:
    """Raise one alert for each number that is shared now, and clear those of numbers that no longer are; run by the clock."""
    shared: dict[tuple[str, str], int] = {}
    for number in _shared(fleet):
        holders = _holders(tx, fleet, number)
        rule = SHARED_SIM if number.is_sim else SHARED_NUMBER
        shared[rule.key, number.on] = len(holders)
        if len(holders) > 1:
            newest, *others = holders
            names = ', '.join(other.name for other in others[:3])
            rule.raise_for(
                tx,
                newest,
                on=number.on,
                severity=Severity.MAJOR,
                detail=f'{number.word} {number.value} is in {newest.name} and in {names}',
                devices=len(holders),
                witnesses=tuple(holder.id for holder in holders[:100]),
            )
    forget_unshared(tx, fleet, shared)


def _shared(fleet: Fleet) -> Iterator[_Shared]:
    for value, ids in fleet.index(SimHolders).shared():
        yield _Shared(True, value, 'SIM', value, ids)
    for name in KEYS:
        for value, ids in fleet.index(DeviceIdentifiers).shared(name):
            yield _Shared(False, f'{name}/{value}', WORDS[name], value, ids)


def _holders(tx: Transaction, fleet: Fleet, number: _Shared) -> list[Device]:
    """The devices that are heard from with the number, the one that has had it for the shortest time first."""
    told: Callable[[Transaction, Device], float] = _sim_since if number.is_sim else _number_since
    devices = [device for id in number.ids if (device := tx.find(Device, fleet.enterprise.id, id)) is not None]
    since = {device.id: told(tx, device) for device in devices}
    latest = max(since.values(), default=0.0)
    here = []
    for device in devices:
        state = state_of(fleet, device.id)
        is_heard = state.presence in (Presence.ONLINE, Presence.LATE) and state.received_at is not None
        if is_heard and (state.received_at or 0) >= latest and device.retired_at is None:
            here.append(device)
    return sorted(here, key=lambda device: (-since[device.id], device.id))


def _sim_since(tx: Transaction, device: Device) -> float:
    return device.sims[-1].since if device.sims else device.created_at


def _number_since(tx: Transaction, device: Device) -> float:
    reporting = tx.find(Reporting, device.enterprise, device.id)
    told_at = reporting.numbers_at if reporting is not None else None
    return device.created_at if told_at is None else told_at
