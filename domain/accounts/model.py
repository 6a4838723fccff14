"""An account that signs in, and the person it is to an enterprise."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access.actors import Actor, ActorKind, granted
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a person signs in with, known by e-mail address in the whole installation.

    ``password_hash`` is Argon2id in PHC form, ``None`` for a person who comes through an identity provider only. ``totp`` is the sealed
    secret of an authenticator app, ``totp_step`` the newest 30 s step of it that was used (RFC 6238: no code counts twice), ``recovery``
    the digests of unused recovery codes. ``owner`` makes them an owner of the installation.
    """

    id: str
    email: str
    name: str
    created_at: float
    password_hash: str | None = None
    password_at: float | None = None
    totp: str | None = None
    totp_step: int = 0
    recovery: tuple[str, ...] = ()
    owner: bool = False
    suspended_at: float | None = None
    version: int = 1

    @property
    def enterprise(self) -> str:
        """Accounts are the installation's."""
        return INSTALLATION


class PersonKind(StrEnum):
    """A ``service`` account belongs to a program: it has tokens and cannot sign in."""

    PERSON = 'person'
    SERVICE = 'service'


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A membership: what an account (or a program, then ``account`` is empty) is to one enterprise.

    ``provider`` names the identity provider whose groups decide over the role; empty when people here do.
    """

    id: str
    enterprise: str
    account: str
    email: str
    name: str
    role: Role
    created_at: float
    scope: Scope = EVERYWHERE
    kind: PersonKind = PersonKind.PERSON
    provider: str = ''
    disabled_at: float | None = None
    version: int = 1

    def actor(self, *, address: str = '', recently_verified: bool = False) -> Actor:
        """This person as an actor."""
        permissions = granted(self.role, self.scope)
        kind = ActorKind.PERSON if self.kind is PersonKind.PERSON else ActorKind.PROGRAM
        return Actor(kind, self.id, self.name, self.enterprise, permissions, self.scope, address, recently_verified)
