"""Cells that have the numbers of one of ours and are not it: in another network, or in another technology under another area.

False base stations copy the numbers of a real cell. What two honest cells have in common by chance is told apart by where the device was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from domain.alerts.catalogue import FOREIGN_PLMN
from domain.alerts.model import Alert, score_of, severity_of
from domain.cellular.cells import FAMILY, WITH_AREA, Family
from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.devices.alerts import COPIED_IDENTITY, FOREIGN_NETWORK, key_of
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.devices.unknown_cells.model import WEIGHT, CellBasis, CellStanding
from domain.devices.unknown_cells.sighting import note_sighting
from domain.fleet.fleet import Fleet
from domain.towers.cells import Cells
from domain.towers.live import OnTower
from domain.towers.model import Tower

MOST_WITNESSES = 100
COMMON_IDENTITIES = 0xFFFF
"""Private networks leave the numbers of their first base stations as the maker set them, so that neighbours may have the same."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """Of which tower (an id) a cell has the numbers, whether in another network, and in which words."""

    tower: str
    is_foreign: bool
    basis: CellBasis
    words: str


def on_copied_numbers(
    tx: Transaction,
    fleet: Fleet,
    device: Device,
    radio: Radio,
    came_from: str | None = None,
    *,
    stayed: bool = False,
) -> None:
    """A device is on a cell that none of our towers lists, and that has numbers of one; ``came_from`` is the tower before.

    In another network with identity and area of ours, the score starts at 0.7 when the device was at that place before, and at 0.4 when
    it is not known where it was. On LTE and NR the identity alone is enough (0.6) for a device that was at the very tower that has it:
    in another network, or in ours by another technology.
    """
    before = tx.find(Tower, device.enterprise, came_from) if came_from is not None else None
    copy = _foreign(fleet, radio, before) or _of_another_technology(fleet, radio, before)
    if copy is None or radio.cell is None:
        return
    ours = tx.find(Tower, device.enterprise, copy.tower)
    far_km = FOREIGN_PLMN.limit(FOREIGN_PLMN.of(tx, device.enterprise), 'far_km')
    if ours is None or (before is not None and (distance_km(before, ours) or 0.0) > far_km):
        return
    on = key_of(radio.cell, radio.rat)
    rule = FOREIGN_NETWORK if copy.is_foreign else COPIED_IDENTITY
    known = rule.open_for(tx, device, on=on)
    row = note_sighting(
        tx, fleet, device, radio, on, copy.basis, came_from, near=ours.id, anew=known is None, stayed=stayed
    )
    is_judged = row is not None and row.standing_at(tx.now) is not CellStanding.UNKNOWN
    if is_judged or (known is not None and device.id in known.witnesses):
        return
    witnesses = with_witnesses(known, (device.id,))
    score = score_with(known, witnesses, WEIGHT[copy.basis])
    signal = '' if radio.rsrp is None else f', RSRP {radio.rsrp:g} dBm'
    rule.raise_for(
        tx,
        device,
        on=on,
        severity=severity_of(score),
        detail=f'{radio.rat} cell {radio.cell}{signal}, {copy.words} of a cell of {ours.name}',
        devices=len(witnesses),
        score=score,
        witnesses=witnesses,
    )


def with_witnesses(known: Alert | None, devices: Sequence[str]) -> tuple[str, ...]:
    """The witnesses of an alert and these devices, each once, in the order in which they spoke."""
    return tuple(dict.fromkeys((*(known.witnesses if known is not None else ()), *devices)))[:MOST_WITNESSES]


def score_with(known: Alert | None, witnesses: Sequence[str], floor: float) -> float:
    """Never less than before: what the first witness was worth stays."""
    return max(score_of(len(witnesses), floor), known.score or 0.0 if known is not None else 0.0)


def distance_km(one: Tower | None, other: Tower | None) -> float | None:
    """The way over ground between two towers; ``None`` when the place of one is not known."""
    if one is None or other is None or one.retired_at is not None or other.retired_at is not None:
        return None
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, chord)))


def _foreign(fleet: Fleet, radio: Radio, before: Tower | None) -> _Copy | None:
    """In a network that none of our towers lists."""
    cells = fleet.index(Cells)
    if (copied := cells.copied_from(radio)) is not None:
        basis = CellBasis.FOREIGN if before is None else CellBasis.FOREIGN_HERE
        return _Copy(copied, True, basis, 'identity and area are those')
    if before is not None and cells.is_foreign(radio) and _has_identity(before, radio, FAMILY[radio.rat]):
        return _Copy(before.id, True, CellBasis.FOREIGN_IDENTITY, 'its identity is that')
    return None


def _of_another_technology(fleet: Fleet, radio: Radio, before: Tower | None) -> _Copy | None:
    """In our network, under an area that none of our towers lists: in one of ours it is an unknown cell, whatever its identity.

    In EN-DC modems tell the identity of the LTE anchor as NR, so that the area is right which devices tell of the anchor itself.
    """
    cells = fleet.index(Cells)
    if before is None or radio.mcc is None or radio.mnc is None or cells.is_foreign(radio):
        return None
    if cells.knows_area(radio.mcc, radio.mnc, radio.tac):
        return None
    of = next((one for one in Family if one is not FAMILY[radio.rat] and _has_identity(before, radio, one)), None)
    if of is None or (of is Family.E_UTRAN and _tells_area(fleet, before, radio)):
        return None
    return _Copy(before.id, False, CellBasis.COPIED_IDENTITY, 'under another area, its identity is that')


def _has_identity(tower: Tower, radio: Radio, family: Family) -> bool:
    """True for the identity of a cell of the tower in E-UTRAN or NR, unless many networks have it."""
    if family in WITH_AREA or radio.cell_id is None or radio.cell_id <= COMMON_IDENTITIES:
        return False
    return any(FAMILY[cell.rat] is family and cell.cell_id == radio.cell_id for cell in tower.cells)


def _tells_area(fleet: Fleet, tower: Tower, radio: Radio) -> bool:
    """True when a device on the tower tells this area of the LTE cell of that identity: the inventory is old."""
    near = (state_of(fleet, id).radio for id in fleet.index(OnTower).devices(tower.id))
    return any(
        one is not None and FAMILY[one.rat] is Family.E_UTRAN and one.cell_id == radio.cell_id and one.tac == radio.tac
        for one in near
    )
