"""Alerts in JSON."""

from msgspec import Struct

from domain.alerts import model
from domain.common.severity import Severity
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import TOWER_REF
from ui.api.http.schema import Schema


class AlertObject(Struct, frozen=True):
    """What an alert is about; the name is the one of that time."""

    kind: str
    id: str
    name: str


class Alert(Struct, kw_only=True, frozen=True):
    """An alert in the terms of ITU-T X.733; ``devices`` counts the devices hurt, ``score`` (0 to 1) is how sure a security rule is."""

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
    acknowledged_at: Time | None
    acknowledged_by: str | None
    comment: str
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
        'acknowledged_at': None,
        'acknowledged_by': None,
        'comment': '',
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
        acknowledged_at=maybe_time(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        comment=row.comment,
        version=row.version,
    )


class Acknowledgement(Struct, frozen=True):
    """What the person or program that acknowledges it has to say."""

    comment: str = ''


ACKNOWLEDGEMENT = Schema(Acknowledgement, {'comment': 'crew is on its way'})
