"""What the journal tells of calendars of planned works. Their addresses are not said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksCalendarSaved(Entry):
    """A calendar was connected, or changed."""

    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksCalendarRead(Entry):
    """It has other events than before, so many of them; ``unmatched`` of those to come are of nothing that is known here."""

    events: int
    unmatched: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksCalendarRemoved(Entry):
    """It is not read any more, and its windows are gone."""
