"""People: one account in the installation, one membership in each enterprise they belong to, and the ways they come in."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access import EVERYWHERE, Actor, ActorKind, Role, Scope, granted
from domain.enterprises import INSTALLATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who signs in, known by e-mail address in the whole installation.

    ``password_hash`` is Argon2id in PHC form, ``None`` for somebody who comes through an identity provider only. ``totp`` is the sealed
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

    def actor(self, *, address: str = '', raised: bool = False) -> Actor:
        """This person as somebody who acts."""
        permissions = granted(self.role, self.scope)
        kind = ActorKind.PERSON if self.kind is PersonKind.PERSON else ActorKind.PROGRAM
        return Actor(kind, self.id, self.name, self.enterprise, permissions, self.scope, address, raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An account's name at an identity provider. ``id`` is the SHA-256 of issuer and subject, unique together (OpenID Connect 2)."""

    id: str
    account: str
    provider: str
    issuer: str
    subject: str
    created_at: float
    seen_at: float

    @property
    def enterprise(self) -> str:
        """Identities are the installation's."""
        return INSTALLATION


class LinkKind(StrEnum):
    """What a one-time link is for."""

    INVITATION = 'invitation'
    RESET = 'reset'
    SETUP = 'setup'


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link, kept as the hex SHA-256 of its secret. An invitation carries what the person will be, and its ``issuer``:

    the id of the person or service account with whom it ends.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """When somebody guessed wrong at an account or from an address; ``id`` is a digest of which, so that it tells nobody."""

    id: str
    times: tuple[float, ...]
    newest_at: float

    @property
    def enterprise(self) -> str:
        """Guesses are the installation's: nobody knows yet whose they are."""
        return INSTALLATION
