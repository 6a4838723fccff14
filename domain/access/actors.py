"""Who acts: a person, a program, an operator at the command line, or the clock."""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.access.permissions import ENTERPRISE_WIDE, PERMISSIONS, STEP_UP, Permission, Role
from domain.access.scopes import EVERYWHERE, Scope, words
from domain.common.errors import NotAllowed, StepUpNeeded


class ActorKind(StrEnum):
    """Who makes a change."""

    PERSON = 'person'
    PROGRAM = 'program'
    SYSTEM = 'system'


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program that acts, in one enterprise, with what they may do. Handlers pass it on; services ask it.

    ``address`` is where they act from; ``recently_verified`` says that a person has just proved anew who they are; ``authenticated``
    that they showed a session, token or credential, so that the transactor looks at it once more when the change is decided (see
    :mod:`domain.sign_in.recheck`), for a person at the ``session`` of that id.
    """

    kind: ActorKind
    id: str
    name: str
    enterprise: str
    permissions: frozenset[Permission]
    scope: Scope = EVERYWHERE
    address: str = ''
    recently_verified: bool = False
    authenticated: bool = False
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
        if permission in STEP_UP and self.kind is ActorKind.PERSON and not self.recently_verified:
            raise StepUpNeeded('this needs a fresh proof that it is you')

    def _is_too_narrow(self, permission: Permission) -> bool:
        return bool(self.scope) and permission in ENTERPRISE_WIDE


def granted(role: Role, scope: Scope = EVERYWHERE) -> frozenset[Permission]:
    """What a role includes, narrowed to a part of the enterprise or not."""
    return PERMISSIONS[role] - ENTERPRISE_WIDE if scope else PERMISSIONS[role]


def operator(enterprise: str) -> Actor:
    """A person at the command line of the machine itself; the journal cannot know who that was."""
    return system(enterprise, 'operator')


def system(enterprise: str, name: str) -> Actor:
    """The product itself, as a job of that name."""
    return Actor(ActorKind.SYSTEM, name, name, enterprise, frozenset(Permission))
