"""What the journal tells of people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(Entry):
    audited: ClassVar[bool] = True

    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Entry):
    """``through`` is what let them in: ``invitation``, an identity provider's name, or empty for an operator's command."""

    audited: ClassVar[bool] = True

    role: str
    through: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Entry):
    """What a person is to an enterprise: role, scope, name."""

    audited: ClassVar[bool] = True

    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorKept(Entry):
    """No group at ``provider`` makes the person an administrator any more, but they are the last one and stay it.

    In the trail by its actor, the person who signs in.
    """

    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemoved(Entry):
    audited: ClassVar[bool] = True

    because: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Entry):
    """A one-time link was made; the subject is the person it is for."""

    audited: ClassVar[bool] = True

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWithdrawn(Entry):
    """A one-time link was taken back before it was used."""

    audited: ClassVar[bool] = True

    kind: str
