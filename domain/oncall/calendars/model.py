"""A calendar that a rotation is read from."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.common.feeds import FeedEvent, FeedState
from domain.journal.model import Subject


class CalendarUse(StrEnum):
    """What its events are."""

    SHIFTS = 'shifts'
    """The person of an event is on call then."""
    DAYS_OFF = 'days_off'
    """The person of an event is away on those days."""
    HOLIDAYS = 'holidays'
    """All are away on those days, but for layers that cover holidays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSource:
    """A calendar of another program that is a source of a ``rotation`` (an id). Its address is ``sealed``, for such addresses hold a
    secret; ``host`` is what is shown of it. ``events`` are those that were read last, ``state`` is how the reading stands."""

    id: str
    enterprise: str
    rotation: str
    name: str
    use: CalendarUse
    host: str
    sealed: str
    created_at: float
    changed_at: float
    state: FeedState = field(default_factory=FeedState)
    events: tuple[FeedEvent, ...] = ()
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('calendar', self.id, self.name)
