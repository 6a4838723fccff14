"""``GET /audit``: who did what to what, from where, newest first; the shape of an entry of the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.audit.model import AuditQuery
from domain.audit.service import AuditService
from domain.common.errors import Invalid
from domain.journal.model import Recorded, Subject
from ui.api.http.bearer import BearerAuth
from ui.api.http.openapi import operation, reference
from ui.api.http.responses import answer, checked_limit
from ui.api.journal.routes import event
from ui.api.shapes import Time


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the audit trail. ``actor`` is the kind and id of whoever acted (empty when nobody is known), ``by`` their name;
    what an edit changed stands in ``data.changes`` as name: [before, after]. ``digest`` is the link of the journal's hash chain."""

    sequence: int
    kind: str
    at: Time
    subject: Subject
    actor: str
    by: str
    address: str
    data: Mapping[str, Any]
    digest: str


def entry_shape(recorded: Recorded) -> AuditEntry:
    """The shape of an entry."""
    entry, shared = recorded.entry, event(recorded)
    return AuditEntry(
        sequence=recorded.sequence,
        kind=shared.kind,
        at=shared.at,
        subject=entry.subject,
        actor=entry.actor,
        by=entry.by,
        address=entry.address,
        data=shared.data,
        digest=recorded.digest,
    )


def add_audit(api: APIRouter, *, audit: AuditService, auth: BearerAuth) -> None:
    """Put the route on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.AUDIT_READ))]
    described = {
        'type': 'object',
        'required': ['items', 'next'],
        'properties': {
            'items': {'type': 'array', 'items': reference(AuditEntry)},
            'next': {'type': ['string', 'null'], 'description': 'Cursor of the next page; null at the end'},
        },
    }

    @api.get(
        '/audit',
        tags=['audit'],
        **operation('program', 'Read the audit trail', scope=Permission.AUDIT_READ, answer=described),
    )
    async def read_audit(
        actor: reader,
        cursor: Annotated[str | None, Query(description='The `next` of the page before')] = None,
        who: Annotated[list[str] | None, Query(description='A kind and an id, such as `person/01K…`')] = None,
        kind: Annotated[list[str] | None, Query(description='Kinds of things, such as `device`')] = None,
        subject: Annotated[str | None, Query(description='A kind and an id, such as `device/01K…`')] = None,
        since: Annotated[AwareDatetime | None, Query(description='From this moment on')] = None,
        until: Annotated[AwareDatetime | None, Query(description='Before this moment')] = None,
        q: Annotated[str, Query(max_length=200, description='Text in who, what, values or address')] = '',
        limit: int = 100,
    ) -> Response:
        """What people and programs did, and every sign-in and refusal; the newest first."""
        query = AuditQuery(
            actors=tuple(who or ()),
            subjects=tuple(kind or ()),
            subject=_subject(subject) if subject is not None else None,
            since=_moment(since),
            until=_moment(until),
            text=q,
        )
        limit = checked_limit(limit)
        found = await audit.entries(actor, query, before=_place(cursor), limit=limit)
        following = str(found[-1].sequence) if len(found) == limit else None
        return answer({'items': [entry_shape(recorded) for recorded in found], 'next': following})


def _place(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and 0 < len(cursor) <= 18):
        raise Invalid('this cursor is not one of ours; leave it out to begin again', field='cursor')
    return int(cursor)


def _subject(text: str) -> tuple[str, str]:
    kind, slash, id = text.partition('/')
    if not (kind and slash and id):
        raise Invalid('write a kind, a slash and an id', field='subject')
    return kind, id


def _moment(given: datetime | None) -> float | None:
    return given.timestamp() if given is not None else None
