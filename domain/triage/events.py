"""What the journal tells of shifts, and of what was done to several alerts at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftHandedOver(Entry):
    """A shift ended with so many ``open`` alerts; ``to`` is the person it is meant for, empty for whichever person takes it."""

    note: str = ''
    open: int = 0
    to: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverTaken(Entry):
    """A person has taken a shift over, and with it ``alerts`` that its giver had."""

    of: str
    alerts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTaskRun(Entry):
    """A program did one thing to several alerts (a task of TMF642, whose name is that of the subject).

    It was done to ``alerts`` (ids); ``refused`` says by id why it was not done to others. ``user`` and ``system`` are whom the program
    spoke for, ``words`` what it said; ``parent`` is the alert that explains them.
    """

    alerts: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    parent: str = ''
    words: str = ''
    user: str = ''
    system: str = ''

    def told_to(self, part: Part) -> Entry | None:
        """Not in the journal: each alert has an entry of its own. The program that asked for it reads its task by id."""
        return None
