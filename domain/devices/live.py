"""Devices in the live picture: by label and identifier, in columns for lists, with counters of how they stand."""

from collections.abc import Mapping
from typing import Any

from domain.cellular.identifiers import KEYS
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.labels import LabelIndex
from domain.devices.model import Device, DeviceState, Reporting
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind, Visible
from domain.fleet.scoped import ScopedFleet
from domain.towers.live import OnTower, TalkingMeanwhile

TOGETHER_S = 120.0
"""Devices that leave a tower's LTE or NR within this time leave it together."""


class _Holders:
    """Which devices have which number; nearly always it is one."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._more: dict[str, set[str]] = {}

    def moved(self, id: str, before: str | None, after: str | None) -> None:
        """Follow the number of a device."""
        if before == after:
            return
        if before is not None:
            self._let_go(before, id)
        if after is not None:
            owner = self._first.setdefault(after, id)
            if owner != id:
                self._more.setdefault(after, set()).add(id)

    def _let_go(self, number: str, id: str) -> None:
        more = self._more.get(number, set())
        more.discard(id)
        if self._first.get(number) == id:
            if more:
                self._first[number] = more.pop()
            else:
                del self._first[number]
        if not more:
            self._more.pop(number, None)

    def of(self, number: str) -> list[str]:
        """The devices that have it."""
        first = self._first.get(number)
        return [] if first is None else sorted({first, *self._more.get(number, ())})

    def shared(self) -> list[tuple[str, list[str]]]:
        """Each number that several devices have, and those devices."""
        return [(number, self.of(number)) for number in self._more]


class DeviceIdentifiers(Index):
    """Devices by ``imei`` and ``serial``, as far as these are no placeholders. Several can have one: clones, and what people let be."""

    def __init__(self, fleet: Fleet) -> None:
        self._holders = {name: _Holders() for name in KEYS}

    def moved(self, before: Device | None, after: Device | None) -> None:
        """Follow a device."""
        device = after or before
        if device is None:
            return
        for name, holders in self._holders.items():
            holders.moved(
                device.id,
                before.identifiers.key(name) if before is not None else None,
                after.identifiers.key(name) if after is not None else None,
            )

    def devices(self, name: str, value: str) -> list[str]:
        """The devices with this ``imei`` or ``serial``, by id."""
        return self._holders[name].of(value)

    def shared(self, name: str) -> list[tuple[str, list[str]]]:
        """Each ``imei`` or ``serial`` that several devices have, and those devices."""
        return self._holders[name].shared()

    def narrowed(self, part: ScopedFleet) -> 'DeviceIdentifiers':
        """Of the visible devices."""
        return _VisibleIdentifiers(part)


class _VisibleIdentifiers(DeviceIdentifiers):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def devices(self, name: str, value: str) -> list[str]:
        found = self._part.whole.index(DeviceIdentifiers).devices(name, value)
        return [id for id in found if self._part.sight.device(id)]


class SimHolders(Index):
    """Which devices say that they have the same SIM."""

    def __init__(self, fleet: Fleet) -> None:
        self._holders = _Holders()

    def moved(self, before: Device | None, after: Device | None) -> None:
        """Follow a device."""
        device = after or before
        if device is not None:
            sims = [each.identifiers.iccid if each is not None else None for each in (before, after)]
            self._holders.moved(device.id, *sims)

    def shared(self) -> list[tuple[str, list[str]]]:
        """Each SIM that several devices have, and those devices."""
        return self._holders.shared()


class Falls(Index):
    """Which devices fell lately from a tower's LTE or NR to an unlisted cell of GSM or UMTS. It follows how devices report."""

    def __init__(self, fleet: Fleet) -> None:
        self._fallen: dict[str, dict[str, float]] = {}

    def moved(self, before: Reporting | None, after: Reporting | None) -> None:
        """Follow how a device reports."""
        if before is not None and before.fell_from is not None and (former := self._fallen.get(before.fell_from)):
            former.pop(before.id, None)
        if after is not None and after.fell_from is not None and after.fell_at is not None:
            fallen = self._fallen.setdefault(after.fell_from, {})
            fallen[after.id] = after.fell_at
            newest = max(fallen.values())
            self._fallen[after.fell_from] = {id: at for id, at in fallen.items() if at > newest - TOGETHER_S}

    def since(self, tower_id: str, moment: float) -> list[str]:
        """Ids of the devices that fell from the tower after this moment (epoch seconds, at most :data:`TOGETHER_S` ago)."""
        return [id for id, at in self._fallen.get(tower_id, {}).items() if at > moment]


class _StateFollows(Index):
    """A device has a state from its first moment to its last."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def moved(self, before: Device | None, after: Device | None) -> None:
        if after is None and before is not None:
            self._fleet.drop(Reporting, before.id)
            self._fleet.drop(DeviceState, before.id)
        elif after is not None and after.id not in self._fleet[DeviceState]:
            self._fleet.apply(DeviceState(after.id, after.enterprise))


def state_of(fleet: Fleet, device_id: str) -> DeviceState:
    """The device's state; a blank one before its first check-in, and for one that is not shown."""
    return fleet[DeviceState].get(device_id) or DeviceState(device_id, fleet.enterprise.id)


def _count(part: ScopedFleet) -> int:
    return part.index(DeviceColumns).count()


def _visible() -> Visible[Any]:
    return Visible(
        ids=lambda part: part.sight.devices(),
        sees=lambda part, row: part.sight.device(row.id),
        count=_count,
    )


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=Device,
        name='device',
        has_ended=lambda device: device.retired_at is not None,
        # a device has its row before its labels and its state, and gives it back after them
        indexes=(DeviceColumns, LabelIndex, DeviceIdentifiers, SimHolders, _StateFollows),
        visible=_visible(),
    ),
    Kind(
        of=DeviceState,
        belongs=lambda fleet, state: state.id in fleet[Device],  # else retired in the same group
        indexes=(StatusCounters, OnTower, TalkingMeanwhile, DeviceColumns),
        visible=_visible(),
    ),
    Kind(
        of=Reporting,
        belongs=lambda fleet, row: row.id in fleet[Device],
        indexes=(DeviceColumns, Falls),
        visible=Visible(
            ids=lambda part: of_visible_devices(part.whole[Reporting], part),
            sees=lambda part, row: part.sight.device(row.id),
        ),
    ),
)


def of_visible_devices(rows: Mapping[str, Any], part: ScopedFleet) -> list[str]:
    """Of rows whose id is that of a device, those of visible devices; for tables with few rows in them."""
    return [id for id in rows if part.sight.device(id)]
