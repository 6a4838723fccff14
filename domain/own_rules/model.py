"""A rule that an enterprise writes itself: an expression over counters that raises an alert when it has been true for long enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.common.severity import Severity
from domain.journal.model import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The devices and towers that counters count: all ``labels`` on a device, one of these ``kinds``, served by a tower of one of these
    ``regions``; towers are those of the regions. Empty says nothing."""

    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


WHOLE = Counted()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """The ``expression`` (CEL) has to be true for ``for_s`` seconds before an alert of that ``severity`` is raised, whose detail begins
    with ``text``. It has been true since ``holds_since``, in time that was watched; that is no edit, so the version stays."""

    id: str
    enterprise: str
    name: str
    expression: str
    created_at: float
    changed_at: float
    for_s: float = 0.0
    severity: Severity = Severity.MINOR
    text: str = ''
    counted: Counted = WHOLE
    enabled: bool = True
    by: str = ''
    holds_since: float | None = None
    retired_at: float | None = None
    version: int = 1

    @property
    def subject(self) -> Subject:
        """As the journal names it."""
        return Subject('own_rule', self.id, self.name)
