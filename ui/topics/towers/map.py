"""The towers on the map."""

from domain.devices.model import DeviceState
from domain.towers.live import OnTower, tower_state
from domain.towers.model import Tower, TowerState
from ui.topics.window import ListTopic, Window


class MapTopic(ListTopic):
    """Every tower of the enterprise with what a map draws of it, and nothing more."""

    kinds = (Tower, TowerState, DeviceState)

    def look(self) -> Window:
        """All towers; a map has no pages."""
        fleet = self.fleet
        rows = []
        for tower in fleet[Tower].values():
            state = tower_state(fleet, tower.id)
            rows.append(
                {
                    'id': tower.id,
                    'name': tower.name,
                    'status': state.status,
                    'since': state.since,
                    'latitude': tower.latitude,
                    'longitude': tower.longitude,
                    'devices': fleet.index(OnTower).count(tower.id),
                }
            )
        return Window(len(rows), len(rows), rows, {})
