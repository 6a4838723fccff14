"""Whether anything has moved by which towers that are down may have become one matter."""

from typing import Any

from domain.alerts.model import Alert, AlertTuning
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, SharedIndex
from domain.towers.alerts import FAILING
from domain.towers.model import Tower, TowerState


class MovedTogether(Index):
    """It follows towers, their states and alerts, and what is set of rules: among ten thousand alerts it is not looked twice a second
    for what none of them can have changed."""

    def __init__(self, fleet: Fleet) -> None:
        self._has_moved = True

    def moved(self, before: Any, after: Any) -> None:
        """Follow a ``Tower``, a ``TowerState``, an ``Alert`` or an ``AlertTuning``."""
        if self._has_moved:
            return
        row = after if after is not None else before
        if isinstance(row, Alert):
            self._has_moved = FAILING.is_of(row)
        elif isinstance(row, TowerState) and before is not None and after is not None:
            self._has_moved = (before.status, before.down_at) != (after.status, after.down_at)
        else:
            self._has_moved = True

    def has_moved(self) -> bool:
        """True until it was found that nothing is one matter, and after that as soon as something moves."""
        return self._has_moved

    def found_nothing(self) -> None:
        """It was looked, and no towers are one matter."""
        self._has_moved = False


FOLLOWING: tuple[tuple[type, type[Index] | type[SharedIndex]], ...] = tuple(
    (kind, MovedTogether) for kind in (Tower, TowerState, Alert, AlertTuning)
)
