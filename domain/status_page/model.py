"""The public status page of an enterprise, in the terms of the field: components, incidents with updates, scheduled maintenance, days.

The words of states and impacts are those of the Statuspage API (``component.status``, ``incident.status``, ``incident.impact``), which
Instatus and others took over, so that a reader and a program know them.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.journal.model import Subject

DAY_S = 86_400.0
DAYS = 90
"""So many days of availability are kept and shown, today among them. A day is one of UTC."""


class ComponentKind(StrEnum):
    """What a component stands for: one tower, all towers of a region, or the devices that carry a label."""

    TOWER = 'tower'
    REGION = 'region'
    LABEL = 'label'


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A row of the page. ``target`` is the id of a tower, the name of a region, or a label as ``key=value``; it is never shown.

    ``name`` and ``description`` are public. ``is_counted`` shows how many members there are and how many of them are up;
    ``is_named`` shows which of its towers are not up, by their own names.
    """

    kind: ComponentKind
    target: str
    name: str
    description: str = ''
    is_counted: bool = False
    is_named: bool = False
    id: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What the page says of itself, and its components in their order. ``slug`` is the end of its address."""

    slug: str = ''
    title: str = ''
    about: str = ''
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """The one page of an enterprise, whose ``id`` is that of the enterprise. It begins as a draft that nobody outside sees.

    ``shown`` is what the public sees, ``None`` while the page is off; ``slug`` is that of ``shown``, so that the store keeps it unique.
    """

    id: str
    enterprise: str
    draft: PageContent
    changed_at: float
    shown: PageContent | None = None
    slug: str | None = None
    published_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('status_page', self.id, self.draft.title or 'Status page')

    @property
    def components(self) -> dict[str, Component]:
        """Those of the draft and those that are shown, by id; where they differ, as they are shown."""
        shown = self.shown.components if self.shown is not None else ()
        return {component.id: component for component in (*self.draft.components, *shown)}


class NoticeKind(StrEnum):
    """An ``incident`` is told when it has begun, a ``maintenance`` before it begins."""

    INCIDENT = 'incident'
    MAINTENANCE = 'maintenance'


class NoticeState(StrEnum):
    """How far an incident, or a scheduled maintenance, is."""

    INVESTIGATING = 'investigating'
    IDENTIFIED = 'identified'
    MONITORING = 'monitoring'
    RESOLVED = 'resolved'
    SCHEDULED = 'scheduled'
    IN_PROGRESS = 'in_progress'
    VERIFYING = 'verifying'
    COMPLETED = 'completed'


STATES: dict[NoticeKind, tuple[NoticeState, ...]] = {
    NoticeKind.INCIDENT: (
        NoticeState.INVESTIGATING,
        NoticeState.IDENTIFIED,
        NoticeState.MONITORING,
        NoticeState.RESOLVED,
    ),
    NoticeKind.MAINTENANCE: (
        NoticeState.SCHEDULED,
        NoticeState.IN_PROGRESS,
        NoticeState.VERIFYING,
        NoticeState.COMPLETED,
    ),
}
"""The states of each kind in their usual order; the last one ends it."""


class Impact(StrEnum):
    """How bad an incident is for those who read the page."""

    NONE = 'none'
    MINOR = 'minor'
    MAJOR = 'major'
    CRITICAL = 'critical'


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeUpdate:
    """What was said at one moment; ``by`` is the person or program, which the page does not show."""

    at: float
    state: NoticeState
    text: str
    by: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An incident or a scheduled maintenance, in the words of an operator; the newest update is the last.

    ``components`` are ids. ``begins_at`` and ``ends_at`` are the plan of a maintenance; an incident has its beginning only.
    ``alert`` is the one that it was started from; it is not shown. ``closed_at`` is when its last state was reached, ``removed_at``
    when it was taken off the page for good.
    """

    id: str
    enterprise: str
    kind: NoticeKind
    title: str
    components: tuple[str, ...]
    created_at: float
    begins_at: float
    ends_at: float | None = None
    impact: Impact = Impact.NONE
    updates: tuple[NoticeUpdate, ...] = ()
    alert: str | None = None
    closed_at: float | None = None
    removed_at: float | None = None
    version: int = 1

    @property
    def state(self) -> NoticeState:
        """That of its newest update."""
        return self.updates[-1].state

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('status_notice', self.id, self.title)

    def is_under_way(self, moment: float) -> bool:
        """True for a maintenance whose planned time it is, or that was said to be in progress; an incident that is not resolved."""
        if self.closed_at is not None:
            return False
        if self.kind is NoticeKind.INCIDENT or self.state in (NoticeState.IN_PROGRESS, NoticeState.VERIFYING):
            return True
        return self.begins_at <= moment < (self.ends_at or self.begins_at)


@dataclass(frozen=True, slots=True)
class Day:
    """Of one day (``at`` is its midnight, epoch seconds UTC) the seconds that the members of a component were observed, and of those how
    many they were down, degraded, and in maintenance: with three towers a whole day has 259,200 of them. ``watched_s`` counts by the
    clock, at most 86,400.
    """

    at: float
    observed_s: float = 0.0
    down_s: float = 0.0
    degraded_s: float = 0.0
    maintenance_s: float = 0.0
    watched_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The days of a component, whose id this is too, oldest first; a day that was not observed is missing."""

    id: str
    enterprise: str
    days: tuple[Day, ...] = ()
    removed_at: float | None = None
