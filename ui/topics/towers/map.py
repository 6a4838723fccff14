"""The towers on the map."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.devices.model import DeviceState
from domain.towers.live import OnTower, tower_state
from domain.towers.model import Tower, TowerState
from ui.topics.towers.list import TowersTopic
from ui.topics.window import Window

_DRAWN = ('id', 'name', 'status', 'since', 'latitude', 'longitude', 'devices')


class MapTopic(TowersTopic):
    """The towers that the list would find by the same search and filters, with what a map draws of them and nothing more;
    ``id=`` names some of them."""

    kinds = (Tower, TowerState, DeviceState)
    filters: ClassVar[tuple[str, ...]] = (*TowersTopic.filters, 'id')

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per tower."""
        fleet = self.fleet
        for tower in fleet[Tower].values():
            state = tower_state(fleet, tower.id)
            yield {
                'id': tower.id,
                'name': tower.name,
                'status': state.status,
                'since': state.since,
                'latitude': tower.latitude,
                'longitude': tower.longitude,
                'devices': fleet.index(OnTower).count(tower.id),
                'kind': tower.kind,
                'operator': tower.operator,
                'region': tower.region,
            }

    def look(self) -> Window:
        """All that fit; a map has no pages."""
        rows = list(self.rows())
        total = len(rows)
        drawn = [{name: row[name] for name in _DRAWN} for row in self.chosen(self.found(rows))]
        return Window(total, len(drawn), drawn, {})
