"""An incident in JSON."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from domain.alerts.model import Alert
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.incidents import model
from domain.incidents.search import IncidentQuery, Similar
from domain.journal.model import Recorded
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema
from ui.api.incidents.hurt import MOST_HURT, HurtDevice, hurt_device
from ui.sentences.alerts import problem_of
from ui.sentences.incidents import said


class IncidentAlert(Struct, kw_only=True, frozen=True):
    """An alert of the tree; that of ``depth`` 0 is the root."""

    id: str
    depth: int
    problem: str
    peak_severity: Severity
    raised_at: Time
    cleared_at: Time | None


class IncidentDevice(Struct, kw_only=True, frozen=True):
    """A device that was hurt and has not been heard from since, for ``silent_s`` seconds. Of an incident that is no outage: one that
    became late after it had begun."""

    id: str
    name: str
    criticality: str
    silent_s: float


class IncidentEntry(Struct, kw_only=True, frozen=True):
    """An entry of the journal, in words."""

    at: Time
    sequence: int
    text: str


class IncidentAttempt(Struct, kw_only=True, frozen=True):
    """An attempt to tell people, on a channel. ``person`` is the name of whom it went to, null where the channel itself was told;
    ``called_through`` the step and rotation by which that person or channel was called, null where that is not known."""

    at: Time
    channel: str
    person: str | None
    called_through: str | None
    news: str
    outcome: str
    said: str


class Incident(Struct, kw_only=True, frozen=True):
    """An outage as one matter. ``devices`` were hurt in all, by criticality and by label, which has cost about ``lost_minutes``
    device-minutes so far; ``hurt`` names them, the most critical first, 500 at most, and ``hurt_more`` counts the rest; ``missing`` did not
    come back, which has cost ``silent_minutes`` of these. Where no alert says that contact is lost both are 0. ``before`` is what people
    changed in the hour before it (with ``audit:read``), ``told`` is each attempt to tell people (with ``channels:read``)."""

    root: str
    problem: str
    began_at: Time
    ended_at: Time | None
    lasted_s: float
    alerts: tuple[IncidentAlert, ...]
    devices: int
    by_criticality: Mapping[str, int]
    by_label: Mapping[str, int]
    hurt: tuple[HurtDevice, ...]
    hurt_more: int
    missing: tuple[IncidentDevice, ...]
    silent_minutes: float
    lost_minutes: float
    before: tuple[IncidentEntry, ...]
    timeline: tuple[IncidentEntry, ...]
    told: tuple[IncidentAttempt, ...]


_AT = '2026-11-22T08:00:00.000Z'
INCIDENT = Schema(
    Incident,
    {
        'root': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'problem': 'Europoort-West was down',
        'began_at': _AT,
        'ended_at': '2026-11-22T09:00:00.000Z',
        'lasted_s': 3600.0,
        'alerts': [
            {
                'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
                'depth': 0,
                'problem': 'Europoort-West was down',
                'peak_severity': 'major',
                'raised_at': _AT,
                'cleared_at': '2026-11-22T09:00:00.000Z',
            }
        ],
        'devices': 1,
        'by_criticality': {'vital': 1},
        'by_label': {'site=port': 1},
        'hurt': [
            {
                'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HN',
                'name': 'crane-117',
                'criticality': 'vital',
                'labels': {'site': 'port'},
                'silent_s': 3600.0,
                'back_at': None,
                'lost_minutes': 60.0,
            }
        ],
        'hurt_more': 0,
        'missing': [
            {'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HN', 'name': 'crane-117', 'criticality': 'vital', 'silent_s': 3600.0}
        ],
        'silent_minutes': 60.0,
        'lost_minutes': 84.5,
        'before': [],
        'timeline': [{'at': _AT, 'sequence': 4711, 'text': 'Europoort-West is down'}],
        'told': [
            {
                'at': _AT,
                'channel': 'Web push',
                'person': 'Ana',
                'called_through': 'Nights, step 1, on call in Night desk',
                'news': 'raised',
                'outcome': 'delivered',
                'said': '',
            }
        ],
    },
)


def incident(found: model.Incident) -> Incident:
    """An outage as one matter."""
    return Incident(
        root=found.root.id,
        problem=problem_of(found.root),
        began_at=time_text(found.root.raised_at),
        ended_at=maybe_time(found.root.cleared_at),
        lasted_s=found.lasted_s,
        alerts=tuple(
            IncidentAlert(
                id=one.alert.id,
                depth=one.depth,
                problem=problem_of(one.alert),
                peak_severity=one.alert.peak_severity,
                raised_at=time_text(one.alert.raised_at),
                cleared_at=maybe_time(one.alert.cleared_at),
            )
            for one in found.tree
        ),
        devices=len(found.hurt),
        by_criticality={level.value: count for level, count in found.by_criticality().items()},
        by_label=found.by_label(),
        hurt=tuple(map(hurt_device, found.hurt[:MOST_HURT])),
        hurt_more=max(0, len(found.hurt) - MOST_HURT),
        missing=tuple(
            IncidentDevice(id=one.id, name=one.name, criticality=one.criticality, silent_s=one.silent_s or 0.0)
            for one in found.missing
        ),
        silent_minutes=round(found.silent_minutes, 1),
        lost_minutes=round(found.lost_minutes, 1),
        before=tuple(map(_entry, found.before)),
        timeline=tuple(map(_entry, found.timeline)),
        told=tuple(
            IncidentAttempt(
                at=time_text(one.attempt.at),
                channel=one.channel,
                person=one.person or None,
                called_through=one.through or None,
                news=one.attempt.news,
                outcome=one.attempt.outcome,
                said=one.attempt.said,
            )
            for one in found.told
        ),
    )


def _entry(recorded: Recorded) -> IncidentEntry:
    return IncidentEntry(at=time_text(recorded.entry.at), sequence=recorded.sequence, text=said(recorded))


class FoundIncident(Struct, kw_only=True, frozen=True):
    """An incident by the alert at its ``root``."""

    root: str
    problem: str
    peak_severity: Severity
    probable_cause: str
    began_at: Time
    ended_at: Time | None
    lasted_s: float | None
    devices_at_worst: int


FOUND_INCIDENT = Schema(
    FoundIncident,
    {
        'root': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'problem': 'Europoort-West was down',
        'peak_severity': 'major',
        'probable_cause': 'lossOfSignal',
        'began_at': _AT,
        'ended_at': '2026-11-22T09:00:00.000Z',
        'lasted_s': 3600.0,
        'devices_at_worst': 214,
    },
)


class SimilarIncident(Struct, kw_only=True, frozen=True):
    """One that was like it: ``why`` in words, ``ended`` what people wrote of its end."""

    incident: FoundIncident
    why: tuple[str, ...]
    ended: str


class SimilarIncidents(Struct, kw_only=True, frozen=True):
    """The most alike first."""

    items: tuple[SimilarIncident, ...]


SIMILAR_INCIDENTS = Schema(
    SimilarIncidents,
    {
        'items': [
            {
                'incident': FOUND_INCIDENT.example,
                'why': ['the same place', 'the same cause'],
                'ended': 'The carrier replaced a fuse.',
            }
        ]
    },
)


def asked(
    text: str, tower: str, cause: str, label: str, since: datetime | None, until: datetime | None
) -> IncidentQuery:
    """The query as it is sent; raises ``Invalid`` naming the field."""
    key, found, value = label.partition('=')
    if label and not (found and key and value):
        raise Invalid('write it as key=value', field='label')
    return IncidentQuery(
        text=text,
        tower=tower,
        cause=cause,
        label=(key, value) if label else None,
        since=since.timestamp() if since is not None else None,
        until=until.timestamp() if until is not None else None,
    )


def found_incident(root: Alert) -> FoundIncident:
    """One that was found."""
    return FoundIncident(
        root=root.id,
        problem=problem_of(root),
        peak_severity=root.peak_severity,
        probable_cause=root.probable_cause,
        began_at=time_text(root.raised_at),
        ended_at=maybe_time(root.cleared_at),
        lasted_s=root.lasted_s,
        devices_at_worst=root.peak_devices,
    )


def similar_incident(found: Similar) -> SimilarIncident:
    """One that was like another."""
    return SimilarIncident(incident=found_incident(found.root), why=found.why, ended=found.ended)
