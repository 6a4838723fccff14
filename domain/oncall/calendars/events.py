"""What the journal tells of calendars that rotations are read from. Their addresses are not said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSaved(Entry):
    """A calendar was connected to a ``rotation`` (a name), or changed."""

    rotation: str
    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRead(Entry):
    """It has other events than before, so many of them; ``unknown`` are names that are nobody's of the enterprise."""

    rotation: str
    events: int
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRemoved(Entry):
    """The rotation is not read from it any more."""

    rotation: str
