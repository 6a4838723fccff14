"""What the journal tells of enterprises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseAdded(Entry):
    audited: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseChanged(Entry):
    audited: ClassVar[bool] = True

    changes: Mapping[str, object] = field(default_factory=dict)
