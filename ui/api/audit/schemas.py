"""Entries of the audit trail in JSON."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.devices.unwatched.events import TimeUnwatched
from domain.journal.model import Recorded, Subject
from ui.api.http.fields import Time, time_text
from ui.api.http.refs import DEVICE_REF
from ui.api.http.schema import Schema
from ui.api.journal.schemas import event


class AuditEntry(Struct, frozen=True, kw_only=True):
    """An entry of the audit trail. ``actor`` is the kind and id of the person or program that acted (empty if not known), ``by`` its name;
    what an edit changed stands in ``data.changes`` as name: [before, after]. ``digest`` is the link of the journal's hash chain."""

    sequence: int
    kind: str
    at: Time
    subject: Subject
    actor: str
    by: str
    address: str
    data: Mapping[str, Any]
    digest: str


AUDIT_ENTRY = Schema(
    AuditEntry,
    {
        'sequence': 4712,
        'kind': 'device_changed',
        'at': '2026-11-22T08:01:00.000Z',
        'subject': {'kind': 'device', **DEVICE_REF},
        'actor': 'person/01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'by': 'Ana Admin',
        'address': '203.0.113.7',
        'data': {'changes': {'name': ['crane-17', 'crane-117']}},
        'digest': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
)


def audit_entry(recorded: Recorded) -> AuditEntry:
    """An entry, told as an event with what an auditor needs beside it."""
    entry, shared = recorded.entry, event(recorded)
    return AuditEntry(
        sequence=recorded.sequence,
        kind=shared.kind,
        at=shared.at,
        subject=entry.subject,
        actor=entry.actor,
        by=entry.by,
        address=entry.address,
        data=shared.data,
        digest=recorded.digest,
    )


class UnwatchedTime(Struct, frozen=True, kw_only=True):
    """Noticed ``at`` that moment: the clock of the server had gone from ``before`` to ``after``, ``unseen_s`` seconds more than it watched;
    negative when its clock was set back. ``away_s`` is how long the server was away at most, null when it was not, or nobody knows."""

    at: Time
    before: Time
    after: Time
    unseen_s: float
    away_s: float | None


UNWATCHED_TIME = Schema(
    UnwatchedTime,
    {
        'at': '2026-11-22T10:10:00.250Z',
        'before': '2026-11-22T08:00:00.000Z',
        'after': '2026-11-22T10:10:00.000Z',
        'unseen_s': 7800.0,
        'away_s': 7800.0,
    },
)


def unwatched_time(entry: TimeUnwatched) -> UnwatchedTime:
    """A time that nobody watched."""
    return UnwatchedTime(
        at=time_text(entry.at),
        before=time_text(entry.before),
        after=time_text(entry.after),
        unseen_s=entry.unseen_s,
        away_s=entry.away_s or None,
    )
