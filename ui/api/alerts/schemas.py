"""Alerts in JSON."""

from datetime import datetime

from msgspec import Struct

from domain.alerts import model
from domain.common.severity import Severity
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import TOWER_REF
from ui.api.http.schema import Schema
from ui.api.own_rules.condition import AlertCondition, condition
from ui.api.silences.schemas import AlertSilencedBy, silenced_by


class AlertObject(Struct, frozen=True):
    """What an alert is about; the name is the one of that time."""

    kind: str
    id: str
    name: str


class FormerAcknowledgement(Struct, kw_only=True, frozen=True):
    """That a person or program had seen an alert, at the severity it then had, until it got worse and was re-opened."""

    at: Time
    by: str
    severity: Severity
    comment: str
    reopened_at: Time


class Comment(Struct, kw_only=True, frozen=True):
    """What a person or program said to an alert."""

    at: Time
    by: str
    text: str


class AlertEvidence(Struct, kw_only=True, frozen=True):
    """What a device said when it became a witness."""

    device: str
    at: Time
    reading: str


class AlertAssignee(Struct, kw_only=True, frozen=True):
    """The person who has an alert, by their name of that time, since when and by whom."""

    id: str
    name: str
    at: Time
    by: str


class Snooze(Struct, kw_only=True, frozen=True):
    """That nobody is called of an alert until a moment, or until it gets worse."""

    at: Time
    until: Time
    by: str
    reason: str


class FalseAlarm(Struct, kw_only=True, frozen=True):
    """That a person said there was nothing to see to."""

    at: Time
    by: str
    reason: str


class Alert(Struct, kw_only=True, frozen=True):
    """An alert in the terms of ITU-T X.733; ``devices`` counts the devices hurt, ``score`` (0 to 1) is how sure a security rule is.

    ``severity``, ``problem`` and ``devices`` are those of now, for a cleared alert the severity is that of its worst. ``peak_severity``
    and ``peak_devices`` are at its worst, ``first_problem`` and ``first_detail`` what it was raised with. ``ack_state`` is as in
    TMF642; a rise sets it back, and ``acknowledgements`` are those that ended so. ``recovery`` says how far the cause is gone; a tower
    that is up again is waited for until its devices are heard from: of ``awaited`` ``missing`` were not.

    ``parent_id`` is the alert that explains this one, ``children`` how many this one explained so far. People were told at
    ``announced_at``; one that waits for its parent or its group is told at ``announce_at`` at the latest; a child is not told.

    An acknowledgement with ``acknowledged_until`` and a ``snooze`` end at that moment, or when it gets worse; then it waits for a person
    again. ``assigned_to`` has it. ``merged_by`` put it beneath its parent by hand. While a ``silence`` covers it, it is told to nobody.
    One that an alert rule of one's own has raised keeps its ``condition``: ``GET /api/v1/own-alert-rules/{rule_id}`` is that rule.
    """

    id: str
    alarm_type: str
    severity: Severity
    probable_cause: str
    problem: str
    detail: str
    object: AlertObject
    raised_at: Time
    changed_at: Time
    cleared_at: Time | None
    devices: int
    score: float | None
    witnesses: tuple[str, ...]
    evidence: tuple[AlertEvidence, ...]
    acknowledged_at: Time | None
    acknowledged_by: str | None
    comment: str
    ack_state: str
    acknowledgements: tuple[FormerAcknowledgement, ...]
    reopened_at: Time | None
    peak_severity: Severity
    peak_devices: int
    first_problem: str
    first_detail: str
    lasted_s: float | None
    recovery: str
    awaited: int | None
    missing: int | None
    comments: tuple[Comment, ...]
    parent_id: str | None
    children: int
    announced_at: Time | None
    announce_at: Time | None
    flapping_since: Time | None
    acknowledged_until: Time | None
    assigned_to: AlertAssignee | None
    snooze: Snooze | None
    false_alarm: FalseAlarm | None
    merged_by: str
    silence: AlertSilencedBy | None
    condition: AlertCondition | None
    version: int


ALERT = Schema(
    Alert,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HM',
        'alarm_type': 'communicationsAlarm',
        'severity': 'major',
        'probable_cause': 'lossOfSignal',
        'problem': 'Europoort-West is down',
        'detail': 'TCP 10.20.0.7:36412: refused',
        'object': {'kind': 'tower', **TOWER_REF},
        'raised_at': '2026-11-22T08:00:00.000Z',
        'changed_at': '2026-11-22T08:00:00.000Z',
        'cleared_at': None,
        'devices': 214,
        'score': None,
        'witnesses': [],
        'evidence': [],
        'acknowledged_at': None,
        'acknowledged_by': None,
        'comment': '',
        'ack_state': 'unacknowledged',
        'acknowledgements': [
            {
                'at': '2026-11-22T07:41:00.000Z',
                'by': 'Ana',
                'severity': 'minor',
                'comment': 'one check of two fails',
                'reopened_at': '2026-11-22T08:00:00.000Z',
            }
        ],
        'reopened_at': '2026-11-22T08:00:00.000Z',
        'peak_severity': 'major',
        'peak_devices': 214,
        'first_problem': 'Europoort-West is degraded',
        'first_detail': 'HTTP http://10.20.0.7/status: timed out',
        'lasted_s': None,
        'recovery': '',
        'awaited': None,
        'missing': None,
        'comments': [{'at': '2026-11-22T08:12:00.000Z', 'by': 'Bo', 'text': 'the fibre is cut at km 4'}],
        'parent_id': None,
        'children': 3,
        'announced_at': '2026-11-22T08:00:10.000Z',
        'announce_at': None,
        'flapping_since': None,
        'acknowledged_until': None,
        'assigned_to': {
            'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HN',
            'name': 'Ana',
            'at': '2026-11-22T08:03:00.000Z',
            'by': 'Bo',
        },
        'snooze': None,
        'false_alarm': None,
        'merged_by': '',
        'silence': None,
        'condition': None,
        'version': 1,
    },
)


def alert(row: model.Alert) -> Alert:
    """An alert, open or cleared."""
    return Alert(
        id=row.id,
        alarm_type=row.alarm_type,
        severity=row.severity,
        probable_cause=row.probable_cause,
        problem=row.problem,
        detail=row.detail,
        object=AlertObject(row.object_kind, row.object_id, row.object_name),
        raised_at=time_text(row.raised_at),
        changed_at=time_text(row.changed_at),
        cleared_at=maybe_time(row.cleared_at),
        devices=row.devices,
        score=row.score,
        witnesses=row.witnesses,
        evidence=tuple(
            AlertEvidence(device=one.device, at=time_text(one.at), reading=one.reading) for one in row.evidence
        ),
        acknowledged_at=maybe_time(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        comment=row.comment,
        ack_state='unacknowledged' if row.acknowledged_at is None else 'acknowledged',
        acknowledgements=tuple(
            FormerAcknowledgement(
                at=time_text(one.at),
                by=one.by,
                severity=one.severity,
                comment=one.comment,
                reopened_at=time_text(one.reopened_at),
            )
            for one in row.acknowledgements
        ),
        reopened_at=maybe_time(row.reopened_at),
        peak_severity=row.peak_severity,
        peak_devices=row.peak_devices,
        first_problem=row.first_problem,
        first_detail=row.first_detail,
        lasted_s=row.lasted_s,
        recovery=row.recovery,
        awaited=row.awaited,
        missing=row.missing,
        comments=tuple(Comment(at=time_text(one.at), by=one.by, text=one.text) for one in row.comments),
        parent_id=row.parent,
        children=row.children,
        announced_at=maybe_time(row.told_at),
        announce_at=maybe_time(row.tell_at),
        flapping_since=maybe_time(row.flapping_since),
        acknowledged_until=maybe_time(row.acknowledged_until),
        assigned_to=_assignee(row),
        snooze=_snooze(row),
        false_alarm=_false_alarm(row),
        merged_by=row.merged_by,
        silence=silenced_by(row),
        condition=condition(row),
        version=row.version,
    )


def _assignee(row: model.Alert) -> AlertAssignee | None:
    if row.assigned_to is None:
        return None
    at = time_text(row.assigned_at or row.changed_at)
    return AlertAssignee(id=row.assigned_to, name=row.assigned_name, at=at, by=row.assigned_by)


def _snooze(row: model.Alert) -> Snooze | None:
    if row.snoozed_until is None or not row.is_open:
        return None
    at, until = time_text(row.snoozed_at or row.changed_at), time_text(row.snoozed_until)
    return Snooze(at=at, until=until, by=row.snoozed_by, reason=row.snooze_reason)


def _false_alarm(row: model.Alert) -> FalseAlarm | None:
    if row.false_at is None:
        return None
    return FalseAlarm(at=time_text(row.false_at), by=row.false_by, reason=row.false_reason)


class Acknowledgement(Struct, frozen=True):
    """What the person or program that acknowledges it has to say, and until when it counts; without ``until`` as long as the alert."""

    comment: str = ''
    until: datetime | None = None


ACKNOWLEDGEMENT = Schema(Acknowledgement, {'comment': 'crew is on its way'})


class NewComment(Struct, frozen=True):
    """What a person or program has to say to an alert."""

    text: str


NEW_COMMENT = Schema(NewComment, {'text': 'the fibre is cut at km 4'})
