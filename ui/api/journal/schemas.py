"""Entries of the journal in JSON, as ``GET /journal`` and the event socket tell them."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from msgspec import Struct

from domain.journal.model import Entry, Recorded, Subject
from domain.kinds import ENTRIES
from ui.api.http.fields import Time, time_text
from ui.api.http.refs import DEVICE_REF
from ui.api.http.schema import Schema


class Event(Struct, frozen=True, kw_only=True):
    """An entry of the journal: what happened (``kind``), to what (``subject``), by which person or program, and the fields of that kind
    in ``data``."""

    sequence: int
    kind: str
    at: Time
    subject: Subject | None = None
    by: str = ''
    data: Mapping[str, Any] = {}


EVENT = Schema(
    Event,
    {
        'sequence': 4711,
        'kind': 'presence_changed',
        'at': '2026-11-22T08:00:00.000Z',
        'subject': {'kind': 'device', **DEVICE_REF},
        'by': '',
        'data': {'before': 'online', 'after': 'offline', 'away_s': None},
    },
)
_COMMON = frozenset(spec.name for spec in fields(Entry))
_KINDS: Mapping[type, tuple[str, tuple[str, ...]]] = {
    kind: (
        re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower(),
        tuple(spec.name for spec in fields(kind) if spec.name not in _COMMON),
    )
    for name, kind in ENTRIES.items()
}


def event(recorded: Recorded) -> Event:
    """An entry; ``kind`` is its name in snake case, such as ``presence_changed``."""
    entry = recorded.entry
    kind, names = _KINDS[type(entry)]
    return Event(
        sequence=recorded.sequence,
        kind=kind,
        at=time_text(entry.at),
        subject=entry.subject,
        by=entry.by,
        data={name: getattr(entry, name) for name in names},
    )
