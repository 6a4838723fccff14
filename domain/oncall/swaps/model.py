"""A shift that a person asks another to take, with or without one in return."""

from dataclasses import dataclass
from enum import StrEnum

from domain.journal.model import Subject


class SwapState(StrEnum):
    """How it stands."""

    OPEN = 'open'
    ACCEPTED = 'accepted'
    DECLINED = 'declined'
    WITHDRAWN = 'withdrawn'
    LATE = 'late'
    """The shift began before it was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapOffer:
    """``asks`` (an id) would give the shift from ``gives_from`` to ``gives_until`` to ``asked``, who would give theirs from
    ``takes_from`` to ``takes_until``, where both are said (epoch seconds)."""

    id: str
    enterprise: str
    rotation: str
    asks: str
    asked: str
    gives_from: float
    gives_until: float
    created_at: float
    changed_at: float
    takes_from: float | None = None
    takes_until: float | None = None
    note: str = ''
    state: SwapState = SwapState.OPEN
    decided_by: str = ''
    answer: str = ''
    ended_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('rotation', self.rotation, '')
