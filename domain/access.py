"""Who may do what: roles, scopes and the one permission table that pages, API, sockets and jobs ask."""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import NotAllowed


class Role(StrEnum):
    """What a person is to an enterprise."""

    VIEWER = 'viewer'
    OPERATOR = 'operator'
    SECURITY = 'security'
    ADMIN = 'admin'


class Permission(StrEnum):
    """What can be done; the text is also the scope of an API token."""

    CHECKINS_WRITE = 'checkins:write'
    DEVICES_READ = 'devices:read'
    DEVICES_WRITE = 'devices:write'
    POLICIES_READ = 'policies:read'
    POLICIES_WRITE = 'policies:write'
    TOWERS_READ = 'towers:read'
    TOWERS_WRITE = 'towers:write'
    ALERTS_READ = 'alerts:read'
    ALERTS_WRITE = 'alerts:write'
    COMMANDS_READ = 'commands:read'
    COMMANDS_WRITE = 'commands:write'
    EVENTS_READ = 'events:read'


_READ = frozenset(permission for permission in Permission if permission.endswith(':read'))

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _READ,
    Role.OPERATOR: _READ
    | {Permission.DEVICES_WRITE, Permission.TOWERS_WRITE, Permission.ALERTS_WRITE, Permission.COMMANDS_WRITE},
    Role.SECURITY: _READ | {Permission.POLICIES_WRITE, Permission.ALERTS_WRITE, Permission.COMMANDS_WRITE},
    Role.ADMIN: frozenset(Permission) - {Permission.CHECKINS_WRITE},
}


class ActorKind(StrEnum):
    """Who makes a change."""

    PERSON = 'person'
    PROGRAM = 'program'
    DEVICE = 'device'
    SYSTEM = 'system'


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, in one enterprise, with what they may do. Handlers pass it on; services ask it."""

    kind: ActorKind
    id: str
    name: str
    enterprise: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """True when the permission table grants it."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise ``NotAllowed`` unless the permission table grants it."""
        if not self.may(permission):
            raise NotAllowed(f'{self.name} may not do this: it needs {permission.value}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in with a local account; ``password_hash`` is Argon2id in PHC form."""

    id: str
    enterprise: str
    email: str
    name: str
    role: Role
    password_hash: str
    created_at: float
    disabled_at: float | None = None
    version: int = 1

    def actor(self) -> Actor:
        """This person as somebody who acts."""
        return Actor(ActorKind.PERSON, self.id, self.name, self.enterprise, PERMISSIONS[self.role])


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. ``id`` is the SHA-256 of the cookie's secret, so that a stolen table opens nothing."""

    id: str
    enterprise: str
    person: str
    created_at: float
    expires_at: float
    seen_at: float
    address: str = ''
    browser: str = ''
    ended_at: float | None = None


class TokenKind(StrEnum):
    """``api`` tokens let programs in, ``enrolment`` tokens let devices in, once each."""

    API = 'api'
    ENROLMENT = 'enrolment'


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A secret handed to a program or a roll-out, kept as the hex SHA-256 of itself. ``uses_left`` ``None`` means without limit."""

    id: str
    enterprise: str
    kind: TokenKind
    name: str
    digest: str
    created_at: float
    scopes: tuple[Permission, ...] = ()
    expires_at: float | None = None
    uses_left: int | None = None
    revoked_at: float | None = None

    def actor(self) -> Actor:
        """This program as somebody who acts."""
        return Actor(ActorKind.PROGRAM, self.id, self.name, self.enterprise, frozenset(self.scopes))


@dataclass(frozen=True, slots=True)
class Credential:
    """A device's own secret as SHA-256 digest; ``id`` is the device's: a new enrolment replaces the old secret."""

    id: str
    enterprise: str
    digest: bytes
    created_at: float


def system(enterprise: str, name: str) -> Actor:
    """The product itself, as a job of that name."""
    return Actor(ActorKind.SYSTEM, name, name, enterprise, frozenset(Permission))
