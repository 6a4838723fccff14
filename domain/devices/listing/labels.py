"""Which devices carry a label."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from domain.devices.listing.columns import DeviceColumns
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index
from domain.fleet.scoped import ScopedFleet

NO_ROWS = np.zeros(0, np.int64)


class LabelIndex(Index):
    """Row numbers of devices by label, in order: four bytes for each, where a set of ids would take eighty.

    The numbers are those of :class:`DeviceColumns`: a device has its row before it gets labels, and gives them back before the row.
    """

    def __init__(self, fleet: Fleet) -> None:
        columns = fleet.index(DeviceColumns)
        self._row_of = columns.row_of
        self._ids = columns.ids
        self._rows: dict[tuple[str, str], array[int]] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._rows)

    def moved(self, before: Device | None, after: Device | None) -> None:
        """Follow a device."""
        if before is not None and (after is None or before.labels != after.labels):
            self.remove(before.id, before.labels)
        if after is not None and (before is None or before.labels != after.labels):
            self.add(after.id, after.labels)

    def add(self, device_id: str, labels: Mapping[str, str]) -> None:
        """The device carries these labels from now on."""
        row = self._row_of[device_id]
        for label in labels.items():
            rows = self._rows.get(label)
            if rows is None:
                rows = self._rows[label] = array('i')
            rows.insert(bisect_left(rows, row), row)

    def remove(self, device_id: str, labels: Mapping[str, str]) -> None:
        """It carries them no longer."""
        row = self._row_of[device_id]
        for label in labels.items():
            rows = self._rows[label]
            del rows[bisect_left(rows, row)]
            if not rows:
                del self._rows[label]

    def ids(self, key: str, value: str) -> frozenset[str]:
        """The devices that carry the label."""
        ids = self._ids
        return frozenset([id for row in self._rows.get((key, value), ()) if (id := ids[row]) is not None])

    def rows(self, key: str, value: str) -> npt.NDArray[np.int64]:
        """Their row numbers."""
        rows = self._rows.get((key, value))
        return NO_ROWS if rows is None else np.array(rows, np.int64)

    def narrowed(self, part: ScopedFleet) -> 'LabelIndex':
        """The labels that visible devices carry."""
        return ScopedLabels(part)


class ScopedLabels(LabelIndex):
    """The labels that visible devices carry."""

    def __init__(self, part: ScopedFleet) -> None:
        self._labels = part.whole.index(LabelIndex)
        self._mask = part.sight.mask
        self._sees = part.sight.device

    def __iter__(self) -> Iterator[tuple[str, str]]:
        mask = self._mask()
        return (label for label in self._labels if mask[self._labels.rows(*label)].any())

    def ids(self, key: str, value: str) -> frozenset[str]:
        """The visible devices that carry the label."""
        return frozenset(filter(self._sees, self._labels.ids(key, value)))

    def rows(self, key: str, value: str) -> npt.NDArray[np.int64]:
        """Row numbers of all that carry it, to be read through the mask."""
        return self._labels.rows(key, value)
