"""What the journal tells of the audit trail itself."""

from dataclasses import dataclass
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditExported(Entry):
    """A person took a copy of the audit trail with them."""

    audited: ClassVar[bool] = True
    alters: ClassVar[bool] = False

    entries: int
