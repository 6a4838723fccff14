"""Who may do what: roles, scopes and the one permission table that pages, API, sockets and jobs ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.errors import Invalid, NotAllowed, StepUpNeeded


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
    COMMANDS_LOCK = 'commands:lock'
    COMMANDS_WIPE = 'commands:wipe'
    EVENTS_READ = 'events:read'
    ENROLMENT_READ = 'enrolment:read'
    ENROLMENT_WRITE = 'enrolment:write'
    PEOPLE_READ = 'people:read'
    PEOPLE_WRITE = 'people:write'
    TOKENS_WRITE = 'tokens:write'
    AUDIT_READ = 'audit:read'
    INSTALLATION_WRITE = 'installation:write'


_SEEN = frozenset(
    {
        Permission.DEVICES_READ,
        Permission.POLICIES_READ,
        Permission.TOWERS_READ,
        Permission.ALERTS_READ,
        Permission.COMMANDS_READ,
        Permission.EVENTS_READ,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _SEEN,
    Role.OPERATOR: _SEEN
    | {
        Permission.DEVICES_WRITE,
        Permission.TOWERS_WRITE,
        Permission.ALERTS_WRITE,
        Permission.COMMANDS_WRITE,
        Permission.COMMANDS_LOCK,
        Permission.ENROLMENT_READ,
        Permission.ENROLMENT_WRITE,
    },
    Role.SECURITY: _SEEN
    | {
        Permission.POLICIES_WRITE,
        Permission.ALERTS_WRITE,
        Permission.COMMANDS_WRITE,
        Permission.COMMANDS_LOCK,
        Permission.COMMANDS_WIPE,
        Permission.ENROLMENT_READ,
        Permission.PEOPLE_READ,
        Permission.AUDIT_READ,
    },
    # A check-in is a device's or a collector's word, never a person's.
    Role.ADMIN: frozenset(Permission) - {Permission.CHECKINS_WRITE, Permission.INSTALLATION_WRITE},
}
ROLES: dict[Role, str] = {
    Role.VIEWER: 'Sees devices, policies, towers and alerts. Changes nothing.',
    Role.OPERATOR: 'Works with the fleet: changes devices and towers, lets devices in, answers alerts, quarantines and locks.',
    Role.SECURITY: 'Writes policies, answers alerts, quarantines, locks and wipes. Sees people and the audit trail.',
    Role.ADMIN: 'Does everything the others may, and decides who belongs to the enterprise.',
}
"""What each role is for, in the words in which it is offered."""
OWNER = frozenset({Permission.INSTALLATION_WRITE})
"""What an installation owner may do beside their role: found enterprises, appoint owners and their admins. It shows no fleet."""

STEP_UP = frozenset(
    {
        Permission.COMMANDS_LOCK,
        Permission.COMMANDS_WIPE,
        Permission.PEOPLE_WRITE,
        Permission.TOKENS_WRITE,
        Permission.INSTALLATION_WRITE,
    }
)
"""What a person may do only after proving anew, within the last minutes, that it is them (OWASP ASVS 5.0, 7.5.3)."""

WHOLE = frozenset(
    {
        Permission.POLICIES_WRITE,
        Permission.PEOPLE_READ,
        Permission.PEOPLE_WRITE,
        Permission.TOKENS_WRITE,
        Permission.AUDIT_READ,
        Permission.ENROLMENT_READ,
        Permission.ENROLMENT_WRITE,
        Permission.EVENTS_READ,
        Permission.CHECKINS_WRITE,
        Permission.INSTALLATION_WRITE,
    }
)
"""What touches or tells of the whole enterprise, so that a role narrowed to a part of it does not include it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of an enterprise that a role is narrowed to; empty means all of it.

    ``labels`` names, for each key, the values a device may have (all keys must fit); ``regions`` names regions of towers. A device is
    inside by its labels, or by being served from one of the regions.
    """

    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.labels or self.regions)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for scopes that let the same in."""
        if not self:
            return ()
        labels = sorted((key, *sorted(set(values))) for key, values in self.labels.items())
        return (*labels, frozenset(self.regions))

    def fits(self, labels: Mapping[str, str]) -> bool:
        """True when a device with these labels is inside by them alone."""
        return bool(self.labels) and all(labels.get(key) in values for key, values in self.labels.items())

    def admits(self, labels: Mapping[str, str], region: str | None) -> bool:
        """True when a device with these labels, served from that region (``None`` from nowhere known), is inside."""
        return not self or self.fits(labels) or (region is not None and region in self.regions)

    def rules(self, region: str) -> bool:
        """True when towers of that region may be changed."""
        return not self or region in self.regions


EVERYWHERE = Scope()


def words(scope: Scope) -> str:
    """A scope as people read it: ``site=port-1 or region Delft only``; nothing for all of the enterprise."""
    labels = ' and '.join(f'{key}={" or ".join(values)}' for key, values in scope.labels.items())
    regions = f'region {" or ".join(scope.regions)}' if scope.regions else ''
    return f'{" or ".join(filter(None, (labels, regions)))} only' if scope else ''


def scope_of(labels: Iterable[str], regions: Iterable[str]) -> Scope:
    """The scope that people mean by labels written ``key=value``: any value of a key fits, of several keys all must. Raises ``Invalid``."""
    found: dict[str, list[str]] = {}
    for pair in labels:
        key, equals, value = (part.strip() for part in pair.partition('='))
        if not (key and equals and value):
            raise Invalid(f'“{pair[:60]}” is not a label; write key=value', field='scope')
        found.setdefault(key, []).append(value)
    return Scope({key: tuple(values) for key, values in found.items()}, tuple(regions))


class ActorKind(StrEnum):
    """Who makes a change."""

    PERSON = 'person'
    PROGRAM = 'program'
    SYSTEM = 'system'


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, in one enterprise, with what they may do. Handlers pass it on; services ask it.

    ``address`` is where they act from; ``raised`` says that a person has just proved anew who they are; ``admitted`` that one of the
    doors let them in, so that the road asks once more when it is decided (see :mod:`domain.standing`), a person by the
    ``session`` of that id.
    """

    kind: ActorKind
    id: str
    name: str
    enterprise: str
    permissions: frozenset[Permission]
    scope: Scope = EVERYWHERE
    address: str = ''
    raised: bool = False
    admitted: bool = False
    session: str = ''

    @property
    def reference(self) -> str:
        """Kind and id, as the journal keeps it: ``person/01K…``."""
        return f'{self.kind.value}/{self.id}'

    def may(self, permission: Permission) -> bool:
        """True when the permission table grants it."""
        return permission in self.permissions

    def with_permissions(self, more: frozenset[Permission]) -> 'Actor':
        """The same with more that they may do."""
        return replace(self, permissions=self.permissions | more)

    def require(self, permission: Permission) -> None:
        """Raise ``NotAllowed`` unless the permission table grants it, ``StepUpNeeded`` when a person has to prove anew who they are."""
        if not self.may(permission):
            narrow = (
                f', which goes with the whole enterprise and not with {words(self.scope)}'
                if self._is_too_narrow(permission)
                else ''
            )
            raise NotAllowed(f'{self.name} may not do this: it needs {permission.value}{narrow}')
        if permission in STEP_UP and self.kind is ActorKind.PERSON and not self.raised:
            raise StepUpNeeded('this needs a fresh proof that it is you')

    def _is_too_narrow(self, permission: Permission) -> bool:
        return bool(self.scope) and permission in WHOLE


def granted(role: Role, scope: Scope = EVERYWHERE) -> frozenset[Permission]:
    """What a role includes, narrowed to a part of the enterprise or not."""
    return PERMISSIONS[role] - WHOLE if scope else PERMISSIONS[role]


def operator(enterprise: str) -> Actor:
    """Whoever gives a command on the machine itself; the journal cannot know who that was."""
    return system(enterprise, 'operator')


def system(enterprise: str, name: str) -> Actor:
    """The product itself, as a job of that name."""
    return Actor(ActorKind.SYSTEM, name, name, enterprise, frozenset(Permission))
