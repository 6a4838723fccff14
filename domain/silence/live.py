"""When a tower was last found well again: until then nobody could be heard through it."""

from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, SharedIndex
from domain.towers.model import TowerState, TowerStatus

SERVING = frozenset({TowerStatus.UP, TowerStatus.DEGRADED, TowerStatus.UNKNOWN})
"""One that is not asked is unknown as soon as what it depends on is back; one that is asked and unknown excuses by itself."""


class CameBack(Index):
    """By tower, since when it can be heard through it. It follows the states of towers; after a reload it is since when they stand."""

    def __init__(self, fleet: Fleet) -> None:
        self._since: dict[str, float] = {}

    def moved(self, before: TowerState | None, after: TowerState | None) -> None:
        """Follow the roll-up of a tower."""
        if after is None:
            if before is not None:
                self._since.pop(before.id, None)
        elif after.status in SERVING and (before is None or before.status not in SERVING) and after.since is not None:
            self._since[after.id] = after.since

    def since(self, tower_id: str) -> float:
        """Epoch seconds; 0 when that is not known."""
        return self._since.get(tower_id, 0.0)


FOLLOWING: tuple[tuple[type, type[Index] | type[SharedIndex]], ...] = ((TowerState, CameBack),)
