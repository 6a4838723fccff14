"""Open violations in columns, so that any filter, order and page of 100,000 takes a few milliseconds."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from domain.common.severity import Severity
from domain.devices.listing.columns import DeviceColumns
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index
from domain.fleet.scoped import ScopedFleet
from domain.policies.violations import Violation

SEVERITIES = tuple(Severity)
"""Gravest first; a severity's place is its code."""
_CODES = {severity: code for code, severity in enumerate(SEVERITIES)}
_COLUMNS: dict[str, tuple[Any, Any]] = {
    'alive': (np.bool_, False),
    'device': (np.int32, -1),
    'policy': (np.int32, -1),
    'severity': (np.int8, 0),
    'opened': (np.int64, 0),
    'excused': (np.bool_, False),
    'has_command': (np.bool_, False),
}


class ViolationColumns(Index):
    """Row numbers of open violations and one numpy column a value; rows are used again after a violation has ended.

    ``device`` is a row of :class:`DeviceColumns`, ``policy`` a number of ``policy_numbers``, ``opened`` in milliseconds.
    """

    alive: npt.NDArray[np.bool_]
    device: npt.NDArray[np.int32]
    policy: npt.NDArray[np.int32]
    severity: npt.NDArray[np.int8]
    opened: npt.NDArray[np.int64]
    excused: npt.NDArray[np.bool_]
    has_command: npt.NDArray[np.bool_]

    def __init__(self, fleet: Fleet) -> None:
        self._devices = fleet.index(DeviceColumns)
        self.policy_numbers: dict[str, int] = {}
        self.row_of: dict[str, int] = {}
        self.ids: list[str | None] = []
        self._free: list[int] = []
        self._size = 256
        for name, (kind, blank) in _COLUMNS.items():
            setattr(self, name, np.full(self._size, blank, kind))

    def moved(self, before: Violation | None, after: Violation | None) -> None:
        """Follow a violation."""
        if after is None:
            if before is not None:
                self._drop(before.id)
            return
        row = self.row_of.get(after.id)
        if row is None:
            row = self._take(after)
        self.severity[row] = _CODES[after.severity]
        self.excused[row] = after.excused_at is not None
        self.has_command[row] = after.command is not None

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which rows are violations that are shown."""
        return self.alive

    def count(self) -> int:
        """How many those are."""
        return len(self.row_of)

    def narrowed(self, part: ScopedFleet) -> 'ViolationColumns':
        """The same columns, to be read through the mask of the violations of visible devices."""
        return cast(ViolationColumns, _VisibleViolations(part))

    def _take(self, violation: Violation) -> int:
        row = self._free.pop() if self._free else len(self.ids)
        if row == len(self.ids):
            self.ids.append(None)
            if row == self._size:
                self._grow()
        self.ids[row] = violation.id
        self.row_of[violation.id] = row
        self.alive[row] = True
        self.device[row] = self._devices.row_of.get(violation.device, -1)
        self.policy[row] = self.policy_numbers.setdefault(violation.policy, len(self.policy_numbers))
        self.opened[row] = int(violation.opened_at * 1000)
        return row

    def _drop(self, violation_id: str) -> None:
        row = self.row_of.pop(violation_id, None)
        if row is not None:
            self.ids[row] = None
            self.alive[row] = False
            self.device[row] = -1
            self._free.append(row)

    def _grow(self) -> None:
        for name, (kind, blank) in _COLUMNS.items():
            setattr(self, name, np.concatenate([getattr(self, name), np.full(self._size, blank, kind)]))
        self._size *= 2


class _VisibleViolations:
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part
        self._columns = part.whole.index(ViolationColumns)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._columns, name)

    def mask(self) -> npt.NDArray[np.bool_]:
        return self._part.once('violation mask', self._mask)

    def count(self) -> int:
        return int(np.count_nonzero(self.mask()))

    def _mask(self) -> npt.NDArray[np.bool_]:
        columns = self._columns
        shown: npt.NDArray[np.bool_] = self._part.sight.mask()[columns.device] & (columns.device >= 0) & columns.alive
        return shown


def visible_ids(part: ScopedFleet) -> list[str]:
    """Ids of the open violations of visible devices."""
    columns = part.index(ViolationColumns)
    return [id for row in np.flatnonzero(columns.mask()) if (id := columns.ids[row]) is not None]
