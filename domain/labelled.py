"""Which devices carry a label."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from domain.indexes import leave

NO_ROWS = np.zeros(0, np.int64)


class Labelled:
    """Device ids by label, and their row numbers for lists; ``row_of`` is the fleet's own table."""

    def __init__(self, row_of: Mapping[str, int]) -> None:
        self._row_of = row_of
        self._ids: dict[tuple[str, str], set[str]] = {}
        self._rows: dict[tuple[str, str], npt.NDArray[np.int64]] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._ids)

    def add(self, device_id: str, labels: Mapping[str, str]) -> None:
        """The device carries these labels from now on."""
        for label in labels.items():
            self._ids.setdefault(label, set()).add(device_id)
            self._rows.pop(label, None)

    def remove(self, device_id: str, labels: Mapping[str, str]) -> None:
        """It carries them no longer."""
        for label in labels.items():
            self._rows.pop(label, None)
            leave(self._ids, label, device_id)

    def ids(self, key: str, value: str) -> frozenset[str]:
        """The devices that carry the label."""
        return frozenset(self._ids.get((key, value), ()))

    def rows(self, key: str, value: str) -> npt.NDArray[np.int64]:
        """Their row numbers, kept until one of them changes."""
        label = (key, value)
        if label not in self._rows and label in self._ids:
            self._rows[label] = np.array([self._row_of[device_id] for device_id in self._ids[label]], np.int64)
        return self._rows.get(label, NO_ROWS)
