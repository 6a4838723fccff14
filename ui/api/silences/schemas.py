"""Silences in JSON. What a program may edit is spelled as in the body that creates it."""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.oncall.model import Conditions
from domain.oncall.silences.input import NewSilence
from domain.oncall.silences.model import AlertSilence, SilenceState
from domain.oncall.silences.service import SilencePreview
from ui.api.http.bodies import epoch
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema
from ui.api.oncall.schemas import ANN

_BEGIN, _END = '2026-12-01T22:00:00.000Z', '2026-12-02T04:00:00.000Z'


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceBody:
    """A silence. Without ``starts_at`` it begins now; alerts of ``breaks`` and worse are told all the same. ``owner`` is the id of the
    person who answers for it: by default the person or program that sets it up. Hours are not among its ``conditions``."""

    reason: str
    ends_at: datetime
    starts_at: datetime | None = None
    conditions: Conditions = field(default_factory=Conditions)
    breaks: Severity | None = None
    owner: str = ''


class Silence(Struct, kw_only=True, frozen=True):
    """Alerts that fit open no message and no call from ``starts_at`` to ``ends_at``. ``silenced`` counts the open alerts that it keeps
    now; ``ended_by`` ended it before its time."""

    id: str
    state: SilenceState
    reason: str
    starts_at: Time
    ends_at: Time
    conditions: Conditions
    breaks: Severity | None
    owner: str
    owner_name: str
    silenced: int
    ended_by: str
    created_at: Time
    changed_at: Time
    version: int


class AlertSilencedBy(Struct, kw_only=True, frozen=True):
    """The silence that keeps it from being told until then, and who owns that."""

    id: str
    until: Time
    by: str
    reason: str


class PreviewedSilence(Struct, kw_only=True, frozen=True):
    """Of ``of`` messages that were delivered since then a silence would have kept ``messages``, of ``alerts`` alerts. It would silence
    ``now`` open alerts at once. ``more``: there were more messages than were looked at."""

    since: Time
    messages: int
    alerts: int
    of: int
    now: int
    more: bool


NEW_SILENCE = Schema(
    SilenceBody,
    {
        'reason': 'Antenna works at Europoort-West',
        'starts_at': _BEGIN,
        'ends_at': _END,
        'conditions': {
            'severity': 'minor',
            'types': [],
            'labels': {'site': 'west'},
            'criticality': None,
            'regions': ['West'],
            'operators': [],
            'towers': [],
            'hours': [],
            'zone': 'UTC',
        },
        'breaks': 'critical',
        'owner': ANN,
    },
)
SILENCE = Schema(
    Silence,
    {
        'id': '01KAPX4H1SZ7H9U2W4B6X8L0SL',
        'state': 'scheduled',
        **NEW_SILENCE.example,
        'owner_name': 'Ann',
        'silenced': 0,
        'ended_by': '',
        'created_at': '2026-11-20T08:00:00.000Z',
        'changed_at': '2026-11-20T08:00:00.000Z',
        'version': 1,
    },
)
SILENCE_PREVIEW = Schema(
    PreviewedSilence,
    {'since': '2026-11-30T22:00:00.000Z', 'messages': 14, 'alerts': 6, 'of': 31, 'now': 1, 'more': False},
)


def asked(body: SilenceBody) -> NewSilence:
    """What is asked for, with its times in epoch seconds."""
    return NewSilence(
        reason=body.reason,
        conditions=body.conditions,
        starts_at=epoch(body.starts_at, 'starts_at') if body.starts_at is not None else None,
        ends_at=epoch(body.ends_at, 'ends_at'),
        breaks=body.breaks,
        owner=body.owner,
    )


def silence(row: AlertSilence, now: float, silenced: int) -> Silence:
    """A silence as it stands."""
    return Silence(
        id=row.id,
        state=row.state_at(now),
        reason=row.reason,
        starts_at=time_text(row.starts_at),
        ends_at=time_text(row.ends_at),
        conditions=row.conditions,
        breaks=row.breaks,
        owner=row.owner,
        owner_name=row.owner_name,
        silenced=silenced,
        ended_by=row.ended_by,
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


def previewed(found: SilencePreview) -> PreviewedSilence:
    """What a silence would have kept."""
    return PreviewedSilence(
        since=time_text(found.since),
        messages=found.messages,
        alerts=found.alerts,
        of=found.of,
        now=found.now,
        more=found.more,
    )


def silenced_by(row: Alert) -> AlertSilencedBy | None:
    """The silence that covers an open alert."""
    if row.silence is None or not row.is_open:
        return None
    until = time_text(row.silenced_until or row.changed_at)
    return AlertSilencedBy(id=row.silence, until=until, by=row.silenced_by, reason=row.silence_reason)
