"""What the journal tells of those who are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCalled(Entry):
    """A step of an escalation policy told these ``people`` (names, of channels too). ``step`` and ``round`` count from 1."""

    alert: str
    problem: str
    policy: str
    step: int
    round: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertUnanswered(Entry):
    """All steps were gone through, and nobody acknowledged the alert."""

    alert: str
    problem: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallSaved(Entry):
    """A team, rotation, escalation policy or route was set up or changed."""

    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallRetired(Entry):
    """It is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTaken(Entry):
    """``person`` is on call from ``starts_at`` to ``ends_at`` (epoch seconds), instead of ``instead_of``, who
    lose by it where there is anybody. Names."""

    person: str
    starts_at: float
    ends_at: float
    instead_of: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRemoved(Entry):
    """What the layers say counts again there."""

    person: str
    starts_at: float
    ends_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMade(Entry):
    """The rotation has a new secret address for calendar programs; a former one shows nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSaved(Entry):
    """How a person is reached was changed. Addresses are not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLimitsSaved(Entry):
    """What people may choose of how they are reached was set."""

    changes: Mapping[str, object] = field(default_factory=dict)
