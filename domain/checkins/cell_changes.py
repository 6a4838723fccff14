"""What a check-in on another cell sets in motion: the journal says which tower serves, and rules about cells are asked.

Nothing here is asked of a check-in whose cell is the one of before.
"""

from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.devices.alerts import key_of, on_unknown_cell
from domain.devices.copied_cells import on_copied_numbers
from domain.devices.events import ServingTowerChanged
from domain.devices.model import Device, DeviceState
from domain.devices.rogue_cells import on_fall, on_jump
from domain.devices.unknown_cells.sighting import note_departure
from domain.fleet.fleet import Fleet
from domain.towers.alerts import on_area
from domain.towers.model import Tower


def on_cell(
    tx: Transaction, fleet: Fleet, device: Device, before: DeviceState, after: DeviceState, radio: Radio, *, anew: bool
) -> None:
    """A current check-in names another cell than before; ``anew`` when what was known before cannot be compared with it."""
    if before.tower is None and before.radio is not None and before.radio.cell is not None:
        note_departure(tx, device, before, key_of(before.radio.cell, before.radio.rat))
    if after.tower is not None:
        on_area(tx, tx.need(Tower, device.enterprise, after.tower), radio)
        if not anew and before.tower is not None and before.tower != after.tower:
            on_jump(tx, device, before, after, radio)
        return
    if radio.cell_id != 0:  # which a site may have, and a modem writes that knows no cell (ModemManager)
        on_unknown_cell(tx, fleet, device, radio, before.tower)
        on_copied_numbers(tx, fleet, device, radio, before.tower)
    if not anew and before.tower is not None:
        on_fall(tx, fleet, device, before, after)


def is_same_cell(one: Radio | None, other: Radio) -> bool:
    """True for the same numbers, the area among them, in the same technology."""
    return (
        one is not None
        and one.cell_id == other.cell_id
        and one.tac == other.tac
        and one.mnc == other.mnc
        and one.mcc == other.mcc
        and one.rat is other.rat
    )


def note_tower(tx: Transaction, device: Device, before: DeviceState, after: DeviceState) -> None:
    """The journal says which tower serves the device now."""
    old = tx.find(Tower, device.enterprise, before.tower) if before.tower else None
    new = tx.find(Tower, device.enterprise, after.tower) if after.tower else None
    tx.note(
        ServingTowerChanged(
            **tx.about(device),
            before=before.tower,
            after=after.tower,
            before_name=old.name if old else None,
            after_name=new.name if new else None,
            cell=after.radio.cell if after.radio else None,
        )
    )
