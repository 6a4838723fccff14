"""The towers on the map."""

from domain.devices.model import DeviceState
from domain.towers.model import Tower, TowerState
from ui.topics.window import ListTopic, Window


class MapTopic(ListTopic):
    """Every tower of the enterprise with what a map draws of it, and nothing more."""

    kinds = (Tower, TowerState, DeviceState)

    def look(self) -> Window:
        """All towers; a map has no pages."""
        fleet = self.fleet
        rows = []
        for tower in fleet.towers.values():
            state = fleet.tower_state(tower.id)
            rows.append(
                {
                    'id': tower.id,
                    'name': tower.name,
                    'status': state.status,
                    'since': state.since,
                    'latitude': tower.latitude,
                    'longitude': tower.longitude,
                    'devices': fleet.served(tower.id),
                }
            )
        return Window(len(rows), len(rows), rows, {})
