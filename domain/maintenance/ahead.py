"""When something begins or ends next, so that windows cost nothing while nothing does."""

from collections.abc import Callable, Iterable
from math import inf

from domain.changes.transactor import Changed
from domain.maintenance.model import MaintenanceWindow
from domain.towers.model import Tower, TowerState

LOOK_AGAIN_S = 60.0
"""Everything is looked at anew as often: a clock may have been set."""


class Ahead:
    """Of one enterprise. ``moment_of`` says when a window begins or ends next, at infinity where it does not any more."""

    def __init__(self, moment_of: Callable[[MaintenanceWindow, float], float]) -> None:
        self._moment_of = moment_of
        self._known: dict[str, tuple[int, float]] = {}
        self._next = 0.0
        self._looked_at = -inf
        self._lasts = False

    def is_due(self, now: float) -> bool:
        """True when something begins or ends by now, or may have moved."""
        return now >= self._next or not self._looked_at <= now < self._looked_at + LOOK_AGAIN_S

    def moved(self, changed: Changed) -> None:
        """Windows, or towers while a window lasts: it may be of others now."""
        if MaintenanceWindow in changed.ids or (self._lasts and (Tower in changed.ids or TowerState in changed.ids)):
            self._next = 0.0

    def due(self, rows: Iterable[MaintenanceWindow], now: float) -> list[MaintenanceWindow]:
        """The windows whose moment has come. Of those that are as they were it is known."""
        found, known = [], {}
        is_anew = not self._looked_at <= now < self._looked_at + LOOK_AGAIN_S
        self._lasts = False
        for row in rows:
            version, moment = self._known.get(row.id, (0, 0.0))
            if is_anew or version != row.version or moment <= now:
                moment = self._moment_of(row, now)
            known[row.id] = row.version, moment
            self._lasts = self._lasts or row.until is not None
            if moment <= now:
                found.append(row)
        self._known, self._next = known, min((moment for _, moment in known.values()), default=inf)
        if is_anew:
            self._looked_at = now
        return found
