"""The alerts that a device raises: an unknown cell, a copied credential, a wrong clock, another SIM, one number in two devices."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import numpy as np

from domain.alerts.catalogue import (
    CHANGED_SIM,
    CONTRADICTING_NUMBERS,
    CREDENTIAL_TWICE,
    DOWNGRADED,
    FOREIGN_PLMN,
    IMPOSSIBLE_JUMP,
    SHARED_NUMBERS,
    UNLISTED_CELL,
    WRONG_CLOCK,
)
from domain.alerts.model import AlarmType, Alert, ProbableCause, score_of, severity_of
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule
from domain.cellular.cells import FAMILY, WITH_AREA
from domain.cellular.radio import Radio, Rat
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.listing.columns import DeviceColumns
from domain.devices.live import state_of
from domain.devices.model import Device, Presence
from domain.devices.unknown_cells.model import WEIGHT, CellBasis, CellStanding, UnknownCell
from domain.devices.unknown_cells.score import ROGUE_SCORE
from domain.devices.unknown_cells.sighting import id_of_cell, note_sighting
from domain.fleet.fleet import Fleet
from domain.towers.cells import Cells

_security = partial(
    AlertRule, object='device', type=AlarmType.SECURITY, cause=ProbableCause.UNAUTHORIZED_ACCESS_ATTEMPT
)
UNKNOWN_CELL = _security(key='cell/{}', problem='Unknown cell in our tracking area', tuned=UNLISTED_CELL)
"""Its object is the first device that told of the cell."""
COPY = '; a cell of ours in another technology has these very numbers'
FALSE = '; people say that it is a false one'
FOREIGN_NETWORK = _security(key='plmn/{}', problem='Another network on the numbers of our cell', tuned=FOREIGN_PLMN)
COPIED_IDENTITY = _security(key='copy/{}', problem='The identity of our cell in another technology', tuned=FOREIGN_PLMN)
JUMP = _security(key='jump/{}', problem='Impossible jump between two towers', tuned=IMPOSSIBLE_JUMP)
DOWNGRADE = _security(
    key='downgrade/{}', problem='Many devices forced down to unlisted 2G or 3G cells', tuned=DOWNGRADED
)
"""How these are found: :mod:`domain.devices.copied_cells`, :mod:`domain.devices.rogue_cells`. The key of the last is that of the
tower that the devices left."""
COPIED = _security(
    key='copied/{}', problem='Two machines check in as one device', tuned=CREDENTIAL_TWICE, past=('check', 'checked')
)

CLOCK = AlertRule(
    key='clock/{}',
    object='device',
    type=AlarmType.EQUIPMENT,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='The clock of {name} is wrong',
    tuned=WRONG_CLOCK,
    past=('is', 'was'),
)


CLOCKS = AlertRule(
    key='clocks',
    object='device',
    type=AlarmType.EQUIPMENT,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='Many clocks are wrong by the same amount: is it that of the console?',
    tuned=WRONG_CLOCK,
    past=('are wrong', 'were wrong'),
)


def on_clock(
    tx: Transaction, device: Device, offset_s: float | None, alike: int, stands_at: float | None = None
) -> None:
    """The device's clock is steadily ahead by so many seconds (negative: behind), or right: one alert while it is plainly wrong.

    It stands still at the moment ``stands_at``. Of many, ``alike`` clocks wrong by as much at the same time, there is one alert for all.
    """
    tuning = WRONG_CLOCK.of(tx, device.enterprise)
    crowd = WRONG_CLOCK.limit(tuning, 'crowd')
    if offset_s is None or abs(offset_s) < WRONG_CLOCK.limit(tuning, 'seconds'):
        CLOCK.clear_for(tx, device)
        if np.count_nonzero(tx.fleet(device.enterprise).index(DeviceColumns).clock_wrong) <= crowd:
            CLOCKS.clear_for(tx, device)
        return
    wrong = _span(offset_s)
    if alike > crowd:
        seen = f'{wrong} of the clock of the console; compare that with a time server'
        CLOCKS.raise_for(tx, device, severity=Severity.MAJOR, detail=seen, devices=alike)
        return
    detail = f'{wrong}; what it says is moved to our time. Set its clock, for example by NTP'
    if stands_at is not None:
        moment = datetime.fromtimestamp(stands_at, UTC).isoformat(' ', 'seconds')[:-6]
        detail = (
            f'it stands at {moment} UTC; what it says counts as of when it comes. Set its clock, for example by NTP'
        )
    CLOCK.raise_for(tx, device, severity=Severity.WARNING, detail=detail, devices=1, witnesses=(device.id,))


def _span(offset_s: float) -> str:
    """``6 h behind``, ``7 min ahead``: in whole units, the largest of which there are two or more."""
    length, unit = next(
        ((length, unit) for length, unit in ((86_400, 'd'), (3600, 'h'), (60, 'min')) if abs(offset_s) >= 2 * length),
        (1, 's'),
    )
    return f'{abs(offset_s) / length:,.0f} {unit} {"ahead" if offset_s > 0 else "behind"}'


SIM_CHANGED = _security(key='sim/{}', problem='SIM changed', tuned=CHANGED_SIM)
SHARED_SIM = _security(key='sim-shared/{}', problem='One SIM in two devices', tuned=SHARED_NUMBERS)
"""Its object is the device that has told of the SIM last, its key the SIM's number."""
SHARED_NUMBER = _security(
    key='number-shared/{}', problem='One IMEI or serial number in two devices', tuned=SHARED_NUMBERS
)
"""The same of an IMEI or a serial number: its key is the kind of number and the number."""
CONTRADICTION = _security(
    key='identity/{}', problem='The numbers of a device name several devices', tuned=CONTRADICTING_NUMBERS
)
NAME_WITNESSES = (CONTRADICTION, SHARED_SIM, SHARED_NUMBER)
"""Alerts that are about each of their witnesses as much as about their object."""


def is_about(alert: Alert, device_id: str) -> bool:
    """True for an alert that belongs on the page of this device."""
    if alert.object_id == device_id:
        return True
    return device_id in alert.witnesses and any(rule.is_of(alert) for rule in NAME_WITNESSES)


def on_unknown_cell(
    tx: Transaction,
    fleet: Fleet,
    device: Device,
    radio: Radio,
    came_from: str | None = None,
    *,
    stayed: bool = False,
) -> None:
    """A device reports a cell that no tower lists, in a tracking area where ours radiate: one alert per cell, devices as witnesses.

    The score starts at 0.4 (at 0.6 with a strong signal), each further witness adds 0.1, up to 0.9; from 0.6 on it is major. It starts at
    0.8 for a cell that has the very numbers of one of ours in another technology: no network gives them twice, an IMSI catcher copies them.
    People may trust the cell, which raises nothing then, or say that it is a false one, which is critical wherever it is.
    """
    cell = radio.cell
    if cell is None or radio.mcc is None or radio.mnc is None:
        return
    on = key_of(cell, radio.rat)
    known = tx.find(UnknownCell, device.enterprise, id_of_cell(device.enterprise, on))
    is_rogue = known is not None and known.rogue_at is not None
    if not is_rogue and not fleet.index(Cells).knows_area(radio.mcc, radio.mnc, radio.tac):
        return
    before = UNKNOWN_CELL.open_for(tx, device, on=on)
    strong = radio.rsrp is not None and radio.rsrp >= _limit(tx, UNKNOWN_CELL, device.enterprise, 'strong_dbm')
    copied = fleet.index(Cells).knows_numbers(radio)
    basis = CellBasis.COPY if copied else CellBasis.STRONG if strong else CellBasis.AREA
    seen = note_sighting(tx, fleet, device, radio, on, basis, came_from, anew=before is None, stayed=stayed)
    witnesses = before.witnesses if before is not None else ()
    is_told = before is not None and device.id in witnesses and (not is_rogue or before.score == ROGUE_SCORE)
    if is_told or (seen is not None and seen.standing_at(tx.now) is CellStanding.TRUSTED):
        return
    witnesses = tuple(dict.fromkeys((*witnesses[:99], device.id)))
    floor = before.score - 0.1 * (len(witnesses) - 2) if before is not None and before.score is not None else 0.4
    score = score_of(len(witnesses), max(floor, WEIGHT[basis]))
    signal = '' if radio.rsrp is None else f', RSRP {radio.rsrp:g} dBm'
    UNKNOWN_CELL.raise_for(
        tx,
        device,
        on=on,
        severity=Severity.CRITICAL if is_rogue else severity_of(score),
        detail=f'{radio.rat} cell {cell}{signal}{COPY if copied else ""}{FALSE if is_rogue else ""}',
        devices=len(witnesses),
        score=ROGUE_SCORE if is_rogue else score,
        witnesses=witnesses,
    )


def key_of(cell: str | None, rat: Rat) -> str:
    """Equal numbers in two families are two cells; the key of the newer ones is as it always was."""
    family = FAMILY[rat]
    return f'{cell}/{family}' if family in WITH_AREA else str(cell)


def on_copied_credential(tx: Transaction, device: Device, contradictions: int, names: Sequence[str]) -> None:
    """Two machines check in with one credential: one alert per device, until people revoke it or the device enrols again.

    The score starts at 0.7 and rises by 0.1 with every further contradiction, up to 0.9; two host names are worth 0.1.
    """
    before = COPIED.open_for(tx, device)
    known = before.score if before is not None and before.score is not None else 0.6
    score = round(min(0.9, max(known + 0.1, 0.8 if len(names) > 1 else 0.7)), 2)
    if score == known:
        return
    told = f', the machines call themselves {names[0]} and {names[1]}' if len(names) > 1 else ''
    COPIED.raise_for(
        tx,
        device,
        severity=Severity.MAJOR,
        detail=f'{contradictions} times a check-in came under a number that was used or passed already{told}',
        devices=1,
        score=score,
        witnesses=(device.id,),
    )


def no_longer_copied(tx: Transaction, device: Device) -> None:
    """The device has a credential of its own again."""
    COPIED.clear_for(tx, device)


def sim_was_changed(tx: Transaction, device: Device, before: str | None, after: str | None) -> None:
    """A SIM that nobody has permitted is in the device, or none is: it stands until the SIM is expected again, or is permitted."""
    told = f'SIM {after} is in it' if after else 'its SIM was taken out'
    SIM_CHANGED.raise_for(
        tx,
        device,
        severity=Severity.MAJOR if after else Severity.MINOR,
        detail=f'{told}, {before} was before' if before else told,
        devices=1,
        witnesses=(device.id,),
    )


def sim_is_as_expected(tx: Transaction, device: Device) -> None:
    """The SIM is one that the device enrolled with or that people permit."""
    SIM_CHANGED.clear_for(tx, device)


def on_shared_number(tx: Transaction, holders: Sequence[Device], on: str, number: str, *, is_sim: bool) -> None:
    """Several devices are heard from with one ``number`` (in words); the first of them has had it for the shortest time."""
    newest, *others = holders
    (SHARED_SIM if is_sim else SHARED_NUMBER).raise_for(
        tx,
        newest,
        on=on,
        severity=Severity.MAJOR,
        detail=f'{number} is in {newest.name} and in {", ".join(other.name for other in others[:3])}',
        devices=len(holders),
        witnesses=tuple(holder.id for holder in holders[:100]),
    )


def no_longer_shared(tx: Transaction, fleet: Fleet, shared: Container[tuple[bool, str]]) -> None:
    """End the alerts of all numbers but those that are ``shared``: whether it is that of a SIM, and the key of its alert."""
    for rule in (SHARED_SIM, SHARED_NUMBER):
        for on, alert in list(rule.all_in(fleet)):
            known = tx.find(Alert, fleet.enterprise.id, alert.id)
            if known is not None and known.is_open and (rule is SHARED_SIM, on) not in shared:
                clear_alert(tx, known)


def forget_quiet_cells(tx: Transaction, fleet: Fleet, rule: AlertRule = UNKNOWN_CELL) -> None:
    """Clear alerts about cells that are listed by now, or that no witness has been on for a while; a witness that fell silent there is
    no longer one."""
    quiet_s = _limit(tx, rule, fleet.enterprise.id, 'quiet_s')
    for cell, live in list(rule.all_in(fleet)):
        alert = tx.find(Alert, fleet.enterprise.id, live.id)
        if alert is None or not alert.is_open:
            continue
        there = [
            state
            for state in map(partial(state_of, fleet), alert.witnesses)
            if state.radio is not None and key_of(state.radio.cell, state.radio.rat) == cell
        ]
        if any(fleet.index(Cells).tower_of(state.radio) is not None for state in there):
            clear_alert(tx, alert)
            continue
        here = [state for state in there if state.presence is not Presence.OFFLINE]
        if here:
            if tx.now - alert.changed_at > quiet_s / 2:
                tx.put(replace(alert, changed_at=tx.now, version=alert.version + 1))
        elif tx.now - alert.changed_at > quiet_s:
            clear_alert(tx, alert)


def _limit(tx: Transaction, rule: AlertRule, enterprise: str, name: str) -> float:
    return rule.tuned.limit(rule.tuned.of(tx, enterprise), name)
