"""Commands and locks in the live picture, and which devices are held."""

from collections.abc import Collection, Mapping
from typing import Any

from domain.devices.live import of_visible_devices
from domain.devices.model import DeviceState
from domain.enforcement.listing.responses import OpenOrders
from domain.enforcement.model import Command, Lock
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind, SharedIndex, Visible, leave
from domain.fleet.scoped import ScopedFleet
from domain.policies.violations import Violation

_NONE: Mapping[str, Command] = {}


class OpenCommands(Index):
    """Open commands by device."""

    def __init__(self, fleet: Fleet) -> None:
        self._by_device: dict[str, dict[str, Command]] = {}

    def moved(self, before: Command | None, after: Command | None) -> None:
        """Follow a command."""
        if after is not None:
            self._by_device.setdefault(after.device, {})[after.id] = after
        elif before is not None:
            left = self._by_device[before.device]
            del left[before.id]
            if not left:
                del self._by_device[before.device]

    def of(self, device_id: str) -> Mapping[str, Command]:
        """The device's open commands, by id."""
        return self._by_device.get(device_id, _NONE)

    def narrowed(self, part: ScopedFleet) -> 'OpenCommands':
        """Of visible devices."""
        return _VisibleCommands(part)


class _VisibleCommands(OpenCommands):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    def of(self, device_id: str) -> Mapping[str, Command]:
        return self._part.whole.index(OpenCommands).of(device_id) if self._part.sight.device(device_id) else _NONE


class Held(Index):
    """Devices in quarantine or on their way there; what the interlock counts."""

    def __init__(self, fleet: Fleet) -> None:
        self._devices: set[str] = set()
        self._in_quarantine: set[str] = set()
        self._on_the_way: dict[str, set[str]] = {}

    def moved(self, before: Any, after: Any) -> None:
        """Follow a ``DeviceState`` or a command."""
        if isinstance(after if after is not None else before, DeviceState):
            self._state(before, after)
        else:
            self._command(before, after)

    def _state(self, before: DeviceState | None, after: DeviceState | None) -> None:
        if (before is not None and before.quarantined) is (after is not None and after.quarantined):
            return  # nearly all check-ins
        if after is not None and after.quarantined:
            self._in_quarantine.add(after.id)
            self._devices.add(after.id)
        elif before is not None:
            self._in_quarantine.discard(before.id)
            self._decide(before.id)

    def _command(self, before: Command | None, after: Command | None) -> None:
        if before is not None and before.holds:
            leave(self._on_the_way, before.device, before.id)
            self._decide(before.device)
        if after is not None and after.holds:
            self._on_the_way.setdefault(after.device, set()).add(after.id)
            self._devices.add(after.device)

    def _decide(self, device_id: str) -> None:
        if device_id not in self._in_quarantine and device_id not in self._on_the_way:
            self._devices.discard(device_id)

    @property
    def devices(self) -> Collection[str]:
        """Their ids."""
        return self._devices

    def narrowed(self, part: ScopedFleet) -> 'Held':
        """The visible ones."""
        return _VisibleHeld(part)


class _VisibleHeld(Held):
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part

    @property
    def devices(self) -> Collection[str]:
        part = self._part
        return part.figure('held', lambda: {id for id in part.whole.index(Held).devices if part.sight.device(id)})


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=Command,
        has_ended=lambda command: not command.is_open,
        indexes=(OpenCommands, Held),
        visible=Visible(
            ids=lambda part: part.sight.of_devices(part.whole[Command]),
            sees=lambda part, command: part.sight.device(command.device),
        ),
    ),
    Kind(
        of=Lock,
        has_ended=lambda lock: lock.ended_at is not None,
        visible=Visible(
            ids=lambda part: of_visible_devices(part.whole[Lock], part),
            sees=lambda part, lock: part.sight.device(lock.id),
        ),
    ),
)
FOLLOWING: tuple[tuple[type, type[Index] | type[SharedIndex]], ...] = (
    (DeviceState, Held),
    (Violation, OpenOrders),
    (Command, OpenOrders),
)
