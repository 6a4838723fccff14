"""The end of a shift: what was open, who had what, and what the next should know."""

from dataclasses import dataclass

from domain.common.severity import Severity
from domain.journal.model import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedAlert:
    """An open alert as it was handed over. ``state`` is ``open``, ``acknowledged`` or ``snoozed``, ``until`` the end of that; ``has`` is
    who had it, ``seen_by`` who acknowledged or snoozed it, and ``words`` what that person said."""

    id: str
    problem: str
    severity: Severity
    state: str
    devices: int
    raised_at: float
    has: str = ''
    seen_by: str = ''
    until: float | None = None
    words: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A shift that ended ``at`` a moment, handed over ``by`` a person or program (``giver`` is its id) to ``name`` (``person``), or to
    whichever person takes it. ``alerts`` are the gravest of ``open`` ones. ``taken_by`` has taken it over."""

    id: str
    enterprise: str
    at: float
    by: str
    giver: str
    note: str = ''
    person: str = ''
    name: str = ''
    open: int = 0
    alerts: tuple[HandedAlert, ...] = ()
    taken_at: float | None = None
    taken_by: str = ''
    ended_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject('handover', self.id, 'Shift')
