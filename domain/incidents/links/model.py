"""A link that shows one incident to its holder, and what it shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.common.severity import Severity
from domain.journal.model import Subject


class SharedPart(StrEnum):
    """What the maker of a link may let it show, beside when the incident began, how grave it is and whether it is over."""

    NAMES = 'names'
    """The names of towers and devices; without, they are numbered."""
    CAUSE = 'cause'
    """The probable cause as X.733 words it. What checks said (addresses, errors) is shown in no case."""
    DEVICES = 'devices'
    """How many devices it hurts, and how critical they are."""
    TIMELINE = 'timeline'
    """When which of its sites were lost and came back."""
    NOTES = 'notes'
    """What people wrote, without who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLink:
    """``title`` is what its reader sees first, ``label`` says to the enterprise for whom it is. Of its secret the ``digest`` is kept. It
    opens until ``expires_at`` or ``revoked_at``, and is listed until ``ended_at``. ``opened`` counts how often it was opened,
    ``opened_at`` is when that was last."""

    id: str
    enterprise: str
    alert: str
    title: str
    label: str
    digest: str
    parts: tuple[SharedPart, ...]
    created_at: float
    created_by: str
    expires_at: float
    revoked_at: float | None = None
    revoked_by: str = ''
    opened: int = 0
    opened_at: float | None = None
    ended_at: float | None = None

    def opens_at(self, moment: float) -> bool:
        """True while it shows the incident."""
        return self.ended_at is None and self.revoked_at is None and moment < self.expires_at

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('incident_link', self.id, self.label)


@dataclass(frozen=True, slots=True)
class SharedStep:
    """Something of the timeline: at a moment, what (a name or a number) was lost, or came back (``is_over``)."""

    at: float
    what: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedIncident:
    """An incident as the holder of a link reads it. What the link does not show is ``None`` or empty."""

    title: str
    began_at: float
    ended_at: float | None
    at: float
    severity: Severity
    sites: int
    cause: str = ''
    devices: int | None = None
    by_criticality: tuple[tuple[str, int], ...] = ()
    missing: int | None = None
    concerned: tuple[str, ...] = ()
    steps: tuple[SharedStep, ...] = ()
    notes: tuple[tuple[float, str], ...] = ()


def ordered(parts: Iterable[SharedPart]) -> tuple[SharedPart, ...]:
    """Each once, in the order in which they are shown."""
    chosen = set(parts)
    return tuple(part for part in SharedPart if part in chosen)
