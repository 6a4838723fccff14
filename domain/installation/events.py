"""What the journal tells of enterprises."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseAdded(Entry):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseChanged(Entry):
    changes: Mapping[str, object] = field(default_factory=dict)
