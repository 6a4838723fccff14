"""Cells that no tower lists: all of them, and of one who was on it, what stands around it, and its place on the map."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.cellular.notation import read_cells
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.score import parts_of_score, score_of_cell
from domain.devices.unknown_cells.service import SignalSpread, spread_of
from domain.devices.unknown_cells.surroundings import (
    alert_of,
    is_there,
    last_seen_on,
    neighbours,
    rough_place,
    there_now,
    tower_that_lists,
)
from domain.fleet.fleet import Fleet
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerState
from ui.topics.base import ObjectTopic
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic, Window


def cell_row(fleet: Fleet, cell: UnknownCell, now: float) -> dict[str, Any]:
    """What lists show of an unknown cell."""
    alert, lists = alert_of(fleet, cell), tower_that_lists(fleet, cell)
    heard = [one.strongest for one in cell.sightings if one.strongest is not None]
    standing = 'listed' if lists is not None else cell.standing_at(now).value
    return {
        'id': cell.id,
        'version': cell.version,
        'name': cell.name,
        'rat': cell.rat.value,
        'cell': cell.radio.cell,
        'plmn': f'{cell.mcc}-{cell.mnc}',
        'tac': None if cell.tac is None else str(cell.tac),
        'standing': standing,
        'score': round(100 * score_of_cell(cell, _witnesses(alert, cell))),
        'devices': cell.devices,
        'there': len(there_now(fleet, cell)),
        'times': cell.times,
        'first_at': cell.first_at,
        'last_at': max((cell.last_at, *last_seen_on(fleet, cell).values())),
        'strongest': max(heard, default=None),
        'trusted_until': cell.trusted_until if standing == 'trusted' else None,
        'alert': alert.problem if alert is not None else None,
        'alert_id': alert.id if alert is not None else None,
        'severity': alert.severity if alert is not None else None,
        'listed_at': lists.name if lists is not None else None,
        'listed_id': lists.id if lists is not None else None,
    }


def _witnesses(alert: Alert | None, cell: UnknownCell) -> int:
    return len(alert.witnesses) if alert is not None else len(cell.sightings)


class UnknownCellsTopic(ListTopic):
    """All of them, the newest first unless asked otherwise."""

    kinds = (UnknownCell, Alert, Tower, DeviceState)
    sorts: ClassVar[dict[str, str]] = {
        name: name for name in ('name', 'score', 'devices', 'there', 'first_at', 'last_at', 'strongest')
    }
    filters = ('standing', 'rat', 'plmn', 'severity')
    searched = ('name', 'plmn', 'listed_at')
    default = '-last_at'

    def fits(self, row: Mapping[str, Any], texts: Collection[str]) -> bool:
        """By its name, and by its identity in any notation."""
        cell = self.fleet[UnknownCell].get(row['id'])
        wanted = read_cells(self.query.get('q', ''))
        return super().fits(row, texts) or (cell is not None and cell.cell_id in wanted)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row each."""
        now = self.clock()
        return (cell_row(self.fleet, cell, now) for cell in self.fleet[UnknownCell].values())


class UnknownCellTopic(ObjectTopic):
    """One of them."""

    kinds = (UnknownCell, Alert, Tower, DeviceState)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._spread: SignalSpread | None = None

    async def open(self) -> None:
        """How strong it was is read once, from the kept observations."""
        cell = self.fleet[UnknownCell].get(self.id)
        if cell is not None:
            self._spread = await spread_of(self.store, cell, self.clock())

    def view(self) -> dict[str, Any]:
        """It, or ``{'gone': True}``."""
        cell = self.fleet[UnknownCell].get(self.id)
        if cell is None:
            return {'gone': True}
        fleet, now, spread = self.fleet, self.clock(), self._spread
        place = rough_place(neighbours(fleet, cell))
        near = fleet[Tower].get(cell.near or '')
        row = cell_row(fleet, cell, now)
        is_judged = row['standing'] in ('trusted', 'rogue')
        return {
            **row,
            'gone': None,
            'by': cell.by if is_judged else None,
            'reason': cell.reason or None if is_judged else None,
            'area': None if cell.tac is None else f'{cell.mcc}-{cell.mnc}-{cell.tac}',
            'near': near.name if near is not None else None,
            'near_id': near.id if near is not None else None,
            'place': f'{place.latitude:.4f}, {place.longitude:.4f}' if place is not None else None,
            'place_because': place.because if place is not None else None,
            'signal': _told(spread),
            'readings': spread.count if spread is not None and spread.count else None,
        }


def _told(spread: SignalSpread | None) -> str | None:
    if spread is None or spread.weakest is None or spread.middle is None or spread.strongest is None:
        return None
    return f'{spread.weakest:g} to {spread.strongest:g} dBm, {spread.middle:g} in the middle'


class _OfOneCell(ListTopic):
    """A short list of one cell, always whole."""

    kinds = (UnknownCell, Alert, Device, DeviceState, Tower, TowerState)

    def look(self) -> Window:
        """In the order in which the rows come."""
        rows = list(self.rows())
        return Window(len(rows), len(rows), rows, {})

    def rows(self) -> Iterator[dict[str, Any]]:
        """Those of the cell of the topic's id."""
        cell = self.fleet[UnknownCell].get(self.id)
        return self.of(cell) if cell is not None else iter(())

    def of(self, cell: UnknownCell) -> Iterator[dict[str, Any]]:
        """The rows of this cell."""
        raise NotImplementedError


class SightingsTopic(_OfOneCell):
    """Who was on it, those first that were there last."""

    def of(self, cell: UnknownCell) -> Iterator[dict[str, Any]]:
        """One row per device."""
        fleet, last = self.fleet, last_seen_on(self.fleet, cell)
        for one in sorted(cell.sightings, key=lambda one: -last[one.device]):
            device = fleet[Device].get(one.device)
            state = state_of(fleet, one.device)
            tower = fleet[Tower].get(one.came_from or '')
            levels = _levels(one.weakest, one.strongest)
            came = f'came {one.times} time{"s" if one.times != 1 else ""}'
            yield {
                'id': one.device,
                'name': device.name if device is not None else 'a retired device',
                'presence': state.presence if device is not None else None,
                'here': 'On it' if device is not None and is_there(fleet, cell, one.device) else 'Left',
                'times': one.times,
                'first_at': one.first_at,
                'last_at': last[one.device],
                'levels': levels,
                'came_from': tower.name if tower is not None else None,
                'came_from_id': tower.id if tower is not None else None,
                'brief': ', '.join(
                    filter(None, (came, f'from {tower.name}' if tower is not None else '', levels or ''))
                ),
            }


def _levels(weakest: float | None, strongest: float | None) -> str | None:
    """``-92 to -61 dBm``."""
    if weakest is None or strongest is None:
        return None
    return f'{weakest:g} to {strongest:g} dBm' if weakest < strongest else f'{strongest:g} dBm'


class ScoreTopic(_OfOneCell):
    """What its score is made up of."""

    def of(self, cell: UnknownCell) -> Iterator[dict[str, Any]]:
        """One row per part, in the order in which they add up, then the sum."""
        witnesses = _witnesses(alert_of(self.fleet, cell), cell)
        for number, part in enumerate(parts_of_score(cell, witnesses)):
            yield {'id': str(number), 'name': part.words, 'points': f'{100 * part.points:+.0f} %'}
        yield {'id': 'sum', 'name': 'How sure it is', 'points': f'{100 * score_of_cell(cell, witnesses):.0f} %'}


class NeighboursTopic(_OfOneCell):
    """The towers around it."""

    def of(self, cell: UnknownCell) -> Iterator[dict[str, Any]]:
        """One row per tower, those first that most witnesses came from."""
        for one in neighbours(self.fleet, cell):
            yield {
                'id': one.tower.id,
                'name': one.tower.name,
                'status': tower_state(self.fleet, one.tower.id).status,
                'came': one.came or None,
                'area': 'Same tracking area' if one.shares_area else None,
            }


class PlaceTopic(_OfOneCell):
    """The towers around it and about where it is, as a map draws them."""

    def of(self, cell: UnknownCell) -> Iterator[dict[str, Any]]:
        """One row per mark."""
        around = neighbours(self.fleet, cell)
        if (place := rough_place(around)) is not None:
            yield {
                'id': cell.id,
                'at': 'cells',
                'name': 'About here',
                'status': 'unknown',
                'since': cell.first_at,
                'latitude': place.latitude,
                'longitude': place.longitude,
                'devices': cell.devices,
            }
        for one in around:
            state = tower_state(self.fleet, one.tower.id)
            yield {
                'id': one.tower.id,
                'at': 'towers',
                'name': one.tower.name,
                'status': state.status,
                'since': state.since,
                'latitude': one.tower.latitude,
                'longitude': one.tower.longitude,
                'devices': one.came,
            }


TOPICS = (
    TopicRow('unknown_cells', Permission.ALERTS_READ, UnknownCellsTopic),
    TopicRow('unknown_cell', Permission.ALERTS_READ, UnknownCellTopic),
    TopicRow('sightings', Permission.ALERTS_READ, SightingsTopic),
    TopicRow('score', Permission.ALERTS_READ, ScoreTopic),
    TopicRow('neighbours', Permission.ALERTS_READ, NeighboursTopic),
    TopicRow('cell_map', Permission.ALERTS_READ, PlaceTopic),
)
