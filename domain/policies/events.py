"""What the journal tells of policies and violations."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.journal.model import Entry, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationOpened(Entry):
    violation: str
    policy: str
    policy_name: str
    severity: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    tower: str | None = None

    def told_to(self, part: Part) -> Entry | None:
        """A tower that is out of sight is left out."""
        if super(ViolationOpened, self).told_to(part) is None:
            return None
        return self if self.tower is None or part.shows('tower', self.tower) else replace(self, tower=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationExcused(Entry):
    violation: str
    policy: str
    policy_name: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationCleared(Entry):
    violation: str
    policy: str
    policy_name: str
    because: str
    open_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySaved(Entry):
    created: bool
    version: int
    changes: Mapping[str, object] = field(default_factory=dict)

    def told_to(self, part: Part) -> Entry | None:
        """Policies are the whole enterprise's."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRetired(Entry):
    def told_to(self, part: Part) -> Entry | None:
        """Policies are the whole enterprise's."""
        return self
