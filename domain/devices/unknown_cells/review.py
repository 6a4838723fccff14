"""Unknown cells by the clock: trust ends, and what no device has been on for long is forgotten."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.devices.alerts import on_unknown_cell
from domain.devices.copied_cells import on_copied_numbers
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.devices.unknown_cells.events import CellTrustEnded
from domain.devices.unknown_cells.model import KEPT_S, UnknownCell
from domain.devices.unknown_cells.surroundings import there_now
from domain.fleet.fleet import Fleet


def review_unknown_cells(tx: Transaction, fleet: Fleet) -> None:
    """The devices that are on a cell when its trust ends are witnesses from that moment."""
    for live in list(fleet[UnknownCell].values()):
        trust_is_over = live.trusted_until is not None and live.trusted_until <= tx.now
        is_old = live.last_at + KEPT_S < tx.now and (live.trusted_until is None or trust_is_over)
        if not trust_is_over and not is_old:
            continue
        cell = tx.find(UnknownCell, live.enterprise, live.id)
        if cell is None or cell.ended_at is not None:
            continue
        there = there_now(fleet, cell)
        if is_old and cell.rogue_at is None and not there:
            tx.put(replace(cell, ended_at=tx.now, trusted_until=None, version=cell.version + 1))
        elif trust_is_over:
            after = replace(cell, trusted_until=None, version=cell.version + 1)
            tx.put(after)
            tx.note(CellTrustEnded(**tx.about(after), there=len(there)))
            ask_again(tx, fleet, there)


def ask_again(tx: Transaction, fleet: Fleet, devices: list[str]) -> None:
    """The rules about cells are asked of these devices, as if they had just come to theirs."""
    for id in devices:
        device, radio = tx.find(Device, fleet.enterprise.id, id), state_of(fleet, id).radio
        if device is not None and radio is not None:
            on_unknown_cell(tx, fleet, device, radio, stayed=True)
            on_copied_numbers(tx, fleet, device, radio, stayed=True)
