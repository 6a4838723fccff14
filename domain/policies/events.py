"""What the journal tells of policies and of those who break them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationOpened(Entry):
    violation: str
    policy: str
    policy_name: str
    severity: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    tower: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRetired(Entry):
    pass
