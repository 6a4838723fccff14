"""Which devices and towers a scope shows: the rules of ``docs/decisions/0008-scopes.md``, over columns and indexes."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.labels import NO_ROWS, LabelIndex
from domain.devices.model import Device, DeviceState
from domain.fleet.scoped import ScopedFleet
from domain.towers.model import Tower
from domain.towers.outages import affected_devices


class DeviceSight:
    """A device is visible whose labels fit, or that a tower of one of the regions serves now; a tower of one of the regions, or that
    serves a visible device now."""

    def __init__(self, part: ScopedFleet) -> None:
        self._part = part
        self._scope = part.scope
        self._whole = part.whole
        self._columns = part.whole.index(DeviceColumns)

    def device(self, device_id: str) -> bool:
        """True for a visible device."""
        device = self._whole[Device].get(device_id)
        if device is None:
            return False
        if self._scope.fits(device.labels):
            return True
        if not self._scope.regions:
            return False
        state = self._whole[DeviceState].get(device_id)
        return state is not None and state.tower is not None and self.all_on(state.tower)

    def tower(self, tower_id: str) -> bool:
        """True for a visible tower."""
        return tower_id in self.towers()

    def all_on(self, tower_id: str) -> bool:
        """True for a tower of one of the regions: all devices on it are visible."""
        tower = self._whole[Tower].get(tower_id)
        return tower is not None and tower.region in self._scope.regions

    def devices(self) -> list[str]:
        """Ids of the visible devices."""
        ids = self._columns.ids
        return [id for row in np.flatnonzero(self.mask()) if (id := ids[row]) is not None]

    def towers(self) -> Collection[str]:
        """Ids of the visible towers."""
        return self._part.once(
            'towers', lambda: frozenset(id for id in self._whole[Tower] if self.all_on(id) or self.count_on(id))
        )

    def of_devices(self, rows: Mapping[str, Any]) -> list[str]:
        """Of rows that each belong to a ``device``, the ids of those whose device is visible."""
        flags, row_of = self.mask().tobytes(), self._columns.row_of
        return [id for id, row in rows.items() if (at := row_of.get(row.device)) is not None and flags[at]]

    def mask(self) -> npt.NDArray[np.bool_]:
        """Which rows of the columns are visible devices."""
        return self._part.once('mask', self._mask)

    def count_on(self, tower_id: str) -> int:
        """How many visible devices a tower serves."""
        number = self._columns.tower_numbers.get(tower_id, -1)
        return int(self._part.once('on towers', self._count_on_towers)[number]) if number >= 0 else 0

    def affected_by(self, tower_id: str) -> int:
        """How many visible devices lost a tower that is down, or are on one that is not."""
        return affected_devices(self._part, tower_id)

    def name_of(self, device_id: str) -> str:
        """The name of a visible device."""
        return self._whole[Device][device_id].name

    def _mask(self) -> npt.NDArray[np.bool_]:
        columns, scope, labels = self._columns, self._scope, self._whole.index(LabelIndex)
        mask = np.zeros(len(columns.alive), np.bool_)
        if scope.labels:
            mask |= columns.alive
            for key, values in scope.labels.items():
                fitting = np.zeros(len(mask), np.bool_)
                fitting[np.concatenate([NO_ROWS, *(labels.rows(key, value) for value in values)])] = True
                mask &= fitting
        if scope.regions:
            numbers = columns.tower_numbers
            ours = np.zeros(len(numbers) + 1, np.bool_)  # the last one is for no tower at all, number -1
            ours[[numbers[id] for id in self._whole[Tower] if self.all_on(id) and id in numbers]] = True
            mask |= ours[columns.tower]
        return mask & columns.alive

    def _count_on_towers(self) -> npt.NDArray[np.int64]:
        numbers = self._columns.tower[self.mask()]
        return np.bincount(numbers[numbers >= 0], minlength=len(self._columns.tower_numbers))
