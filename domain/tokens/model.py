"""Secrets that let programs and devices in, each kept as a digest only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Permission, Role
from domain.access.scopes import EVERYWHERE
from domain.accounts.model import Person, PersonKind
from domain.common.errors import Invalid
from domain.common.text import folded

TOKENS_S = 30 * 86_400.0  # :class:`domain.changes.store.Retention` keeps them as long
"""A token that was revoked or has expired is still shown, and kept, for this long."""


_COLLECTS = Permission.DEVICES_WRITE
"""A token that may change devices may collect for them."""


class TokenKind(StrEnum):
    """``api`` tokens let programs in, ``enrolment`` tokens let devices in, once each."""

    API = 'api'
    ENROLMENT = 'enrolment'


class TokenState(StrEnum):
    """Whether an enrolment token still lets devices in."""

    VALID = 'valid'
    EXPIRED = 'expired'
    USED_UP = 'used_up'


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A secret handed to a program or a roll-out, kept as the hex SHA-256 of itself. ``uses_left`` ``None`` means without limit.
    ``beginning`` is how the secret begins, so that people can see which one leaked; empty for tokens older than it.

    An API token may belong to a ``person`` (or a service account): it never opens more than they may themselves, and ends with them.
    An enrolment token confers ``labels`` and, where it says one, a ``criticality`` (a word of devices). It may ask for ``approval`` of
    each device; with ``replaces`` a device that is in use may enrol again by it without an approval.
    """

    id: str
    enterprise: str
    kind: TokenKind
    name: str
    digest: str
    created_at: float
    scopes: tuple[Permission, ...] = ()
    expires_at: float | None = None
    uses_left: int | None = None
    person: str | None = None
    created_by: str = ''
    labels: Mapping[str, str] = field(default_factory=dict)
    approval: bool = False
    replaces: bool = False
    used_at: float | None = None
    used_from: str = ''
    revoked_at: float | None = None
    beginning: str = ''
    criticality: str = ''

    def is_over(self, moment: float) -> bool:
        """True once it has expired."""
        return self.expires_at is not None and self.expires_at <= moment

    def state(self, moment: float) -> TokenState:
        """Whether it still lets devices in."""
        if self.is_over(moment):
            return TokenState.EXPIRED
        return TokenState.USED_UP if self.uses_left is not None and self.uses_left <= 0 else TokenState.VALID

    def fits(self, text: str) -> bool:
        """True when ``text`` is part of the name, or when the secret begins with it."""
        return folded(text) in folded(self.name) or self.beginning.startswith(text)

    def actor(self, owner: Person | None, *, address: str = '') -> Actor:
        """This program as an actor: with its scopes, as far as the person it belongs to may do the same."""
        permissions, scope = frozenset(self.scopes), EVERYWHERE
        if owner is not None:
            scope = owner.scope
            permissions &= grantable(owner)
        return Actor(ActorKind.PROGRAM, self.id, self.name, self.enterprise, permissions, scope, address)


def grantable(owner: Person) -> frozenset[Permission]:
    """What a token of this person or service account may be given: what they may do, and for a collector the word of devices."""
    own = owner.actor().permissions
    # a person's word is no device's, a program may collect for devices
    return own | {Permission.CHECKINS_WRITE} if collects(owner) else own


def check_scopes(owner: Person, scopes: Iterable[Permission]) -> None:
    """Raise ``Invalid`` for a scope that goes beyond what the owner of the token may do."""
    if beyond := sorted(set(scopes) - grantable(owner)):
        part = 'part of the enterprise' if owner.scope else 'role'
        raise Invalid(f'{owner.name} may not do {", ".join(beyond)}: its {part} does not include it', field='scopes')


def least_role(scopes: Iterable[Permission]) -> Role:
    """The role of a service account whose token is to have these scopes; raises ``Invalid`` when no role includes them."""
    wanted = set(scopes)
    if not wanted:
        raise Invalid(f'name at least one scope: {", ".join(Permission)}', field='scopes')
    needed = wanted - {Permission.CHECKINS_WRITE} | ({_COLLECTS} if Permission.CHECKINS_WRITE in wanted else set())
    role = next((role for role in Role if needed <= PERMISSIONS[role]), None)
    if role is None:
        raise Invalid(f'no role includes {", ".join(sorted(needed - PERMISSIONS[Role.ADMIN]))}', field='scopes')
    return role


def collects(owner: Person) -> bool:
    """True for a service account that may hand in check-ins: one that may change devices, anywhere."""
    return owner.kind is PersonKind.SERVICE and not owner.scope and owner.actor().may(_COLLECTS)
