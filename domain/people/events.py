"""What the journal tells of people."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(Entry):
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Entry):
    """``through`` is what let them in: ``invitation``, an identity provider's name, or empty for an operator's command."""

    role: str
    through: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Entry):
    """What somebody is to an enterprise: role, scope, name."""

    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemoved(Entry):
    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Entry):
    """A one-time link was made; the subject is whom it is for."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWithdrawn(Entry):
    """A one-time link was taken back before anybody used it."""

    kind: str
