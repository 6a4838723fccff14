"""``GET /audit``: who did what to what, from where, newest first."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.audit.model import AuditQuery
from domain.audit.service import AuditService
from domain.common.errors import Invalid
from domain.devices.unwatched.events import TimeUnwatched
from ui.api.audit.schemas import AUDIT_ENTRY, UNWATCHED_TIME, audit_entry, unwatched_time
from ui.api.http.fields import Moment, read_subject
from ui.api.http.responses import answer, checked_limit
from ui.api.http.route import Route
from ui.api.http.schema import NEXT, ArrayOf, PageOf


class AuditRoutes:
    """What the route does."""

    def __init__(self, audit: AuditService) -> None:
        self._audit = audit

    async def read_audit(
        self,
        actor: Actor,
        cursor: Annotated[str | None, Query(description='The `next` of the page before')] = None,
        who: Annotated[list[str] | None, Query(description='A kind and an id, such as `person/01K…`')] = None,
        kind: Annotated[list[str] | None, Query(description='Kinds of things, such as `device`')] = None,
        subject: Annotated[str | None, Query(description='A kind and an id, such as `device/01K…`')] = None,
        since: Annotated[Moment | None, Query(description='From this moment on')] = None,
        until: Annotated[Moment | None, Query(description='Before this moment')] = None,
        q: Annotated[str, Query(max_length=200, description='Text in who, what, values or address')] = '',
        limit: int = 100,
    ) -> Response:
        """What people and programs did, and every sign-in and refusal; the newest first."""
        query = AuditQuery(
            actors=tuple(who or ()),
            subjects=tuple(kind or ()),
            subject=read_subject(subject) if subject is not None else None,
            since=_moment(since),
            until=_moment(until),
            text=q,
        )
        limit = checked_limit(limit)
        found = await self._audit.entries(actor, query, before=_place(cursor), limit=limit)
        following = str(found[-1].sequence) if len(found) == limit else None
        return answer({'items': [audit_entry(recorded) for recorded in found], 'next': following})

    async def list_unwatched(
        self,
        actor: Actor,
        since: Annotated[Moment | None, Query(description='Noticed from this moment on')] = None,
        until: Annotated[Moment | None, Query(description='Noticed before this moment')] = None,
        limit: int = 100,
    ) -> Response:
        """Times in which this server noticed nothing, in any enterprise: it was away, or its clock was set. The newest first."""
        limit = checked_limit(limit)
        found = await self._audit.unwatched(actor, since=_moment(since), until=_moment(until), limit=limit)
        return answer([unwatched_time(one) for each in found if isinstance(one := each.entry, TimeUnwatched)])


def _place(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and 0 < len(cursor) <= 18):
        raise Invalid('this cursor is not one of ours; leave it out to begin again', field='cursor')
    return int(cursor)


def _moment(given: datetime | None) -> float | None:
    return given.timestamp() if given is not None else None


ROUTES = (
    Route(
        method='GET',
        path='/audit',
        handler=AuditRoutes.read_audit,
        summary='Read the audit trail',
        tag='audit',
        permission=Permission.AUDIT_READ,
        answer=PageOf(AUDIT_ENTRY, {'next': NEXT}),
    ),
    Route(
        method='GET',
        path='/audit/unwatched',
        handler=AuditRoutes.list_unwatched,
        summary='List times that were not watched',
        tag='audit',
        permission=Permission.AUDIT_READ,
        answer=ArrayOf(UNWATCHED_TIME),
    ),
)
