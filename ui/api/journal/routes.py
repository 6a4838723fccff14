"""``GET /journal``: what happened, page by page."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from ui.api.http.fields import read_subject
from ui.api.http.responses import answer, checked_limit
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.journal.schemas import EVENT, event


class JournalRoutes:
    """What the route does."""

    def __init__(self, transactor: Transactor, store: Store) -> None:
        self._fleets = transactor.fleets
        self._store = store

    async def read_journal(
        self,
        actor: Actor,
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
            found = await self._store.journal_after(actor.enterprise, after, limit)
        else:
            about = read_subject(subject) if subject is not None else None
            found = await self._store.journal_before(actor.enterprise, before, limit, subject=about)
        following = found[-1].sequence if len(found) == limit else None
        newest = self._fleets.of(actor.enterprise).sequence
        return answer({'items': [event(each) for each in found], 'next': following, 'newest': newest})


READS = Permission.EVENTS_READ
ROUTES = (
    Route(
        method='GET',
        path='/journal',
        handler=JournalRoutes.read_journal,
        summary='Read the journal',
        tag='journal',
        permission=READS,
        answer=PageOf(
            EVENT,
            {
                'next': {'type': ['integer', 'null'], 'description': 'Go on with it as `after` (or `before`)'},
                'newest': {'type': 'integer', 'description': 'The last entry there is'},
            },
        ),
    ),
)
