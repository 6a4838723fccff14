"""What the journal tells of a tower."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.journal.model import Entry, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerSaved(Entry):
    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerRetired(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerRestored(Entry):
    """It was retired, and is watched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerNoted(Entry):
    """A person or program wrote a note on it."""

    text: str


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

    def told_to(self, part: Part) -> Entry | None:
        """How many of the devices on a tower of another region were visible is not known any more."""
        if super(TowerStatusChanged, self).told_to(part) is None:
            return None
        seen = self if self.after != 'unreachable' else replace(self, because='')  # it names what it depends on
        return seen if part.all_on(self.subject.id) else replace(seen, devices=0)
