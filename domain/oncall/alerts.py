"""The alerts of a rotation: nobody is on call, told before that is reached too; and a calendar that it is read from is silent. That of a
route: nobody is told of what it takes."""

from domain.alerts.catalogue import ON_CALL_GAP
from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.oncall.calendars.model import CalendarSource
from domain.oncall.model import AlertRoute, Rotation

GAP_AHEAD = AlertRule(
    key='oncall-gap/{}',
    object='rotation',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='Nobody {when} on call in {name}',
    past=('is on call in', 'was on call in'),
    tuned=ON_CALL_GAP,
)
TELLS_NOBODY = AlertRule(
    key='route-nobody/{}',
    object='alert_route',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{what} {name} tells nobody',
    past=('tells', 'told'),
    tuned=ON_CALL_GAP,
)

UNREAD_S = 3600.0
"""A calendar that cannot be read for so long is an alert: what it said may not be true any more."""
CALENDAR_UNREAD = AlertRule(
    key='calendar-unread/{}',
    object='calendar',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='Calendar {name} of a rotation cannot be read',
    past=('cannot', 'could not'),
    tuned=ON_CALL_GAP,
)


def gap_ahead(tx: Transaction, rotation: Rotation, severity: Severity, detail: str, *, is_now: bool) -> None:
    """Raise it, or say when that is now; ``is_now`` once it is reached."""
    known = GAP_AHEAD.open_for(tx, rotation)
    if known is None or (known.detail, known.severity) != (detail, severity):
        GAP_AHEAD.raise_for(tx, rotation, severity=severity, detail=detail, when='is' if is_now else 'will be')


def no_gap(tx: Transaction, rotation: Rotation) -> None:
    """There is none in sight, or the rotation is gone."""
    GAP_AHEAD.clear_for(tx, rotation)


def route_tells_nobody(tx: Transaction, route: AlertRoute, severity: Severity, detail: str) -> None:
    """Raise it, or say why that is now: of the whole route, or of a part of it."""
    known = TELLS_NOBODY.open_for(tx, route)
    if known is None or (known.detail, known.severity) != (detail, severity):
        part = 'Route' if severity is Severity.MAJOR else 'A part of route'
        TELLS_NOBODY.raise_for(tx, route, severity=severity, detail=detail, what=part)


def route_tells(tx: Transaction, enterprise: str, route: str) -> None:
    """It tells people again, is off, or is gone."""
    if (alert := open_alert(tx, enterprise, TELLS_NOBODY.key_of(route))) is not None:
        clear_alert(tx, alert)


def calendar_unread(tx: Transaction, source: CalendarSource, said: str) -> None:
    """Raise it, or say what the other side says now."""
    known = CALENDAR_UNREAD.open_for(tx, source)
    if known is None or known.detail != said:
        CALENDAR_UNREAD.raise_for(tx, source, severity=Severity.MINOR, detail=said)


def calendar_read(tx: Transaction, source: CalendarSource) -> None:
    """It was read again, or is gone."""
    CALENDAR_UNREAD.clear_for(tx, source)
