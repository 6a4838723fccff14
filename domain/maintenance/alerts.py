"""The alert of a calendar of planned works: it cannot be read, or has works of which nobody has said what they are of."""

from domain.alerts.catalogue import WORKS_CALENDAR
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.maintenance.calendars.model import WorksCalendar

WORKS_UNKNOWN = AlertRule(
    key='works-calendar/{}',
    object='works_calendar',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='Planned works in {name} are not known',
    past=('are not', 'were not'),
    tuned=WORKS_CALENDAR,
)


def works_unknown(tx: Transaction, calendar: WorksCalendar, severity: Severity, detail: str) -> None:
    """Raise it, or say what it is now."""
    known = WORKS_UNKNOWN.open_for(tx, calendar)
    if known is None or (known.detail, known.severity) != (detail, severity):
        WORKS_UNKNOWN.raise_for(tx, calendar, severity=severity, detail=detail)


def works_known(tx: Transaction, calendar: WorksCalendar) -> None:
    """It was read and all of its works are known, or it is gone."""
    WORKS_UNKNOWN.clear_for(tx, calendar)
