"""Which devices carry a label."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

NO_ROWS = np.zeros(0, np.int64)


class LabelIndex:
    """Row numbers of devices by label, in order: four bytes for each, where a set of ids would take eighty.

    ``row_of`` and ``ids`` are the fleet's own tables; a device has its row before it gets labels, and gives them back before the row.
    """

    def __init__(self, row_of: Mapping[str, int], ids: Sequence[str | None]) -> None:
        self._row_of = row_of
        self._ids = ids
        self._rows: dict[tuple[str, str], array[int]] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._rows)

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
