"""What the journal tells of a tower."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerSaved(Entry):
    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerCheckFailed(Entry):
    """A soft failure: being retried, attempt ``attempt`` of ``most``."""

    check: str
    label: str
    attempt: int
    most: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerStatusChanged(Entry):
    before: str
    after: str
    because: str = ''
    devices: int = 0
