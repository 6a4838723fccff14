"""``GET /journal``: what happened, page by page; and the JSON shape of an entry, which the event socket shares."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.journal.model import Entry, Recorded, Subject
from domain.kinds import ENTRIES
from ui.api.http.bearer import BearerAuth
from ui.api.http.openapi import operation, reference
from ui.api.http.responses import answer, checked_limit
from ui.api.shapes import Time
from ui.api.wire import time_text


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the journal: what kind of thing happened to whom, who was behind it, and the fields of that kind in ``data``."""

    sequence: int
    kind: str
    at: Time
    subject: Subject | None = None
    by: str = ''
    data: Mapping[str, Any] = {}


_COMMON = frozenset(spec.name for spec in fields(Entry))
_KINDS: Mapping[type, tuple[str, tuple[str, ...]]] = {
    kind: (
        re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower(),
        tuple(spec.name for spec in fields(kind) if spec.name not in _COMMON),
    )
    for name, kind in ENTRIES.items()
}


def event(recorded: Recorded) -> Event:
    """The shape of an entry; ``kind`` is its name in snake case, such as ``presence_changed``."""
    entry = recorded.entry
    kind, names = _KINDS[type(entry)]
    return Event(
        sequence=recorded.sequence,
        kind=kind,
        at=time_text(entry.at),
        subject=entry.subject,
        by=entry.by,
        data={name: getattr(entry, name) for name in names},
    )


def add_journal(api: APIRouter, *, transactor: Transactor, store: Store, auth: BearerAuth) -> None:
    """Put the route on ``api``."""
    reader = Annotated[Actor, Depends(auth.may(Permission.EVENTS_READ))]
    described = {
        'type': 'object',
        'required': ['items', 'next', 'newest'],
        'properties': {
            'items': {'type': 'array', 'items': reference(Event)},
            'next': {'type': ['integer', 'null'], 'description': 'Go on with it as `after` (or `before`)'},
            'newest': {'type': 'integer', 'description': 'The last entry there is'},
        },
    }

    @api.get(
        '/journal',
        tags=['journal'],
        **operation('program', 'Read the journal', scope=Permission.EVENTS_READ, answer=described),
    )
    async def read_journal(
        actor: reader,
        after: Annotated[int | None, Query(ge=0)] = None,
        before: Annotated[int | None, Query(ge=1)] = None,
        subject: Annotated[str | None, Query(description='A kind and an id, such as `device/01K…`')] = None,
        limit: int = 100,
    ) -> Response:
        """With ``after`` oldest first from there on, otherwise newest first. ``subject`` goes with ``before`` alone."""
        if after is not None and (before is not None or subject is not None):
            raise Invalid('goes alone: without before and subject', field='after')
        limit = checked_limit(limit)
        if after is not None:
            found = await store.journal_after(actor.enterprise, after, limit)
        else:
            about = _subject(subject) if subject is not None else None
            found = await store.journal_before(actor.enterprise, before, limit, subject=about)
        following = found[-1].sequence if len(found) == limit else None
        newest = transactor.fleets.of(actor.enterprise).sequence
        return answer({'items': [event(each) for each in found], 'next': following, 'newest': newest})


def _subject(text: str) -> tuple[str, str]:
    kind, slash, id = text.partition('/')
    if not (kind and slash and id):
        raise Invalid('write a kind, a slash and an id', field='subject')
    return kind, id
