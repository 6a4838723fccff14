"""Who belongs to the enterprise: people and service accounts, listed, read, changed, removed, and service accounts added."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission, Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Account, PersonKind
from domain.accounts.model import Person as DomainPerson
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.people.service import PeopleService
from ui.api import wire
from ui.api.http.bearer import BearerAuth
from ui.api.http.bodies import body, json_object
from ui.api.http.openapi import list_of, operation
from ui.api.http.responses import answer, checked_limit, expected_version, page, patched, sorted_page
from ui.api.shapes import Time


class Standing(StrEnum):
    """Whether somebody is let in; a suspended account is let in nowhere."""

    ACTIVE = 'active'
    SUSPENDED = 'suspended'


class Person(msgspec.Struct, kw_only=True, frozen=True):
    """Somebody who signs in here, or a service account (then ``email`` is empty). ``scope`` is the part of the enterprise that the role is
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


class PersonBody(msgspec.Struct, kw_only=True, frozen=True):
    """What can be said of a member of the enterprise."""

    name: str
    role: Role
    scope: Scope = EVERYWHERE


def add_people(api: APIRouter, *, people: PeopleService, transactor: Transactor, auth: BearerAuth) -> None:
    """Put the routes on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.PEOPLE_READ))]
    writer = Annotated[Actor, Depends(auth.may(Permission.PEOPLE_WRITE))]

    def shown(row: DomainPerson) -> Person:
        account = transactor.fleets.installation[Account].get(row.account)
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
            created_at=wire.time_text(row.created_at),
            version=row.version,
        )

    @api.get(
        '/people',
        tags=['people'],
        **operation(
            'program', 'List people and service accounts', scope=Permission.PEOPLE_READ, answer=list_of(Person)
        ),
    )
    async def list_people(
        actor: reader,
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
            for person in transactor.fleets.seen_by(actor)[DomainPerson].values()
            if (not kind or person.kind in kind)
            and (not role or person.role in role)
            and (q.casefold() in person.name.casefold() or q.casefold() in person.email)
        ]
        key, limit = _sort_key(sort.removeprefix('-')), checked_limit(limit)
        items, following, total = sorted_page(rows, key, descending=sort.startswith('-'), cursor=cursor, limit=limit)
        return page([shown(person) for person in items], following, total)

    @api.post(
        '/people',
        tags=['people'],
        **operation(
            'program',
            'Add a service account',
            scope=Permission.PEOPLE_WRITE,
            body=PersonBody,
            answer=Person,
            status=201,
        ),
    )
    async def add_service_account(actor: writer, new: Annotated[PersonBody, Depends(body(PersonBody))]) -> Response:
        """Programs work under it; people come by an invitation. Nobody gives a role that includes more than they may do themselves."""
        made = await people.add_service(actor, new.name, new.role, new.scope)
        return answer(shown(made), 201, version=made.version, location=f'/api/v1/people/{made.id}')

    @api.get(
        '/people/{person_id}',
        tags=['people'],
        **operation('program', 'Read a person or service account', scope=Permission.PEOPLE_READ, answer=Person),
    )
    async def read_person(actor: reader, person_id: str) -> Response:
        person = transactor.fleets.seen_by(actor).need(DomainPerson, person_id)
        return answer(shown(person), version=person.version)

    @api.patch(
        '/people/{person_id}',
        tags=['people'],
        **operation(
            'program',
            'Change role, scope or name',
            scope=Permission.PEOPLE_WRITE,
            body=PersonBody,
            patch={'role': 'operator', 'scope': {'labels': {'site': ['port-1']}}},
            answer=Person,
        ),
    )
    async def change_person(
        actor: writer, person_id: str, request: Request, patch: Annotated[dict[str, object], Depends(json_object)]
    ) -> Response:
        """``scope: null`` is all of the enterprise. Refused with 409 for the last administrator and for whom a provider's groups decide
        over. It counts from their next action on."""
        person = transactor.fleets.seen_by(actor).need(DomainPerson, person_id)
        version = expected_version(request, person.version)
        said = patched(patch, shown(person), PersonBody)
        changed = await people.change_role(actor, person_id, version, said.role, said.scope, name=said.name)
        return answer(shown(changed), version=changed.version)

    @api.delete(
        '/people/{person_id}',
        tags=['people'],
        **operation('program', 'Remove a person or service account', scope=Permission.PEOPLE_WRITE, status=204),
    )
    async def remove_person(actor: writer, person_id: str, request: Request) -> Response:
        """Their sessions here end and their tokens are revoked at once. Refused with 409 for the last administrator."""
        person = transactor.fleets.seen_by(actor).need(DomainPerson, person_id)
        expected_version(request, person.version)
        await people.remove(actor, person_id)
        return Response(status_code=204)


def _sort_key(name: str) -> Callable[[DomainPerson], tuple[str | float, str]]:
    keys: dict[str, Callable[[DomainPerson], tuple[str | float, str]]] = {
        'name': lambda person: (person.name.casefold(), person.id),
        'email': lambda person: (person.email, person.id),
        'created_at': lambda person: (person.created_at, person.id),
    }
    if name not in keys:
        raise Invalid(f'sort by one of {", ".join(keys)}', field='sort')
    return keys[name]
