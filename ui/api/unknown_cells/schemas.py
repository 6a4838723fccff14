"""Cells that no tower lists, in JSON."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from domain.cellular.radio import Rat
from domain.devices.unknown_cells.model import CellBasis, UnknownCell
from domain.devices.unknown_cells.score import parts_of_score, score_of_cell
from domain.devices.unknown_cells.service import SignalSpread
from domain.devices.unknown_cells.surroundings import (
    alert_of,
    is_there,
    last_seen_on,
    neighbours,
    rough_place,
    tower_that_lists,
)
from domain.fleet.fleet import Fleet
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema


class CellSighting(Struct, kw_only=True, frozen=True):
    """That a device was on the cell: ``times`` it came to it, the last time from the tower ``came_from``; RSRP in dBm as it came."""

    device_id: str
    first_at: Time
    last_at: Time
    times: int
    weakest_rsrp: float | None
    strongest_rsrp: float | None
    came_from: str | None
    is_there: bool


class ScoreReason(Struct, kw_only=True, frozen=True):
    """A part of a score; all of them add up to it."""

    words: str
    points: float


class CellNeighbour(Struct, kw_only=True, frozen=True):
    """A tower near the cell: ``came`` devices came from it."""

    tower_id: str
    name: str
    came: int
    shares_area: bool


class CellPlace(Struct, kw_only=True, frozen=True):
    """About where the cell is, and from what that is known."""

    latitude: float
    longitude: float
    because: str


class CellSignal(Struct, kw_only=True, frozen=True):
    """RSRP (dBm) of ``count`` kept observations of the last week, by so many ``devices``."""

    count: int
    devices: int
    weakest: float | None
    middle: float | None
    strongest: float | None


class UnknownCellShown(Struct, kw_only=True, frozen=True):
    """A cell that devices tell of and no tower lists. ``standing`` is what people say of it (``unknown``, ``trusted`` until then,
    ``rogue``), or ``listed`` at the tower ``listed_at`` by now. ``score`` (0 to 1) is how sure it is that it is a false one, for the
    reason ``basis``. ``signal`` and ``neighbours`` are told of one cell alone, not in the list."""

    id: str
    rat: Rat
    mcc: str
    mnc: str
    tac: int | None
    cell_id: int
    cell: str
    standing: str
    basis: CellBasis
    score: float
    score_reasons: tuple[ScoreReason, ...]
    alert_id: str | None
    listed_at: str | None
    first_at: Time
    last_at: Time
    times: int
    devices: int
    sightings: tuple[CellSighting, ...]
    trusted_until: Time | None
    judged_by: str
    reason: str
    version: int
    signal: CellSignal | None
    neighbours: tuple[CellNeighbour, ...] | None
    place: CellPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTrust:
    """Until when the cell is trusted, a year at most, and why."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReason:
    """Why people say so."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTower:
    """The tower that lists the cell from now on."""

    tower_id: str


_FIRST, _LAST = '2026-11-22T03:12:00.000Z', '2026-11-22T03:40:00.000Z'
UNKNOWN_CELL_SHOWN = Schema(
    UnknownCellShown,
    {
        'id': '4ZSQQG7N2V8QZ3C7E9V6HP0ABC',
        'rat': 'LTE',
        'mcc': '204',
        'mnc': '08',
        'tac': 4417,
        'cell_id': 666,
        'cell': '204-08-4417-0x29A',
        'standing': 'unknown',
        'basis': 'strong',
        'score': 0.7,
        'score_reasons': [
            {
                'words': 'Not listed, in a tracking area of yours, and near: the signal is strong',
                'points': 0.6,
            },
            {'words': '1 further device told of it, 0.1 each', 'points': 0.1},
        ],
        'alert_id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'listed_at': None,
        'first_at': _FIRST,
        'last_at': _LAST,
        'times': 3,
        'devices': 2,
        'sightings': [
            {
                'device_id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HD',
                'first_at': _FIRST,
                'last_at': _LAST,
                'times': 2,
                'weakest_rsrp': -92.5,
                'strongest_rsrp': -61.0,
                'came_from': '01KAPXBG6KQ0S4Y8Z3C7E9V6HT',
                'is_there': True,
            }
        ],
        'trusted_until': None,
        'judged_by': '',
        'reason': '',
        'version': 4,
        'signal': {'count': 31, 'devices': 2, 'weakest': -92.5, 'middle': -70.0, 'strongest': -61.0},
        'neighbours': [{'tower_id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HT', 'name': 'Waalhaven', 'came': 2, 'shares_area': True}],
        'place': {
            'latitude': 51.89,
            'longitude': 4.43,
            'because': 'in the middle of the towers that its witnesses came from',
        },
    },
)
CELL_TRUST = Schema(CellTrust, {'until': '2027-11-01T00:00:00.000Z', 'reason': 'A repeater that the operator set up'})
CELL_REASON = Schema(CellReason, {'reason': 'The guard saw a van with antennas at the gate'})
CELL_TOWER = Schema(CellTower, {'tower_id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HT'})


def unknown_cell(fleet: Fleet, cell: UnknownCell, now: float, signal: SignalSpread | None = None) -> UnknownCellShown:
    """As this reader sees it; with its ``signal`` all that stands around it is told too."""
    alert, lists, last = alert_of(fleet, cell), tower_that_lists(fleet, cell), last_seen_on(fleet, cell)
    witnesses = len(alert.witnesses) if alert is not None else len(cell.sightings)
    around = neighbours(fleet, cell) if signal is not None else []
    place = rough_place(around)
    return UnknownCellShown(
        id=cell.id,
        rat=cell.rat,
        mcc=cell.mcc,
        mnc=cell.mnc,
        tac=cell.tac,
        cell_id=cell.cell_id,
        cell=cell.radio.cell or '',
        standing='listed' if lists is not None else cell.standing_at(now).value,
        basis=cell.basis,
        score=score_of_cell(cell, witnesses),
        score_reasons=tuple(ScoreReason(words=one.words, points=one.points) for one in parts_of_score(cell, witnesses)),
        alert_id=alert.id if alert is not None else None,
        listed_at=lists.id if lists is not None else None,
        first_at=time_text(cell.first_at),
        last_at=time_text(max((cell.last_at, *last.values()))),
        times=cell.times,
        devices=cell.devices,
        sightings=tuple(
            CellSighting(
                device_id=one.device,
                first_at=time_text(one.first_at),
                last_at=time_text(last[one.device]),
                times=one.times,
                weakest_rsrp=one.weakest,
                strongest_rsrp=one.strongest,
                came_from=one.came_from,
                is_there=is_there(fleet, cell, one.device),
            )
            for one in cell.sightings
        ),
        trusted_until=maybe_time(cell.trusted_until),
        judged_by=cell.by,
        reason=cell.reason,
        version=cell.version,
        signal=CellSignal(
            count=signal.count,
            devices=signal.devices,
            weakest=signal.weakest,
            middle=signal.middle,
            strongest=signal.strongest,
        )
        if signal is not None
        else None,
        neighbours=tuple(
            CellNeighbour(tower_id=one.tower.id, name=one.tower.name, came=one.came, shares_area=one.shares_area)
            for one in around
        )
        if signal is not None
        else None,
        place=CellPlace(latitude=place.latitude, longitude=place.longitude, because=place.because)
        if place is not None
        else None,
    )
