"""What the journal tells of silences. What they do to an alert it tells of the alert (:mod:`domain.alerts.events`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSaved(Entry):
    """A silence was set up or changed; until ``ends_at`` (epoch seconds)."""

    created: bool
    ends_at: float
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceEnded(Entry):
    """A person or program ended it before its time, which was ``ends_at``; ``alerts`` were silenced by it."""

    ends_at: float
    alerts: int = 0
