"""What the journal tells of shifts that people ask one another to take. What comes of it is told of the rotation."""

from dataclasses import dataclass

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapAsked(Entry):
    """A person asked ``asked`` (a name) to take their shift from ``starts_at`` to ``ends_at`` (epoch seconds)."""

    asked: str
    starts_at: float
    ends_at: float
    note: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapDecided(Entry):
    """It was accepted, declined or withdrawn, or the shift began before it was answered; ``state`` says which."""

    asks: str
    asked: str
    state: str
    answer: str = ''
