"""Who belongs to the enterprise: people and service accounts, listed, read, changed, removed, and service accounts added; invitations:
the one-time links by which people join, listed, made, withdrawn.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission, Role
from domain.accounts.model import Account, Person, PersonKind
from domain.changes.transactor import Transactor
from domain.common.text import folded
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import LinkService
from domain.people.service import PeopleService
from ui.api.http.responses import (
    SortKey,
    answer,
    checked_limit,
    expected_version,
    page,
    patched,
    sorted_by,
    sorted_page,
)
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.people import schemas
from ui.api.people.schemas import (
    INVITATION,
    NEW_INVITATION,
    NEW_INVITATION_ANSWER,
    PERSON,
    PERSON_BODY,
    NewInvitation,
    NewInvitationAnswer,
    PersonBody,
)

_SORTS: Mapping[str, SortKey[Person]] = {
    'name': lambda person: (folded(person.name), person.id),
    'email': lambda person: (person.email, person.id),
    'created_at': lambda person: (person.created_at, person.id),
}


class PeopleRoutes:
    """What the routes of people and service accounts do."""

    def __init__(self, people: PeopleService, transactor: Transactor) -> None:
        self._people = people
        self._fleets = transactor.fleets

    async def list_people(
        self,
        actor: Actor,
        kind: Annotated[frozenset[PersonKind], Query()] = frozenset(),
        role: Annotated[frozenset[Role], Query()] = frozenset(),
        q: Annotated[str, Query(max_length=200, description='Part of the name or of the e-mail address')] = '',
        sort: Annotated[
            str, Query(description='name, email or created_at, descending with a minus before it')
        ] = 'name',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        rows = [
            person
            for person in self._fleets.seen_by(actor)[Person].values()
            if (not kind or person.kind in kind)
            and (not role or person.role in role)
            and (folded(q) in folded(person.name) or q.casefold() in person.email)
        ]
        items, following, total = sorted_by(sort, _SORTS, rows, cursor=cursor, limit=limit)
        return page([self._shown(person) for person in items], following, total)

    async def add_service_account(self, actor: Actor, body: PersonBody) -> Response:
        """Programs work under it; people come by an invitation. Nobody gives a role that includes more than they may do themselves."""
        made = await self._people.add_service(actor, body.name, body.role, body.scope)
        return answer(self._shown(made), 201, version=made.version, location=f'{PREFIX}/people/{made.id}')

    async def read_person(self, actor: Actor, person_id: str) -> Response:
        person = self._fleets.seen_by(actor).need(Person, person_id)
        return answer(self._shown(person), version=person.version)

    async def change_person(self, actor: Actor, person_id: str, request: Request, body: MergePatch) -> Response:
        """``scope: null`` is all of the enterprise. Refused with 409 for the last administrator and for whom a provider's groups decide
        over. It counts from their next action on."""
        person = self._fleets.seen_by(actor).need(Person, person_id)
        version = expected_version(request, person.version)
        said = patched(body, self._shown(person), PersonBody)
        changed = await self._people.change_role(actor, person_id, version, said.role, said.scope, name=said.name)
        return answer(self._shown(changed), version=changed.version)

    async def remove_person(self, actor: Actor, person_id: str, request: Request) -> Response:
        """Their sessions here end and their tokens are revoked at once. Refused with 409 for the last administrator."""
        person = self._fleets.seen_by(actor).need(Person, person_id)
        expected_version(request, person.version)
        await self._people.remove(actor, person_id)
        return Response(status_code=204)

    def _shown(self, row: Person) -> schemas.Person:
        return schemas.person(row, self._fleets.installation[Account].get(row.account))


class InvitationRoutes:
    """What the routes of invitations do."""

    def __init__(self, links: LinkService, transactor: Transactor) -> None:
        self._links = links
        self._fleets = transactor.fleets
        self._clock = transactor.clock

    async def list_invitations(self, actor: Actor, limit: int = 50, cursor: str | None = None) -> Response:
        """Those that were neither accepted nor withdrawn, the newest first; expired ones for 30 days more."""
        links = self._fleets.seen_by(actor)[Link].values()
        items, following, total = sorted_page(
            [link for link in links if link.kind is LinkKind.INVITATION],
            lambda link: (link.created_at, link.id),
            descending=True,
            cursor=cursor,
            limit=checked_limit(limit),
        )
        now = self._clock()
        return page([schemas.invitation(link, now) for link in items], following, total)

    async def invite(self, actor: Actor, body: NewInvitation) -> Response:
        """It is good for 7 days and ends those that the same address has. Nobody gives a role that includes more than they may do
        themselves. Refused with 409 for a member."""
        name = body.name or body.email.partition('@')[0]
        made = await self._links.invite(actor, body.email, name, body.role, body.scope)
        return answer(NewInvitationAnswer(schemas.invitation(made.link, self._clock()), made.secret), 201)

    async def withdraw(self, actor: Actor, invitation_id: str) -> Response:
        await self._links.withdraw(actor, invitation_id)
        return Response(status_code=204)


ROUTES = (
    Route(
        method='GET',
        path='/people',
        handler=PeopleRoutes.list_people,
        summary='List people and service accounts',
        tag='people',
        permission=Permission.PEOPLE_READ,
        answer=PageOf(PERSON),
    ),
    Route(
        method='POST',
        path='/people',
        handler=PeopleRoutes.add_service_account,
        summary='Add a service account',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        body=PERSON_BODY,
        answer=PERSON,
        status=201,
    ),
    Route(
        method='GET',
        path='/people/{person_id}',
        handler=PeopleRoutes.read_person,
        summary='Read a person or service account',
        tag='people',
        permission=Permission.PEOPLE_READ,
        answer=PERSON,
    ),
    Route(
        method='PATCH',
        path='/people/{person_id}',
        handler=PeopleRoutes.change_person,
        summary='Change role, scope or name',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        body=PERSON_BODY,
        patch={'role': 'operator', 'scope': {'labels': {'site': ['port-1']}}},
        answer=PERSON,
    ),
    Route(
        method='DELETE',
        path='/people/{person_id}',
        handler=PeopleRoutes.remove_person,
        summary='Remove a person or service account',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        status=204,
    ),
)
INVITATION_ROUTES = (
    Route(
        method='GET',
        path='/invitations',
        handler=InvitationRoutes.list_invitations,
        summary='List invitations',
        tag='people',
        permission=Permission.PEOPLE_READ,
        answer=PageOf(INVITATION),
    ),
    Route(
        method='POST',
        path='/invitations',
        handler=InvitationRoutes.invite,
        summary='Invite a person',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        body=NEW_INVITATION,
        answer=NEW_INVITATION_ANSWER,
        status=201,
    ),
    Route(
        method='POST',
        path='/invitations/{invitation_id}/withdraw',
        handler=InvitationRoutes.withdraw,
        summary='Withdraw an invitation',
        tag='people',
        permission=Permission.PEOPLE_WRITE,
        status=204,
    ),
)
