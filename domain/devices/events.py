"""What the journal tells of a device."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(Entry):
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Entry):
    """``away_s`` is how long the device was silent when it came back."""

    before: str
    after: str
    away_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingTowerChanged(Entry):
    """Tower fields are ids, or ``None`` for a cell that no tower lists; ``cell`` is the new cell's key."""

    before: str | None
    after: str | None
    after_name: str | None = None
    before_name: str | None = None
    cell: str | None = None
