"""What somebody sees of a fleet whose role is narrowed to a part of it: the same picture with nothing else in it.

A scoped fleet keeps no rows. It answers from the whole fleet at every question, so it is never behind, and what it was not taught to narrow
does not exist on it. The rules stand in ``docs/decisions/0008-scopes.md``.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from domain.access.enterprises import Enterprise
from domain.access.scopes import Scope
from domain.alerts.model import Alert
from domain.checks.model import CheckState
from domain.devices.listing.labels import NO_ROWS
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.fleet.fleet import NONE, Fleet
from domain.fleet.scoped_tables import COUNTED, ScopedLabels, seen
from domain.fleet.visibility import alert_in, entry_in, sees_alert, tower_in, violation_in
from domain.journal.model import Entry
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.model import Tower, TowerState

Row = TypeVar('Row')
T = TypeVar('T')

SLOW_S = 0.005
"""A figure that takes longer to count is counted less often: its age stays below :data:`AGE` times what counting took."""
AGE = 20
_SHARED = frozenset({'enterprise', 'sequence', 'moved', 'rows', 'tower_numbers', 'policies', 'policies_moved'})
"""What of the whole fleet is handed on as it is: the enterprise's rules, and indexes that are only read through a mask."""


class ScopedFleet(Fleet):
    """A fleet as a scope shows it, to be read only."""

    def __init__(self, whole: Fleet, scope: Scope) -> None:
        # Not Fleet.__init__: what is not narrowed here must not be answered from tables of its own.
        self._whole = whole
        self.scope = scope
        self._kept: dict[str, tuple[int, float, Any]] = {}
        self.devices = seen(whole.devices, self._device_ids, _by_id(self.sees_device), count=self._count)
        self.states = seen(whole.states, self._device_ids, _by_id(self.sees_device), count=self._count)
        self.towers = seen(whole.towers, self._tower_ids, _by_id(self.sees_tower), partial(tower_in, self))
        self.tower_states = seen(whole.tower_states, self._with_state, _by_id(self.sees_tower))
        self.check_states = seen(whole.check_states, self._checks, lambda state: self.sees_tower(state.tower))
        self.violations = seen(whole.violations, self._violation_ids, self._has, partial(violation_in, self))
        self.commands = seen(whole.commands, lambda: self._of_devices(whole.commands), self._has)
        self.alerts = seen(whole.alerts, self._alert_ids, partial(sees_alert, self), partial(alert_in, self))
        self.locks = seen(whole.locks, lambda: self._visible(whole.locks), _by_id(self.sees_device))
        self.waiting = seen(whole.waiting, lambda: self._visible(whole.waiting), _by_id(self.sees_device))
        self.persons = {}
        self.tokens = {}
        self.labelled = ScopedLabels(whole.labelled, self.mask, self.sees_device)

    def __getattr__(self, name: str) -> Any:
        """What is handed on, and what is counted when it is asked for; everything else of a fleet does not exist here."""
        if name in _SHARED:
            return getattr(self._whole, name)
        count = COUNTED.get(name)
        if count is None:
            raise AttributeError(name)
        return self._figure(name, lambda: count(self._whole, self))

    def sees_device(self, device_id: str) -> bool:
        """True for a device whose labels fit, or that a tower of one of the regions serves now."""
        device = self._whole.devices.get(device_id)
        if device is None:
            return False
        if self.scope.fits(device.labels):
            return True
        tower = self._whole.towers.get(self._whole.state_of(device_id).tower or '') if self.scope.regions else None
        return tower is not None and tower.region in self.scope.regions

    def sees_tower(self, tower_id: str) -> bool:
        """True for a tower of one of the regions, and for one that serves a visible device now."""
        return tower_id in self._tower_ids()

    # the questions of a fleet

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which rows are visible devices."""
        return self._once('mask', self._mask)

    def table(self, kind: type[Row]) -> Mapping[str, Row]:
        """All visible live rows of a kind, by id."""
        tables: dict[type, Mapping[str, Any]] = {
            Device: self.devices,
            DeviceState: self.states,
            Tower: self.towers,
            TowerState: self.tower_states,
            CheckState: self.check_states,
            Policy: self.policies,
            Violation: self.violations,
            Command: self.commands,
            Alert: self.alerts,
        }
        return tables.get(kind, {})

    def find(self, kind: type[Row], id: str) -> Row | None:
        """The visible live row of that kind and id."""
        if cast(type, kind) is Enterprise:
            return self._whole.find(kind, id)
        return self.table(kind).get(id)

    def apply(self, row: Any) -> None:
        """A scoped fleet is never written."""
        raise TypeError('a scoped fleet cannot be written')

    def state_of(self, device_id: str) -> DeviceState:
        """The state of a visible device; a blank one for any other."""
        if self.sees_device(device_id):
            return self._whole.state_of(device_id)
        return DeviceState(device_id, self.enterprise.id)

    def tower_by_cell(self, cell: str | None) -> str | None:
        """The visible tower that radiates the cell."""
        found = self._whole.tower_by_cell(cell)
        return found if found is not None and self.sees_tower(found) else None

    def on_tower(self, tower_id: str) -> frozenset[str] | set[str]:
        """The visible devices that a tower serves."""
        if self._is_ours(tower_id):
            return self._whole.on_tower(tower_id)
        fits, devices = self.scope.fits, self._whole.devices
        found = {id for id in self._whole.on_tower(tower_id) if id in devices and fits(devices[id].labels)}
        return found or NONE

    def served(self, tower_id: str) -> int:
        """How many visible devices a tower serves."""
        number = self._whole.tower_numbers.get(tower_id, -1)
        return int(self._on_towers()[number]) if number >= 0 else 0

    def by_identifier(self, name: str, value: str) -> str | None:
        """The visible device with this ``imei`` or ``serial``."""
        found = self._whole.by_identifier(name, value)
        return found if found is not None and self.sees_device(found) else None

    def rule_trouble(self, policy_id: str) -> str:
        """Why a policy's rule is not asked; policies are the whole enterprise's."""
        return self._whole.rule_trouble(policy_id)

    def commands_of(self, device_id: str) -> Mapping[str, Command]:
        """The open commands of a visible device."""
        return self._whole.commands_of(device_id) if self.sees_device(device_id) else {}

    def checks_of(self, tower: Tower) -> list[CheckState]:
        """Where each check of a visible tower stands."""
        return self._whole.checks_of(tower) if self.sees_tower(tower.id) else []

    def shows(self, kind: str, id: str) -> bool:
        """True for visible devices and towers, and for policies; never for people and tokens."""
        match kind:
            case 'device':
                return self.sees_device(id)
            case 'tower':
                return self.sees_tower(id)
            case 'policy':
                return id in self.policies
        return False

    def shown(self, row: Row) -> Row | None:
        """A row of a visible device or tower, without what it says of others; a policy; nothing else."""
        found: Any = None
        match row:
            case Policy():
                found = row
            case Device() if self.sees_device(row.id):
                found = row
            case Command() if self.sees_device(row.device):
                found = row
            case Violation() if self.sees_device(row.device):
                found = violation_in(self, row)
            case Tower() if self.sees_tower(row.id):
                found = tower_in(self, row)
            case Alert() if sees_alert(self, row):
                found = alert_in(self, row)
        return cast('Row | None', found)

    def told(self, entry: Entry) -> Entry | None:
        """An entry about a visible device or tower, without what it says of others; what was done to a policy; nothing else."""
        return entry_in(self, entry)

    # how it is narrowed

    def _mask(self) -> npt.NDArray[np.bool_]:
        rows, scope = self._whole.rows, self.scope
        mask = np.zeros(len(rows.alive), np.bool_)
        if scope.labels:
            mask |= rows.alive
            for key, values in scope.labels.items():
                fitting = np.zeros(len(mask), np.bool_)
                fitting[np.concatenate([NO_ROWS, *(self._whole.labelled.rows(key, value) for value in values)])] = True
                mask &= fitting
        if scope.regions:
            numbers = self._whole.tower_numbers
            ours = np.zeros(len(numbers) + 1, np.bool_)  # the last one is for no tower at all, number -1
            ours[
                [numbers[id] for id, tower in self._whole.towers.items() if self._is_ours(tower.id) and id in numbers]
            ] = True
            mask |= ours[rows.tower]
        return mask & rows.alive

    def _count(self) -> int:
        return int(np.count_nonzero(self.mask()))

    def _device_ids(self) -> list[str]:
        ids = self._whole.rows.ids
        return [id for row in np.flatnonzero(self.mask()) if (id := ids[row]) is not None]

    def _tower_ids(self) -> frozenset[str]:
        return self._once(
            'towers', lambda: frozenset(id for id in self._whole.towers if self._is_ours(id) or self.served(id))
        )

    def _on_towers(self) -> npt.NDArray[np.int64]:
        """How many visible devices are on each tower, by its number."""
        return self._once('on towers', self._count_on_towers)

    def _count_on_towers(self) -> npt.NDArray[np.int64]:
        numbers = self._whole.rows.tower[self.mask()]
        return np.bincount(numbers[numbers >= 0], minlength=len(self._whole.tower_numbers))

    def _is_ours(self, tower_id: str) -> bool:
        """True for a tower of one of the regions: all devices on it are visible."""
        tower = self._whole.towers.get(tower_id)
        return tower is not None and tower.region in self.scope.regions

    def _of_devices(self, rows: Mapping[str, Any]) -> list[str]:
        """Ids of those rows that belong to visible devices."""
        flags, row_of = self.mask().tobytes(), self._whole.rows.row_of
        return [id for id, row in rows.items() if (at := row_of.get(row.device)) is not None and flags[at]]

    def _visible(self, rows: Mapping[str, Any]) -> list[str]:
        """Of ids of devices, those that are visible; for tables with few devices in them."""
        return [id for id in rows if self.sees_device(id)]

    def _with_state(self) -> list[str]:
        return [id for id in self._tower_ids() if id in self._whole.tower_states]

    def _checks(self) -> list[str]:
        return [id for id, state in self._whole.check_states.items() if self.sees_tower(state.tower)]

    def _violation_ids(self) -> list[str]:
        return self._once('violations', lambda: self._of_devices(self._whole.violations))

    def _alert_ids(self) -> list[str]:
        return [id for id, alert in self._whole.alerts.items() if sees_alert(self, alert)]

    def _has(self, row: Any) -> bool:
        return self.sees_device(row.device)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """What was made of the fleet as it is now, made again when anything moved."""
        moved, _, value = self._kept.get(name, (-1, 0.0, None))
        if moved != self._whole.moved:
            value = make()
            self._kept[name] = (self._whole.moved, 0.0, value)
        return cast(T, value)

    def _figure(self, name: str, count: Callable[[], T]) -> T:
        """The same for what is slow to count in a large fleet."""
        moved, until, value = self._kept.get(name, (-1, 0.0, None))
        started = time.monotonic()
        if moved == self._whole.moved or started < until:
            return cast(T, value)
        value = count()
        took = time.monotonic() - started
        self._kept[name] = (self._whole.moved, started + AGE * took if took > SLOW_S else 0.0, value)
        return value


def _by_id(sees: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda row: sees(row.id)
