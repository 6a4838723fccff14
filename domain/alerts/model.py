"""An alert, in the terms of ITU-T X.733 and TM Forum TMF642."""

from dataclasses import dataclass
from enum import StrEnum

from domain.common.severity import Severity

UNKNOWN_CELL = 'cell/'
"""How the key of an alert begins that is about a cell no tower lists."""


class AlarmType(StrEnum):
    """TMF642 ``alarmType`` (X.733 event types)."""

    COMMUNICATIONS = 'communicationsAlarm'
    EQUIPMENT = 'equipmentAlarm'
    QUALITY_OF_SERVICE = 'qualityOfServiceAlarm'
    SECURITY = 'securityServiceOrMechanismViolation'
    OPERATIONAL = 'operationalViolation'


class ProbableCause(StrEnum):
    """X.733 probable causes that the rules of this product use."""

    COMMUNICATIONS_SUBSYSTEM_FAILURE = 'communicationsSubsystemFailure'
    LOSS_OF_SIGNAL = 'lossOfSignal'
    UNAUTHORIZED_ACCESS_ATTEMPT = 'unauthorizedAccessAttempt'
    CONFIGURATION_OR_CUSTOMIZATION_ERROR = 'configurationOrCustomizationError'
    EQUIPMENT_MALFUNCTION = 'equipmentMalfunction'


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``key`` names what it is about: one open alert per key, later facts change it. ``score`` (0 to 1) is how sure a security
    rule is, ``witnesses`` the devices that say so; ``devices`` counts the devices hurt."""

    id: str
    enterprise: str
    key: str
    alarm_type: AlarmType
    severity: Severity
    probable_cause: ProbableCause
    problem: str
    object_kind: str
    object_id: str
    object_name: str
    raised_at: float
    changed_at: float
    cleared_at: float | None = None
    detail: str = ''
    devices: int = 0
    score: float | None = None
    witnesses: tuple[str, ...] = ()
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    comment: str = ''
    version: int = 1

    @property
    def is_open(self) -> bool:
        """True until the cause is gone."""
        return self.cleared_at is None

    @property
    def is_about_cell(self) -> bool:
        """True when it is about a cell that nobody knows; its object is the first device that told of it."""
        return self.key.startswith(UNKNOWN_CELL)


def rule_key(policy_id: str) -> str:
    """The key of the alert that a policy's rule is not asked."""
    return f'policy/{policy_id}/rule'


def score_of(witnesses: int, floor: float = 0.4) -> float:
    """How sure it is that a cell is a stranger which so many devices tell of."""
    return round(min(0.9, floor + 0.1 * (witnesses - 1)), 2)


def severity_of(score: float) -> Severity:
    """How loud an alert of that score is."""
    return Severity.MAJOR if score >= 0.6 else Severity.MINOR
