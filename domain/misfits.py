"""Rows that a database would not keep, told before they are stored: fields out of the bounds of :mod:`domain.limits`."""

from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from domain.cellular.radio import RadioSample
from domain.changes.store import Changes
from domain.changes.transaction import Transaction
from domain.common.bounds import Bound, Nested
from domain.common.errors import Invalid
from domain.devices.model import Device, DeviceState
from domain.journal.model import Entry
from domain.limits import BOUNDS, ENTRY
from domain.towers.model import TowerState

_OURS = frozenset({DeviceState, TowerState})
"""Made of what was stored before, of thousands of devices in one go: what a check-in, an id and a check may be is bounded elsewhere."""


def check_written(tx: Transaction) -> None:
    """Look at what the decision that runs right now has written; raises ``Invalid`` naming the field."""
    for row in tx.written():
        if type(row) not in _OURS:
            check_row(row)


def check_row(row: Any) -> None:
    """Raise ``Invalid`` naming the field of the row, or entry, that a database would not keep."""
    kind: type = type(row)
    names, values, bounds = _plan(kind)
    for name, value, bound in zip(names, values(row), bounds, strict=True):
        if value is None:
            continue
        if bound is None:
            check_row(value)
        elif fault := bound.fault(value):
            raise Invalid(fault, field=name)


def misfit(changes: Changes) -> Invalid | None:
    """The first of the changes that a database would not keep, by the name of its field; ``None`` when all of them look well."""
    try:
        for rows in changes.rows.values():
            for row in rows.values():
                check_row(row)
        for one in (*changes.entries, *changes.samples, *changes.results):
            check_row(one)
    except Invalid as refusal:
        return refusal
    return None


@cache
def _plan(kind: type) -> tuple[tuple[str, ...], Any, tuple[Bound | None, ...]]:
    """Names, reader and bounds of the fields of a kind; a field that has bounds of its own inside has none here."""
    if issubclass(kind, Entry):
        own = {name.name: Nested() for name in fields(kind) if name.name not in ENTRY and name.name != 'subject'}
        bounds: dict[str, Bound | None] = {**ENTRY, **own, 'subject': None}
    else:
        inside = {Device: ('identifiers',), RadioSample: ('radio',)}.get(kind, ())
        bounds = {name: None if name in inside else bound for name, bound in BOUNDS[kind].items()}
    return tuple(bounds), attrgetter(*bounds), tuple(bounds.values())
