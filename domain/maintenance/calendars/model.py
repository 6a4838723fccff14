"""A calendar of planned works, and what says of what its events are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.common.feeds import FeedEvent, FeedState
from domain.journal.model import Subject


class EventText(StrEnum):
    """A field of an event in which names are looked for."""

    SUMMARY = 'summary'
    LOCATION = 'location'
    CATEGORIES = 'categories'
    DESCRIPTION = 'description'


class PlaceKind(StrEnum):
    """What is looked for by its own name."""

    TOWERS = 'towers'
    REGIONS = 'regions'
    OPERATORS = 'operators'


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksRule:
    """Events whose text has the words of ``contains`` are works on the ``towers`` (ids), ``regions``, ``operators`` and the devices that
    carry all of the ``labels``. Without any of these they are not of this enterprise."""

    contains: str
    towers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_of_none(self) -> bool:
        """True when it says that such events are works of others."""
        return not (self.towers or self.regions or self.operators or self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksCalendar:
    """A calendar of planned works, asked every ``every_min`` minutes. Its address is ``sealed``, for such addresses hold a secret; ``host``
    is what is shown of it. ``zone`` is for whole days and for times without a zone.

    What an event is of is found in its ``texts``: by the ``rules``, and by the names of what ``by_name`` says. ``left_out`` are the keys of
    events of which a person has said that they are not to be followed. ``events`` are those that were read last.
    """

    id: str
    enterprise: str
    name: str
    host: str
    sealed: str
    zone: str
    every_min: int
    texts: tuple[EventText, ...]
    by_name: tuple[PlaceKind, ...]
    created_at: float
    changed_at: float
    rules: tuple[WorksRule, ...] = ()
    left_out: tuple[str, ...] = ()
    below: bool = True
    state: FeedState = field(default_factory=FeedState)
    events: tuple[FeedEvent, ...] = ()
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('works_calendar', self.id, self.name)
