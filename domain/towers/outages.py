"""Which devices a tower in trouble affects."""

from domain.fleet.fleet import Fleet
from domain.towers.live import OnTower, TalkingMeanwhile, tower_state
from domain.towers.model import OUT, TowerState


def affected_devices(fleet: Fleet, tower_id: str) -> int:
    """How many of the devices to be seen lost a tower that is out, or are on one that is not. Who talks through it has not lost it."""
    state = tower_state(fleet, tower_id)
    if state.status in OUT:
        return lost_devices(fleet, state)
    return fleet.index(OnTower).count(tower_id)


def lost_devices(fleet: Fleet, state: TowerState) -> int:
    """How many of the devices to be seen lost the tower when it last went down, without those that have talked through it since."""
    talking = fleet.index(TalkingMeanwhile).devices(state.id)
    return sum(fleet.has('device', id) and id not in talking for id in state.lost)
