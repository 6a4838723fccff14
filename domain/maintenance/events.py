"""What the journal tells of maintenance windows. What they do to a tower it tells of the tower."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowSaved(Entry):
    """A window was set up or changed."""

    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowRetired(Entry):
    """It takes place no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceBegun(Entry):
    """It lasts until then (epoch seconds), for so many ``towers``; ``early`` where a person or program began it before its time."""

    until: float
    towers: int
    early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceExtended(Entry):
    """It lasts until then, instead of ``before``."""

    until: float
    before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceEnded(Entry):
    """It is over; by a person or program before its time, which was ``planned``."""

    planned: float
