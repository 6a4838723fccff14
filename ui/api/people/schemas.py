"""People, service accounts and invitations in JSON."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts import model
from domain.accounts.model import Account, PersonKind
from domain.people.model import Link
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema


class PersonBody(Struct, kw_only=True, frozen=True):
    """What can be said of a member of the enterprise."""

    name: str
    role: Role
    scope: Scope = EVERYWHERE


_MEMBER: dict[str, Any] = {
    'name': 'Bob Crane',
    'role': 'operator',
    'scope': {'labels': {'site': ['port-1']}, 'regions': []},
}
PERSON_BODY = Schema(PersonBody, _MEMBER)


class Standing(StrEnum):
    """Whether an account is let in; a suspended account is let in nowhere."""

    ACTIVE = 'active'
    SUSPENDED = 'suspended'


class Person(Struct, kw_only=True, frozen=True):
    """A person who signs in here, or a service account (then ``email`` is empty). ``scope`` is the part of the enterprise that the role is
    narrowed to, all of it when it names nothing; the groups of ``provider``, where there is one, decide over both."""

    id: str
    kind: PersonKind
    name: str
    email: str
    role: Role
    scope: Scope
    provider: str
    state: Standing
    two_step: bool
    created_at: Time
    version: int


PERSON = Schema(
    Person,
    {
        'id': '01KAPXGN1RW5Y9D3E8H2K4A1PS',
        'kind': 'person',
        **_MEMBER,
        'email': 'bob@example.com',
        'provider': '',
        'state': 'active',
        'two_step': True,
        'created_at': '2026-10-02T10:00:00.000Z',
        'version': 2,
    },
)


def person(row: model.Person, account: Account | None) -> Person:
    """A member, and the account behind it where there is one."""
    is_suspended = account is not None and account.suspended_at is not None
    return Person(
        id=row.id,
        kind=row.kind,
        name=row.name,
        email=row.email,
        role=row.role,
        scope=row.scope,
        provider=row.provider,
        state=Standing.SUSPENDED if is_suspended else Standing.ACTIVE,
        two_step=account is not None and account.totp is not None,
        created_at=time_text(row.created_at),
        version=row.version,
    )


class InvitationState(StrEnum):
    """Whether an invitation can still be accepted."""

    OPEN = 'open'
    EXPIRED = 'expired'


class Invitation(Struct, kw_only=True, frozen=True):
    """What an invited person will be once they accept."""

    id: str
    email: str
    name: str
    role: Role
    scope: Scope
    state: InvitationState
    by: str
    created_at: Time
    expires_at: Time


INVITATION = Schema(
    Invitation,
    {
        'id': '01KAPXEK9PT3W7B1C6F0H2Y9MQ',
        'email': 'bob@example.com',
        **_MEMBER,
        'state': 'open',
        'by': 'Ana Admin',
        'created_at': '2026-11-22T08:00:00.000Z',
        'expires_at': '2026-11-29T08:00:00.000Z',
    },
)


def invitation(link: Link, now: float) -> Invitation:
    """An invitation by its one-time link."""
    return Invitation(
        id=link.id,
        email=link.email,
        name=link.name,
        role=link.role,
        scope=link.scope,
        state=InvitationState.EXPIRED if link.expires_at <= now else InvitationState.OPEN,
        by=link.by,
        created_at=time_text(link.created_at),
        expires_at=time_text(link.expires_at),
    )


class NewInvitation(Struct, kw_only=True, frozen=True):
    """Whom to invite, as what; ``name`` is a beginning that they can change, without it the address is."""

    email: str
    role: Role
    name: str = ''
    scope: Scope = EVERYWHERE


NEW_INVITATION = Schema(NewInvitation, {'email': 'bob@example.com', **_MEMBER})


class NewInvitationAnswer(Struct, frozen=True):
    """The invitation and its secret, told this once: the person opens ``/join/{secret}`` at the console. Nothing is mailed."""

    invitation: Invitation
    secret: str


NEW_INVITATION_ANSWER = Schema(
    NewInvitationAnswer,
    {'invitation': INVITATION.example, 'secret': 'cwl_…'},  # nosec B105 - an example
)
