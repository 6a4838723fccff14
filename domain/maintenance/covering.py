"""Which towers a window is of, and which devices by their labels."""

from collections.abc import Collection, Mapping

from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index
from domain.fleet.scoped import ScopedFleet
from domain.maintenance.model import MaintenanceWindow
from domain.towers.model import Tower
from domain.towers.reach import cut_off


def covered(fleet: Fleet, window: MaintenanceWindow) -> frozenset[str]:
    """Their ids: those that it names by themselves, by region or by operator, and what these cut off."""
    named = {
        tower.id
        for tower in fleet[Tower].values()
        if tower.id in window.towers or tower.region in window.regions or tower.operator in window.operators
    }
    return frozenset({*named, *cut_off(fleet, *sorted(named))} if window.below and named else named)


class LabelWorks(Index):
    """The windows that last now and are of devices by their labels: few, and mostly none."""

    def __init__(self, fleet: Fleet) -> None:
        self._rows: dict[str, MaintenanceWindow] = {}

    def moved(self, before: MaintenanceWindow | None, after: MaintenanceWindow | None) -> None:
        """Follow a window."""
        if before is not None:
            self._rows.pop(before.id, None)
        if after is not None and after.until is not None and after.labels:
            self._rows[after.id] = after

    def narrowed(self, part: ScopedFleet) -> 'LabelWorks':
        """The same."""
        return self

    def lasting(self) -> Collection[MaintenanceWindow]:
        """All of them."""
        return self._rows.values()

    def of(self, labels: Mapping[str, str]) -> MaintenanceWindow | None:
        """The one that lasts the longest of those that take in a device with these labels."""
        if not self._rows:
            return None
        found = [row for row in self._rows.values() if row.labels.items() <= labels.items()]
        return max(found, key=lambda row: (row.until or 0.0, row.id), default=None)


def works_on(fleet: Fleet, labels: Mapping[str, str]) -> MaintenanceWindow | None:
    """The planned works that a device with these labels is in now: it calls nobody, breaks no policy and is sent no command of one."""
    return fleet.index(LabelWorks).of(labels)
