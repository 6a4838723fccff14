"""A violation: one device that breaks one policy, from when to when, with what the rule saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.common.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """``excused_at`` is set while the device sits behind a dead or maintained tower; ``tower`` served it when the violation opened."""

    id: str
    enterprise: str
    device: str
    policy: str
    policy_version: int
    severity: Severity
    opened_at: float
    evidence: Mapping[str, object] = field(default_factory=dict)
    tower: str | None = None
    excused_at: float | None = None
    cleared_at: float | None = None
    cleared_because: str | None = None
    command: str | None = None
