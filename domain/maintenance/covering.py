"""Which towers a window is of."""

from domain.fleet.fleet import Fleet
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
