"""A one-time link: an invitation, a reset, a set-up."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope


class LinkKind(StrEnum):
    """What a one-time link is for."""

    INVITATION = 'invitation'
    RESET = 'reset'
    SETUP = 'setup'


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link, kept as the hex SHA-256 of its secret. An invitation carries what the person will be, and its ``issuer``:

    the id of the person or service account that it ends with.
    """

    id: str
    enterprise: str
    kind: LinkKind
    digest: str
    created_at: float
    expires_at: float
    by: str = ''
    issuer: str = ''
    email: str = ''
    name: str = ''
    account: str = ''
    role: Role = Role.VIEWER
    scope: Scope = EVERYWHERE
    spent_at: float | None = None
