"""What a check-in on an unknown cell leaves behind: who was on it, when, how strong, and where the device came from.

Asked when the cell of a device has changed, and of nothing else: who is still there is read from the state of the device.
"""

from dataclasses import replace

from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.common.ids import id_of_text
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.devices.unknown_cells.model import (
    MOST_CELLS,
    MOST_SIGHTINGS,
    WEIGHT,
    CellBasis,
    Sighting,
    UnknownCell,
)
from domain.fleet.fleet import Fleet


def id_of_cell(enterprise: str, on: str) -> str:
    """The id of an unknown cell: the same when it comes back after it was forgotten."""
    return id_of_text(f'{enterprise}/{on}')


def note_sighting(
    tx: Transaction,
    fleet: Fleet,
    device: Device,
    radio: Radio,
    on: str,
    basis: CellBasis,
    came_from: str | None,
    *,
    near: str | None = None,
    anew: bool,
    stayed: bool = False,
) -> UnknownCell | None:
    """A device has come to the cell, or ``stayed`` there while the cell is asked about again. ``anew`` when no alert of it is open: the
    reason is then that of now. ``None`` when there are too many cells already."""
    enterprise = device.enterprise
    at = (
        state_of(fleet, device.id).last_seen if stayed else None
    ) or tx.now  # one who stayed was last seen when it was last heard from
    known = tx.find(UnknownCell, enterprise, id_of_cell(enterprise, on))
    if known is None:
        if radio.mcc is None or radio.mnc is None or radio.cell_id is None or len(fleet[UnknownCell]) >= MOST_CELLS:
            return None
        known = UnknownCell(
            id=id_of_cell(enterprise, on),
            enterprise=enterprise,
            key=on,
            rat=radio.rat,
            mcc=radio.mcc,
            mnc=radio.mnc,
            tac=radio.tac,
            cell_id=radio.cell_id,
            basis=basis,
            first_at=at,
            last_at=at,
            version=0,
        )
    before = next((one for one in known.sightings if one.device == device.id), None)
    others = [one for one in known.sightings if one.device != device.id]
    after = replace(
        known,
        last_at=max(known.last_at, at),
        times=known.times + (before is None or not stayed),
        devices=known.devices + (before is None),
        basis=basis if anew or WEIGHT[basis] > WEIGHT[known.basis] else known.basis,
        near=near or known.near,
        sightings=(*others[-(MOST_SIGHTINGS - 1) :], _sighting(before, device.id, radio, at, came_from, stayed)),
        ended_at=None,
        version=known.version + 1,
    )
    tx.put(after)
    return after


def note_departure(tx: Transaction, device: Device, before: DeviceState, on: str) -> None:
    """The device has left the cell that it was on: until then it was seen there."""
    cell = tx.find(UnknownCell, device.enterprise, id_of_cell(device.enterprise, on))
    if cell is None or before.last_seen is None:
        return
    seen = tuple(
        replace(one, last_at=max(one.last_at, before.last_seen)) if one.device == device.id else one
        for one in cell.sightings
    )
    if seen != cell.sightings:
        last_at = max(cell.last_at, before.last_seen)
        tx.put(replace(cell, sightings=seen, last_at=last_at, version=cell.version + 1))


def _sighting(
    before: Sighting | None, device: str, radio: Radio, now: float, came_from: str | None, stayed: bool
) -> Sighting:
    told = [level for level in (radio.rsrp,) if level is not None]
    if before is None:
        return Sighting(
            device=device,
            first_at=now,
            last_at=now,
            weakest=radio.rsrp,
            strongest=radio.rsrp,
            came_from=came_from,
        )
    return replace(
        before,
        last_at=max(before.last_at, now),
        times=before.times + (not stayed),
        weakest=min((*told, before.weakest) if before.weakest is not None else told, default=None),
        strongest=max((*told, before.strongest) if before.strongest is not None else told, default=None),
        came_from=came_from or before.came_from,
    )
