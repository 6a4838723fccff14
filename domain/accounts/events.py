"""What the journal tells of accounts."""

from dataclasses import dataclass
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Entry):
    """``what`` in plain words: ``set a new password``, ``turned on two-step sign-in`` … Never the secret itself."""

    audited: ClassVar[bool] = True

    what: str
