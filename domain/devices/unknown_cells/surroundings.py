"""What stands around an unknown cell: who is on it now, the towers that its witnesses came from, and about where it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.alerts.model import Alert
from domain.cellular.cells import network_number
from domain.devices.alerts import COPIED_IDENTITY, FOREIGN_NETWORK, UNKNOWN_CELL, key_of
from domain.devices.live import state_of
from domain.devices.model import Device, Presence
from domain.devices.unknown_cells.model import UnknownCell
from domain.fleet.fleet import Fleet
from domain.towers.cells import Cells
from domain.towers.model import Tower

MOST_NEIGHBOURS = 50
ABOUT_ITS_ALERTS = (UNKNOWN_CELL, FOREIGN_NETWORK, COPIED_IDENTITY)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A tower near the cell: ``came`` devices came from it, and it ``shares_area`` when it radiates in the same tracking area."""

    tower: Tower
    came: int
    shares_area: bool


@dataclass(frozen=True, slots=True)
class RoughPlace:
    """About where the cell is, in degrees; ``because`` says from what that is known."""

    latitude: float
    longitude: float
    because: str


def alert_of(fleet: Fleet, cell: UnknownCell) -> Alert | None:
    """The open alert about it."""
    return next((found for rule in ABOUT_ITS_ALERTS if (found := rule.open_in(fleet, cell.key)) is not None), None)


def is_there(fleet: Fleet, cell: UnknownCell, device: str) -> bool:
    """True for a device that is on the cell by the newest that it said."""
    radio = state_of(fleet, device).radio
    return radio is not None and radio.cell is not None and key_of(radio.cell, radio.rat) == cell.key


def there_now(fleet: Fleet, cell: UnknownCell) -> list[str]:
    """Ids of the devices that are on it and heard from."""
    return [
        one.device
        for one in cell.sightings
        if one.device in fleet[Device]
        and is_there(fleet, cell, one.device)
        and state_of(fleet, one.device).presence is not Presence.OFFLINE
    ]


def last_seen_on(fleet: Fleet, cell: UnknownCell) -> Mapping[str, float]:
    """When each witness was last heard from on the cell."""
    found = {}
    for one in cell.sightings:
        seen = state_of(fleet, one.device).last_seen if is_there(fleet, cell, one.device) else None
        found[one.device] = max(one.last_at, seen or 0.0)
    return found


def tower_that_lists(fleet: Fleet, cell: UnknownCell) -> Tower | None:
    """The tower that lists it by now."""
    return fleet.find(Tower, fleet.index(Cells).tower_of(cell.radio) or '')


def neighbours(fleet: Fleet, cell: UnknownCell) -> list[Neighbour]:
    """The towers that most witnesses came from first, then those of its tracking area."""
    came = Counter(one.came_from for one in cell.sightings if one.came_from is not None)
    found = [
        Neighbour(tower, came[tower.id], shares)
        for tower in fleet[Tower].values()
        if (shares := _shares_area(tower, cell)) or came[tower.id]
    ]
    return sorted(found, key=lambda one: (-one.came, one.tower.name, one.tower.id))[:MOST_NEIGHBOURS]


def rough_place(around: list[Neighbour]) -> RoughPlace | None:
    """In the middle of the towers that its witnesses came from, each counted as often; else of those in its area."""
    for because, weighed in (
        ('in the middle of the towers that its witnesses came from', [(one.tower, one.came) for one in around]),
        ('in the middle of the towers in its tracking area', [(one.tower, int(one.shares_area)) for one in around]),
    ):
        placed = list(_placed(weighed))
        if total := sum(weight for _, _, weight in placed):
            return RoughPlace(
                sum(latitude * weight for latitude, _, weight in placed) / total,
                sum(longitude * weight for _, longitude, weight in placed) / total,
                because,
            )
    return None


def _placed(weighed: list[tuple[Tower, int]]) -> Iterator[tuple[float, float, int]]:
    for tower, weight in weighed:
        if weight and tower.latitude is not None and tower.longitude is not None:
            yield tower.latitude, tower.longitude, weight


def _shares_area(tower: Tower, cell: UnknownCell) -> bool:
    return cell.tac is not None and any(
        one.tac == cell.tac and one.mcc == cell.mcc and network_number(one.mnc) == network_number(cell.mnc)
        for one in tower.cells
    )
