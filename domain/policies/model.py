"""A policy, which devices it binds, and what it says of one device; compliance is the worst of its verdicts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.common.severity import Severity
from domain.devices.compliance import WORST_FIRST, Compliance, Verdict, compliance
from domain.journal.model import Subject


class Mode(StrEnum):
    """``audit`` records violations; ``enforce`` acts on them after the grace."""

    AUDIT = 'audit'
    ENFORCE = 'enforce'


@dataclass(frozen=True, slots=True)
class Selector:
    """Whom a policy binds: devices of these kinds (none named = all) that carry all these labels."""

    kinds: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def matches(self, kind: str, labels: Mapping[str, str]) -> bool:
        """True when a device of this kind with these labels is bound."""
        if self.kinds and kind not in self.kinds:
            return False
        return not self.labels or all(labels.get(key) == value for key, value in self.labels.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """``rule`` is a CEL expression that is true for a compliant device; ``grace_s`` seconds pass between a violation and ``action``."""

    id: str
    enterprise: str
    name: str
    rule: str
    created_at: float
    changed_at: float
    description: str = ''
    severity: Severity = Severity.MINOR
    selector: Selector = Selector()
    mode: Mode = Mode.AUDIT
    grace_s: int = 0
    action: str = 'quarantine'
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('policy', self.id, self.name)


_PLACES = {status: place for place, status in enumerate((*WORST_FIRST, Compliance.UNEVALUATED))}


def compliance_after(
    before: Compliance, left: Iterable[Verdict], entered: Iterable[Verdict], now: Mapping[str, Verdict]
) -> Compliance:
    """The same as :func:`compliance` of all verdicts ``now``, when some of them left and others entered since it was ``before``.

    All of them are looked at only when one left that was as bad as the whole.
    """
    worst = min((_PLACES[verdict.status] for verdict in entered), default=len(WORST_FIRST))
    if worst <= _PLACES[before]:
        return WORST_FIRST[worst] if worst < len(WORST_FIRST) else Compliance.UNEVALUATED
    return compliance(now.values()) if any(verdict.status is before for verdict in left) else before
