"""Shifts: handed over with what is open, taken by the next person."""

from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.errors import NotFound
from domain.triage.handing_over import HandoverService
from domain.triage.model import Handover
from ui.api.handovers.schemas import HANDOVER, NEW_HANDOVER, NewHandover, handover
from ui.api.http.history import checked_cursor
from ui.api.http.responses import answer, checked_limit, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf


class HandoverRoutes:
    """What the routes do."""

    def __init__(self, handovers: HandoverService, transactor: Transactor) -> None:
        self._handovers = handovers
        self._fleets = transactor.fleets

    async def list_handovers(self, actor: Actor, limit: int = 50, cursor: str | None = None) -> Response:
        """Newest first, the last two hundred. A role that is narrowed to a part of the enterprise sees none."""
        limit, before = checked_limit(limit), checked_cursor(cursor)
        every = self._handovers.list(actor)
        rows = [row for row in every if before is None or row.id < before]
        following = rows[limit - 1].id if len(rows) > limit else None
        return page([handover(row) for row in rows[:limit]], following, len(every))

    async def read_handover(self, actor: Actor, handover_id: str) -> Response:
        found = self._fleets.seen_by(actor)[Handover].get(handover_id)
        if found is None:
            raise NotFound.of(Handover, handover_id)
        return answer(handover(found))

    async def hand_over(self, actor: Actor, body: NewHandover) -> Response:
        """What is open, who has what, what is acknowledged and snoozed, and the note are kept as they are now."""
        return answer(handover(await self._handovers.give(actor, body.note, body.person_id)), 201)

    async def take_handover(self, actor: Actor, handover_id: str) -> Response:
        """The person of this session takes the shift, and the open alerts that its giver had. Refused with 409 when it is taken."""
        return answer(handover(await self._handovers.take(actor, handover_id)))


ROUTES = (
    Route(
        method='GET',
        path='/handovers',
        handler=HandoverRoutes.list_handovers,
        summary='List hand-overs',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=PageOf(HANDOVER),
    ),
    Route(
        method='POST',
        path='/handovers',
        handler=HandoverRoutes.hand_over,
        summary='Hand a shift over',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        body=NEW_HANDOVER,
        answer=HANDOVER,
        status=201,
    ),
    Route(
        method='GET',
        path='/handovers/{handover_id}',
        handler=HandoverRoutes.read_handover,
        summary='Read a hand-over',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=HANDOVER,
    ),
    Route(
        method='POST',
        path='/handovers/{handover_id}/take',
        handler=HandoverRoutes.take_handover,
        summary='Take a shift over',
        tag='alerts',
        permission=Permission.ALERTS_WRITE,
        answer=HANDOVER,
    ),
)
