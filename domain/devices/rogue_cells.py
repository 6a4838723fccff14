"""Cells that are not what they say: an impossible jump, many devices forced down to 2G at once.

Both are asked when the cell of a device has changed, and of current observations alone. What they compare is stored: the state of the
device, how it reports (:class:`domain.devices.model.Reporting`), the open alerts. So a restart changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.alerts.catalogue import DOWNGRADED, IMPOSSIBLE_JUMP
from domain.alerts.model import score_of, severity_of
from domain.cellular.cells import FAMILY, WITH_AREA, network_number
from domain.cellular.countries import may_border
from domain.cellular.radio import Radio, Registration
from domain.changes.transaction import Transaction
from domain.devices.alerts import COPIED_IDENTITY, DOWNGRADE, FOREIGN_NETWORK, JUMP, forget_quiet_cells, key_of
from domain.devices.copied_cells import distance_km, score_with, with_witnesses
from domain.devices.live import TOGETHER_S, Falls, state_of
from domain.devices.model import Device, DeviceState, Presence, Reporting
from domain.devices.unknown_cells.model import CellBasis, CellStanding, UnknownCell
from domain.devices.unknown_cells.sighting import id_of_cell, note_sighting
from domain.fleet.fleet import Fleet
from domain.towers.cells import Cells
from domain.towers.live import OnTower
from domain.towers.model import FAILING, Tower, TowerState, TowerStatus

_MAY_BE_SERVED = frozenset({Registration.HOME, Registration.ROAMING, Registration.UNKNOWN})
"""A modem that searches in a tunnel tells a technology as well, of no cell."""


def on_jump(tx: Transaction, device: Device, before: DeviceState, after: DeviceState, radio: Radio) -> None:
    """Another tower serves the device, too far away for the time since the former was observed: one of the two cells is a copy.

    One alert for each pair of towers. The score starts at 0.6, every further device adds 0.1.
    """
    here = tx.find(Tower, device.enterprise, before.tower or '')
    there = tx.find(Tower, device.enterprise, after.tower or '')
    km = distance_km(here, there)
    tuning = IMPOSSIBLE_JUMP.of(tx, device.enterprise)
    reach_km = IMPOSSIBLE_JUMP.limit(tuning, 'reach_km')
    if here is None or there is None or km is None or km <= reach_km:
        return
    elapsed_s = _elapsed_s(tx, device, before, after)
    if elapsed_s is None or km - reach_km <= IMPOSSIBLE_JUMP.limit(tuning, 'kmh') * elapsed_s / 3600:
        return
    on = '/'.join(sorted((here.id, there.id)))
    known = JUMP.open_for(tx, device, on=on)
    witnesses = with_witnesses(known, (device.id,))
    score = score_with(known, witnesses, 0.6)
    alert = JUMP.raise_for(
        tx,
        device,
        on=on,
        severity=severity_of(score),
        detail=f'{radio.rat} cell {radio.cell}, of {there.name}, {km:.0f} km from {here.name} after {elapsed_s:.0f} s',
        devices=len(witnesses),
        score=score,
        witnesses=witnesses,
    )
    if alert is not None and alert.changed_at < tx.now:
        tx.put(replace(alert, changed_at=tx.now, version=alert.version + 1))


def on_fall(tx: Transaction, fleet: Fleet, device: Device, before: DeviceState, after: DeviceState) -> None:
    """A device leaves the LTE or NR of a tower for a cell of GSM or UMTS that no tower lists, in the same network or in one that no border
    explains. A cell that is not named, or names an area that there is not, counts where no tower lists any of GSM or UMTS there; one that
    does not even name its network, where the device says that it is registered or says nothing of that.

    One alert for each tower that so many devices leave within :data:`TOGETHER_S`, and such a part of those that were on it, unless the
    tower fails or is in maintenance, which explains it. The score is 0.8 for five devices; each further one adds 0.1, up to 0.9.
    """
    tower = tx.find(Tower, device.enterprise, before.tower or '')
    radio, at = after.radio, after.observed_at
    if (
        tower is None
        or radio is None
        or at is None
        or not _is_fall(fleet, before.radio, radio)
        or _is_trusted(tx, device, radio)
    ):
        return
    reporting = tx.find(Reporting, device.enterprise, device.id) or Reporting(device.id, device.enterprise)
    tx.put(replace(reporting, fell_from=tower.id, fell_at=at))
    if _is_explained(tx, tower):
        return
    known = DOWNGRADE.open_for(tx, device, on=tower.id)
    fallen = _fallen_with(tx, fleet, device, tower.id, at)
    there = len(fleet.index(OnTower).devices(tower.id) | set(fallen))
    tuning = DOWNGRADED.of(tx, device.enterprise)
    least = max(DOWNGRADED.limit(tuning, 'devices'), DOWNGRADED.limit(tuning, 'share_percent') / 100 * there)
    if known is None and len(fallen) < least:
        return
    _note_falls(tx, fleet, device, radio, tower, fallen if known is None else (), anew=known is None)
    witnesses = with_witnesses(known, fallen)
    score = score_of(len(witnesses))
    DOWNGRADE.raise_for(
        tx,
        device,
        on=tower.id,
        severity=severity_of(score),
        detail=f'{radio.rat} cell {_name_of(radio)}, which no tower lists, after LTE or NR of {tower.name}',
        devices=len(witnesses),
        score=score,
        witnesses=witnesses,
    )


def _note_falls(
    tx: Transaction, fleet: Fleet, device: Device, radio: Radio, tower: Tower, fallen: Sequence[str], *, anew: bool
) -> None:
    """The cells that devices fell to have a page as well: that of this one, and at first those of the others."""
    for id in (*(id for id in fallen if id != device.id), device.id):
        other = tx.find(Device, device.enterprise, id)
        state = tx.find(DeviceState, device.enterprise, id)
        there = radio if id == device.id else state.radio if state is not None else None
        if other is not None and there is not None and there.cell is not None:
            on = key_of(there.cell, there.rat)
            note_sighting(
                tx, fleet, other, there, on, CellBasis.FELL, tower.id, near=tower.id, anew=anew and id == device.id
            )


def _is_trusted(tx: Transaction, device: Device, radio: Radio) -> bool:
    if radio.cell is None:
        return False
    known = tx.find(UnknownCell, device.enterprise, id_of_cell(device.enterprise, key_of(radio.cell, radio.rat)))
    return known is not None and known.standing_at(tx.now) is CellStanding.TRUSTED


def review_rogue_cells(tx: Transaction, fleet: Fleet) -> None:
    """End the alerts whose reason is gone; run by the clock."""
    for rule in (FOREIGN_NETWORK, COPIED_IDENTITY):
        forget_quiet_cells(tx, fleet, rule)
    enterprise = fleet.enterprise
    tuning = IMPOSSIBLE_JUMP.of(tx, enterprise.id)
    reach_km, stands_s = (IMPOSSIBLE_JUMP.limit(tuning, name) for name in ('reach_km', 'stands_s'))
    for on, _ in list(JUMP.all_in(fleet)):
        one, _, other = on.partition('/')
        km = distance_km(tx.find(Tower, enterprise.id, one), tx.find(Tower, enterprise.id, other)) or 0.0
        jump = JUMP.open_for(tx, enterprise, on=on)
        if jump is not None and (km <= reach_km or tx.now - jump.changed_at > stands_s):
            JUMP.clear_for(tx, enterprise, on=on)
    for on, _ in list(DOWNGRADE.all_in(fleet)):
        tower = tx.find(Tower, enterprise.id, on)
        downgrade = DOWNGRADE.open_for(tx, enterprise, on=on)
        witnesses = downgrade.witnesses if downgrade is not None else ()
        down = sum(_is_still_down(tx, fleet, id, on) for id in witnesses)
        if tower is None or _is_explained(tx, tower) or 2 * down < len(witnesses):
            DOWNGRADE.clear_for(tx, enterprise, on=on)


def _elapsed_s(tx: Transaction, device: Device, before: DeviceState, after: DeviceState) -> float | None:
    """The longest time that may lie between the two observations, so that only a certain contradiction counts; ``None`` when none is known.

    Between them the device may have left its radio out, aboard an aircraft say. Where its clock stands still, ours counts.
    """
    reporting = tx.find(Reporting, device.enterprise, device.id)
    told_at = reporting.radio_at if reporting is not None else None
    if before.observed_at is None or before.received_at is None or after.observed_at is None:
        return None
    if told_at is not None and after.observed_at <= before.observed_at:
        return None
    since = before.observed_at if told_at is None else min(told_at, before.observed_at)
    return max(after.observed_at - since, tx.now - before.received_at)


def _name_of(radio: Radio) -> str:
    return radio.cell or (f'of {radio.mcc}-{radio.mnc} without numbers' if radio.mcc else 'without a network')


def _is_fall(fleet: Fleet, before: Radio | None, after: Radio) -> bool:
    """From E-UTRAN or NR to GERAN or UTRAN, to a cell that is none of the listed ones, in the same network or one that is out of place."""
    if before is None or before.mcc is None or FAMILY[before.rat] in WITH_AREA or not _is_unlisted_2g(fleet, after):
        return False
    if after.mcc is None or after.mnc is None:
        return not fleet.index(Cells).lists_2g(before)
    is_same = before.mcc == after.mcc and network_number(before.mnc or '') == network_number(after.mnc)
    return is_same or not may_border(before.mcc, after.mcc)


def _is_unlisted_2g(fleet: Fleet, radio: Radio | None, tower: str | None = None) -> bool:
    if radio is None or tower is not None or FAMILY[radio.rat] not in WITH_AREA:
        return False
    if radio.mcc is None or radio.mnc is None:
        return radio.registration in _MAY_BE_SERVED
    return (radio.cell is not None and radio.tac is not None) or not fleet.index(Cells).lists_2g(radio)


def _is_explained(tx: Transaction, tower: Tower) -> bool:
    """A tower that fails or is being worked on lets its devices go."""
    state = tx.find(TowerState, tower.enterprise, tower.id)
    gone = tower.retired_at is not None or (tower.maintenance_until or 0.0) > tx.now
    return gone or (state is not None and state.status in FAILING | {TowerStatus.MAINTENANCE})


def _fallen_with(tx: Transaction, fleet: Fleet, device: Device, tower: str, at: float) -> list[str]:
    """The devices that fell from the tower together with this one and are still down, this one last."""
    near = (
        set(fleet.index(Falls).since(tower, at - TOGETHER_S)) | tx.pending(Reporting, 'fell_from').get(tower, {}).keys()
    )
    found = []
    for id in near - {device.id}:
        reporting = tx.find(Reporting, device.enterprise, id)
        fell_at = reporting.fell_at if reporting is not None else None
        if fell_at is not None and abs(fell_at - at) < TOGETHER_S and _is_still_down(tx, fleet, id, tower):
            found.append((fell_at, id))
    return [id for _, id in sorted(found)] + [device.id]


def _is_still_down(tx: Transaction, fleet: Fleet, device: str, tower: str) -> bool:
    """True for a device that fell from the tower, is on an unlisted cell of GSM or UMTS now, and is heard from."""
    enterprise = fleet.enterprise.id
    reporting = tx.find(Reporting, enterprise, device)
    state = tx.find(DeviceState, enterprise, device) or state_of(fleet, device)
    return (
        reporting is not None
        and reporting.fell_from == tower
        and state.presence is not Presence.OFFLINE
        and _is_unlisted_2g(fleet, state.radio, state.tower)
    )
