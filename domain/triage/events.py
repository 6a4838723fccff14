"""What the journal tells of shifts."""

from dataclasses import dataclass

from domain.journal.model import Entry


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
