"""Teams, rotations, escalation policies, routes, how a person is reached, and where an alert stands with its policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.alerts.model import AlarmType
from domain.common.severity import Severity
from domain.devices.model import Criticality
from domain.journal.model import Subject

WEEK = (1, 2, 3, 4, 5, 6, 7)
"""The days of a week as ISO 8601 counts them, from Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours of local time on some ``days`` (ISO 8601, 1 is Monday), from ``begins`` to ``ends`` (``HH:MM``). With an end that is not after
    the begin they run into the next day; equal ones are a whole day."""

    begins: str
    ends: str
    days: tuple[int, ...] = WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """People (ids) who take turns, in order. A turn is ``turn_days`` long and is handed over at ``handover`` (``HH:MM``) in ``zone``,
    the first on ``starts_on`` (``YYYY-MM-DD``). With ``hours`` it covers these alone. ``on_holidays``: it covers days off of all too."""

    name: str
    people: tuple[str, ...]
    zone: str
    starts_on: str
    handover: str = '08:00'
    turn_days: int = 7
    hours: tuple[Hours, ...] = ()
    on_holidays: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """``person`` is on call from ``starts_at`` to ``ends_at`` (epoch seconds), whatever the layers say; with ``instead_of`` only
    where they say that person. ``by`` entered it."""

    id: str
    person: str
    starts_at: float
    ends_at: float
    instead_of: str = ''
    by: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A day (``YYYY-MM-DD``, in the zone of the rotation) off for a ``person``, or for all: a holiday."""

    day: str
    person: str = ''
    name: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Who is on call when. Of the ``layers`` the last that covers a moment counts, and of the ``overrides`` the last. ``feed_digest`` is
    the SHA-256 of the secret in the address of its calendar, empty while it has none."""

    id: str
    enterprise: str
    name: str
    zone: str
    created_at: float
    changed_at: float
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    days_off: tuple[DayOff, ...] = ()
    feed_digest: str = ''
    always: bool = True
    """A person is to be on call at every moment: a gap is an alert."""
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('rotation', self.id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People (ids) who are called together."""

    id: str
    enterprise: str
    name: str
    created_at: float
    changed_at: float
    members: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    """People (ids) who may change it beside administrators."""
    channels: tuple[str, ...] = ()
    """Channels (ids) that are told with the people, of alerts of ``least_severity`` and worse."""
    least_severity: Severity = Severity.WARNING
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('team', self.id, self.name)


class TargetKind(StrEnum):
    """What a step of an escalation policy tells."""

    PERSON = 'person'
    TEAM = 'team'
    ROTATION = 'rotation'
    CHANNEL = 'channel'


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTarget:
    """One of them, by id."""

    kind: TargetKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """These ``targets`` are told; the next step follows when nobody has acknowledged ``wait_min`` minutes later."""

    targets: tuple[CallTarget, ...]
    wait_min: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """Who is called one after the other. All steps are gone through ``repeat`` times more before nobody has answered."""

    id: str
    enterprise: str
    name: str
    created_at: float
    changed_at: float
    steps: tuple[EscalationStep, ...] = ()
    repeat: int = 0
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('escalation_policy', self.id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Which alerts a route takes or a silence covers: those that fit all that is said. Empty says nothing. ``severity`` and
    ``criticality`` are the least; all ``labels`` must be on one device that is concerned; ``hours`` are those of ``zone``."""

    severity: Severity | None = None
    types: tuple[AlarmType, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    criticality: Criticality | None = None
    regions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    towers: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    zone: str = 'UTC'


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRoute:
    """Alerts that fit its ``conditions`` go to a ``policy``, to ``channels`` and to those of ``teams`` (ids).

    Routes are asked in order of ``position``; the first that fits
    takes the alert, and with ``go_on`` those after it may too."""

    id: str
    enterprise: str
    name: str
    created_at: float
    changed_at: float
    position: int = 0
    conditions: Conditions = field(default_factory=Conditions)
    policy: str = ''
    channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    go_on: bool = False
    enabled: bool = True
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('alert_route', self.id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWay:
    """A person is told on this ``channel``, at ``address`` where its kind has addresses of people (mail, a number), ``after_min``
    minutes after they are called, unless the alert was acknowledged."""

    channel: str
    address: str = ''
    after_min: int = 0


REPORT_AT = '07:00'


class ReportEvery(StrEnum):
    """How often a person is sent a report by mail."""

    NEVER = ''
    DAY = 'day'
    WEEK = 'week'
    """On Mondays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a person (``id``) is reached. In ``quiet`` hours of ``zone`` only alerts of ``breaks`` and worse are told at once; the others
    when the hours are over. A report is mailed ``report_every`` so often at ``report_at`` (as chosen at ``report_set_at``); the newest was
    that of ``reported_at``."""

    id: str
    enterprise: str
    ways: tuple[ContactWay, ...] = ()
    quiet: tuple[Hours, ...] = ()
    zone: str = 'UTC'
    breaks: Severity = Severity.MAJOR
    report_every: ReportEvery = ReportEvery.NEVER
    report_at: str = REPORT_AT
    report_set_at: float | None = None
    reported_at: float | None = None
    changed_at: float
    version: int = 1


class EscalationState(StrEnum):
    """How an alert stands with a policy."""

    CALLING = 'calling'
    ANSWERED = 'answered'
    """It was acknowledged."""
    UNANSWERED = 'unanswered'
    """All steps were gone through as often as the policy says, and nobody acknowledged."""
    STOPPED = 'stopped'
    """Another alert explains this one, or it is told by other routes now."""
    OVER = 'over'


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A person or channel that was told by a ``step`` (from 0) of a ``round`` (from 0)."""

    at: float
    step: int
    round: int
    recipient: str = ''
    channel: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """An ``alert`` that a ``policy`` is gone through for. ``step`` was reached at ``stepped_at`` and waits ``wait_s`` seconds."""

    id: str
    enterprise: str
    alert: str
    policy: str
    route: str
    started_at: float
    stepped_at: float
    step: int = -1
    """From 0; before the first one, which is in the commit that begins it, -1."""
    round: int = 0
    wait_s: float = 0.0
    state: EscalationState = EscalationState.CALLING
    answered_by: str = ''
    unanswered_at: float | None = None
    called: tuple[Called, ...] = ()
    """The newest :data:`domain.oncall.escalation.MOST_CALLED`."""
    ended_at: float | None = None
