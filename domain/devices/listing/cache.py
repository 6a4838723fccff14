"""The first rows of every order in use, found once for all readers until the fleet moves again."""

from domain.devices.listing.query import DeviceQuery, Selection, beginning, select
from domain.fleet.fleet import Fleet

SHARED = 2_000
"""So many rows of an order are found at once: the pages of a hundred browsers come out of one question."""
MOST_ORDERS = 50
_Part = tuple[str, tuple[object, ...]]
"""An enterprise and the part of it that is seen: a reader of another part is never answered with what was found for this one."""


class ListingCache:
    """Answers :func:`domain.devices.listing.query.select` by offset, from what it found for another reader where it can."""

    def __init__(self) -> None:
        self._moved: dict[_Part, int] = {}
        self._found: dict[_Part, list[tuple[DeviceQuery, Selection]]] = {}

    def select(
        self, fleet: Fleet, query: DeviceQuery, *, offset: int, limit: int, with_others: bool = True
    ) -> Selection:
        """The devices of a query from ``offset`` on; ``with_others`` says that others are about to ask for the same order."""
        end = offset + limit
        found = self._known(fleet, query) if end <= SHARED else None
        if found is None:
            if end > SHARED or not with_others:
                return select(fleet, query, offset=offset, limit=limit)
            found = beginning(fleet, query, SHARED)
            orders = self._found[_sight(fleet)]
            if len(orders) < MOST_ORDERS:
                orders.append((query, found))
        return Selection(found.total, found.matched, found.ids[offset:end])

    def _known(self, fleet: Fleet, query: DeviceQuery) -> Selection | None:
        sight = _sight(fleet)
        if self._moved.get(sight) != fleet.revision:
            self._moved[sight] = fleet.revision
            self._found[sight] = []
        return next((found for asked, found in self._found[sight] if asked == query), None)


def _sight(fleet: Fleet) -> _Part:
    return fleet.enterprise.id, fleet.scope.key
