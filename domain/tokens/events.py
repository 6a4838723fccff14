"""What the journal tells of tokens."""

from dataclasses import dataclass
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Entry):
    audited: ClassVar[bool] = True

    kind: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Entry):
    audited: ClassVar[bool] = True

    kind: str
