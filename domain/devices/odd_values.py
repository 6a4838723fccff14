"""What is kept of the values that a device could not be taken with: the newest of them, where people look for them."""

from collections.abc import Sequence
from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.common.reading import OddValue
from domain.devices.model import ODD_FOR_S, Device, Reporting

MOST_ODD = 24
"""Odd values that are named of one check-in."""
AGAIN_S = 300.0
"""While a device leaves out the same values, their moment is moved on this often: a check-in with odd values costs no row more."""
_MOST_CHARACTERS = 200


def reporting_of(tx: Transaction, device: Device) -> Reporting:
    """How the device reports, as the transaction leaves it."""
    return tx.find(Reporting, device.enterprise, device.id) or Reporting(device.id, device.enterprise)


def note_odd(tx: Transaction, device: Device, odd: Sequence[OddValue]) -> None:
    """Keep the values that were left out of a check-in or an enrolment; after a day without any the device no longer counts as
    one that has some."""
    known = reporting_of(tx, device)
    if odd:
        keep_odd(tx, known, odd[:MOST_ODD], refused=False)
    elif known.is_odd and known.odd_at is not None and tx.now - known.odd_at > ODD_FOR_S:
        tx.put(replace(known, is_odd=False))


def keep_odd(tx: Transaction, before: Reporting, odd: Sequence[OddValue], *, refused: bool) -> None:
    """Keep these as the newest; ``refused`` when they cost the whole check-in."""
    lately = (
        before.is_odd and before.refused is refused and before.odd_at is not None and tx.now - before.odd_at < AGAIN_S
    )
    if lately and _fields(before.odd) == _fields(odd):  # as most are, so it is asked before anything is copied
        return
    short = tuple(map(_short, odd))
    if lately and _fields(before.odd) == _fields(short):
        return
    tx.put(replace(before, odd=short, odd_at=tx.now, refused=refused, is_odd=True))


def _fields(odd: Sequence[OddValue]) -> list[str]:
    return [each.field for each in odd]


def _short(odd: OddValue) -> OddValue:
    return OddValue(_printable(odd.field), _printable(odd.detail))


def _printable(text: str) -> str:
    """The device chose some of these characters."""
    text = text[:_MOST_CHARACTERS]
    return text if text.isprintable() else ''.join(char if char.isprintable() else '\ufffd' for char in text)
