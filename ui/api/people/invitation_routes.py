"""Invitations: the one-time links by which people join, listed, made, withdrawn."""

from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission, Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.changes.transactor import Transactor
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import LinkService
from ui.api import wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, page, sorted_page
from ui.api.shapes import Time


class InvitationState(StrEnum):
    """Whether an invitation can still be accepted."""

    OPEN = 'open'
    EXPIRED = 'expired'


class Invitation(msgspec.Struct, kw_only=True, frozen=True):
    """What somebody will be once they accept."""

    id: str
    email: str
    name: str
    role: Role
    scope: Scope
    state: InvitationState
    by: str
    created_at: Time
    expires_at: Time


class NewInvitation(msgspec.Struct, kw_only=True, frozen=True):
    """Whom to invite, as what; ``name`` is a beginning that they can change, without it the address is."""

    email: str
    role: Role
    name: str = ''
    scope: Scope = EVERYWHERE


class NewInvitationAnswer(msgspec.Struct, frozen=True):
    """The invitation and its secret, told this once: the person opens ``/join/{secret}`` at the console. Nothing is mailed."""

    invitation: Invitation
    secret: str


def add_invitations(api: APIRouter, *, links: LinkService, transactor: Transactor, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.PEOPLE_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.PEOPLE_WRITE))]

    def shown(link: Link) -> Invitation:
        return Invitation(
            id=link.id,
            email=link.email,
            name=link.name,
            role=link.role,
            scope=link.scope,
            state=InvitationState.EXPIRED if link.expires_at <= transactor.clock() else InvitationState.OPEN,
            by=link.by,
            created_at=wire.time_text(link.created_at),
            expires_at=wire.time_text(link.expires_at),
        )

    @api.get(
        '/invitations',
        tags=['people'],
        **operation('program', 'List invitations', scope=Permission.PEOPLE_READ, answer=list_of(Invitation)),
    )
    async def list_invitations(actor: reader, limit: int = 50, cursor: str | None = None) -> Response:
        """Those that were neither accepted nor withdrawn, the newest first; expired ones for 30 days more."""
        links = transactor.fleets.seen_by(actor)[Link].values()
        items, following, total = sorted_page(
            [link for link in links if link.kind is LinkKind.INVITATION],
            lambda link: (link.created_at, link.id),
            descending=True,
            cursor=cursor,
            limit=checked_limit(limit),
        )
        return page([shown(link) for link in items], following, total)

    @api.post(
        '/invitations',
        tags=['people'],
        **operation(
            'program',
            'Invite a person',
            scope=Permission.PEOPLE_WRITE,
            body=NewInvitation,
            answer=NewInvitationAnswer,
            status=201,
        ),
    )
    async def invite(actor: writer, new: Annotated[NewInvitation, Depends(body(NewInvitation))]) -> Response:
        """It is good for 7 days and ends those that the same address has. Nobody gives a role that includes more than they may do
        themselves. Refused with 409 for a member."""
        name = new.name or new.email.partition('@')[0]
        made = await links.invite(actor, new.email, name, new.role, new.scope)
        return answer(NewInvitationAnswer(shown(made.link), made.secret), 201)

    @api.post(
        '/invitations/{invitation_id}/withdraw',
        tags=['people'],
        **operation('program', 'Withdraw an invitation', scope=Permission.PEOPLE_WRITE, status=204),
    )
    async def withdraw(actor: writer, invitation_id: str) -> Response:
        await links.withdraw(actor, invitation_id)
        return Response(status_code=204)
