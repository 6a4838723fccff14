"""What the journal tells of rules of one's own; what they raise it tells of the alert."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRuleSaved(Entry):
    """A rule was written or changed."""

    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRuleRemoved(Entry):
    """It raises nothing any more; its alert was closed."""
