"""The alert of a rotation: nobody will be on call. It is raised before that is reached."""

from domain.alerts.catalogue import ON_CALL_GAP
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.oncall.model import Rotation

GAP_AHEAD = AlertRule(
    key='oncall-gap/{}',
    object='rotation',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='Nobody will be on call in {name}',
    tuned=ON_CALL_GAP,
)


def gap_ahead(tx: Transaction, rotation: Rotation, severity: Severity, detail: str) -> None:
    """Raise it, or say when that is now."""
    known = GAP_AHEAD.open_for(tx, rotation)
    if known is None or (known.detail, known.severity) != (detail, severity):
        GAP_AHEAD.raise_for(tx, rotation, severity=severity, detail=detail)


def no_gap(tx: Transaction, rotation: Rotation) -> None:
    """There is none in sight, or the rotation is gone."""
    GAP_AHEAD.clear_for(tx, rotation)
