"""An alert, in the terms of ITU-T X.733 and TM Forum TMF642."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.common.severity import Severity
from domain.journal.model import Subject


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
class Acknowledgement:
    """That a person or program had seen an alert, at the ``severity`` it then had, until it was re-opened because it got worse."""

    at: float
    by: str
    severity: Severity
    reopened_at: float
    comment: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a person or program said to an alert (TMF642 ``Comment``)."""

    at: float
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a device said: ``reading`` are the words of the alert when this ``device`` (an id) became a witness, at ``at``."""

    device: str
    at: float
    reading: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a ``rule`` of one's own (an id) asked when it raised an alert: its ``expression``, which had been true for ``for_s`` seconds,
    and the ``values`` that it read then, in words. Both are of that moment: the rule may be another one by now, or gone."""

    rule: str
    name: str
    expression: str
    for_s: float = 0.0
    values: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``key`` names what it is about: one open alert per key, later facts change it. ``score`` (0 to 1) is how sure a security
    rule is, ``witnesses`` the devices that say so; ``devices`` counts the devices hurt.

    ``severity`` and ``devices`` are those of now, ``peak_severity`` and ``peak_devices`` those at its worst; a cleared alert has the
    severity of its worst. ``first_problem`` and ``first_detail`` are what it was raised with. ``told_severity`` and ``told_devices``
    are what people were told or have acknowledged last: what is clearly worse is told again (:mod:`domain.alerts.worsening`).

    ``recovery`` says how far the cause is gone (empty while it is there): ``up``, ``degraded: …``. While ``held_since`` is set the cause
    is gone and the alert waits for what it hurt: of ``awaited`` devices ``missing`` were not heard from (``None``: not counted yet).

    ``keys`` are those of the newest actions on it, each with who acted (``01K…/key``): one that is sent twice is done once.
    ``parent`` is the id of the alert that explains it (TMF642 ``parentAlarm``); ``children`` counts those that it has explained so far.
    People were told of it first at ``told_at``; while ``tell_at`` is set it waits since ``waits_since`` until then for its parent or its
    group (:mod:`domain.alerts.correlation`). ``flapping_since`` is set while it comes and goes. ``merged_by`` says who put it beneath its
    parent by hand; empty when the inventory did.

    An acknowledgement ends at ``acknowledged_until`` (``None``: with the alert). ``assigned_to`` is the id of the person who has it,
    ``assigned_name`` their name of that time. While ``snoozed_until`` is set nobody is called until that moment, or until it gets worse.
    ``false_at`` is set while a person says that there was nothing to see to.

    While ``silence`` (an id) is set that silence of ``silenced_by`` keeps it from being told until ``silenced_until``, or its own end.
    """

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
    evidence: tuple[Evidence, ...] = ()
    """Of each device that ever was a witness what it first said, the oldest first; kept when it is none any more, and after the end."""
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    comment: str = ''
    acknowledgements: tuple[Acknowledgement, ...] = ()
    """Those that ended because the alert got worse, the oldest first."""
    reopened_at: float | None = None
    peak_severity: Severity
    peak_devices: int = 0
    first_problem: str
    first_detail: str = ''
    told_severity: Severity
    told_devices: int = 0
    recovery: str = ''
    held_since: float | None = None
    awaited: int | None = None
    missing: int | None = None
    comments: tuple[Comment, ...] = ()
    """The oldest first, the newest :data:`domain.alerts.service.MOST_COMMENTS` of them."""
    keys: tuple[str, ...] = ()
    parent: str | None = None
    children: int = 0
    told_at: float | None = None
    waits_since: float | None = None
    tell_at: float | None = None
    flapping_since: float | None = None
    acknowledged_until: float | None = None
    assigned_to: str | None = None
    assigned_name: str = ''
    assigned_at: float | None = None
    assigned_by: str = ''
    snoozed_at: float | None = None
    snoozed_until: float | None = None
    snoozed_by: str = ''
    snooze_reason: str = ''
    false_at: float | None = None
    false_by: str = ''
    false_reason: str = ''
    merged_by: str = ''
    silence: str | None = None
    silenced_until: float | None = None
    silenced_by: str = ''
    silence_reason: str = ''
    condition: Condition | None = None
    """Of one that a rule of one's own has raised."""
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What it is about, as the journal names it."""
        return Subject(self.object_kind, self.object_id, self.object_name)

    @property
    def is_open(self) -> bool:
        """True until the cause is gone."""
        return self.cleared_at is None

    @property
    def calls(self) -> bool:
        """True for one that people were told of and that nobody has seen to: it is open, not acknowledged, and no other explains it or
        a silence covers it."""
        is_told = self.parent is None and self.told_at is not None and self.silence is None
        return is_told and self.is_open and self.waits

    @property
    def waits(self) -> bool:
        """True while nobody has acknowledged or snoozed it."""
        return self.acknowledged_at is None and self.snoozed_until is None

    @property
    def quiet_until(self) -> float | None:
        """When the acknowledgement or the snooze ends by itself."""
        return self.acknowledged_until if self.acknowledged_at is not None else self.snoozed_until

    @property
    def quiet_since(self) -> float | None:
        """When it was acknowledged, or else snoozed."""
        return self.acknowledged_at if self.acknowledged_at is not None else self.snoozed_at

    @property
    def is_over(self) -> bool:
        """True when it is told in the past tense: it is cleared, or its cause is going or gone."""
        return self.cleared_at is not None or bool(self.recovery)

    @property
    def lasted_s(self) -> float | None:
        """Seconds from raising to clearing; ``None`` while it is open."""
        return None if self.cleared_at is None else max(0.0, self.cleared_at - self.raised_at)


NOT_ACKNOWLEDGED: Mapping[str, Any] = {
    'acknowledged_at': None,
    'acknowledged_by': None,
    'acknowledged_until': None,
    'comment': '',
}
NOT_SNOOZED: Mapping[str, Any] = {'snoozed_at': None, 'snoozed_until': None, 'snoozed_by': '', 'snooze_reason': ''}
NOT_SILENCED: Mapping[str, Any] = {
    'silence': None,
    'silenced_until': None,
    'silenced_by': '',
    'silence_reason': '',
}
NOT_ASSIGNED: Mapping[str, Any] = {'assigned_to': None, 'assigned_name': '', 'assigned_at': None, 'assigned_by': ''}
NOT_FALSE: Mapping[str, Any] = {'false_at': None, 'false_by': '', 'false_reason': ''}


def score_of(witnesses: int, floor: float = 0.4) -> float:
    """How sure it is that a cell is a stranger which so many devices tell of."""
    return round(min(0.9, floor + 0.1 * (witnesses - 1)), 2)


def severity_of(score: float) -> Severity:
    """How loud an alert of that score is."""
    return Severity.MAJOR if score >= 0.6 else Severity.MINOR


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScope:
    """The devices and towers that a rule is for: all ``labels`` on one device that is concerned, which is at least as critical
    (``low``, ``normal``, ``high``, ``vital``), and the place of the tower that serves it. Empty says nothing."""

    labels: Mapping[str, str] = field(default_factory=dict)
    criticality: str = ''
    regions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    towers: tuple[str, ...] = ()


EVERYTHING = RuleScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTuning:
    """What an enterprise has set of a ``rule``, by its key. Without a row, and where nothing is said, it is as delivered.

    ``severity`` takes the place of the one that the rule judges. An alert that clears within ``after_s`` seconds is not told.
    ``limits`` are those that differ by name; ``reason`` says why it is off, ``by`` who set it.
    """

    id: str
    enterprise: str
    rule: str
    changed_at: float
    enabled: bool = True
    reason: str = ''
    severity: Severity | None = None
    after_s: float = 0.0
    limits: Mapping[str, float] = field(default_factory=dict)
    scope: RuleScope = EVERYTHING
    by: str = ''
    version: int = 1
