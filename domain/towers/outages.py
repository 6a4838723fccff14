"""Which devices a tower in trouble affects."""

from domain.fleet.fleet import Fleet
from domain.towers.live import OnTower, tower_state
from domain.towers.model import TowerStatus


def affected_devices(fleet: Fleet, tower_id: str) -> int:
    """How many of the devices to be seen lost a tower that is down, or are on one that is not."""
    state = tower_state(fleet, tower_id)
    if state.status is TowerStatus.DOWN:
        return sum(fleet.has('device', id) for id in state.lost)
    return fleet.index(OnTower).count(tower_id)
