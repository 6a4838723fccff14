"""Violations: open ones by any filter, closed ones from history."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.enforcement.listing.query import ViolationQuery, violations_by_id
from domain.enforcement.listing.responses import Response as ViolationResponse
from domain.fleet.fleet import Fleet
from domain.policies.violations import Violation
from ui.api.http.fields import Moment, read_labels
from ui.api.http.history import State, checked_cursor, newest_first, open_or_closed
from ui.api.http.responses import answer, checked_limit, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.policies import schemas
from ui.api.policies.schemas import VIOLATION


class ViolationRoutes:
    """What the routes of violations do."""

    def __init__(self, transactor: Transactor, store: Store) -> None:
        self._fleets = transactor.fleets
        self._clock = transactor.clock
        self._store = store

    async def list_violations(
        self,
        actor: Actor,
        state: State = State.OPEN,
        device: Annotated[str | None, Query(description='Id of the device')] = None,
        policy: Annotated[frozenset[str], Query(description='Ids of policies')] = frozenset(),
        severity: Annotated[frozenset[Severity], Query()] = frozenset(),
        since: Annotated[Moment | None, Query(description='Opened then or later')] = None,
        label: Annotated[tuple[str, ...], Query(description='`key=value`; several mean all of them')] = (),
        tower: Annotated[frozenset[str], Query(description='Ids of towers that serve the device now')] = frozenset(),
        response: Annotated[
            frozenset[ViolationResponse], Query(alias='answer', description='What is done about it')
        ] = frozenset(),
        q: Annotated[
            str, Query(max_length=200, description='Part of the name of device or policy, or of an identifier')
        ] = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Newest first; several values of one filter mean any of them, several filters mean all of them. Closed violations can be narrowed
        by device, policy, severity and ``since``."""
        query = ViolationQuery(
            text=q,
            device=device or '',
            policy=policy,
            severity=severity,
            since=None if since is None else since.timestamp(),
            labels={key: frozenset({value}) for key, value in read_labels(label).items()},
            tower=tower,
            response=response,
        )
        checked_cursor(cursor)
        fleet, now = self._fleets.seen_by(actor), self._clock()
        if state is State.OPEN:
            ids, following, total = violations_by_id(fleet, query, now, before=cursor, limit=checked_limit(limit))
            shown = [schemas.violation(fleet, fleet[Violation][id], now) for id in ids]
            return page(shown, following, total)
        rows, following = await self._past(fleet, query, state, cursor=cursor, limit=checked_limit(limit))
        return page([schemas.violation(fleet, row, now) for row in rows], following, None)

    async def _past(
        self, fleet: Fleet, query: ViolationQuery, state: State, *, cursor: str | None, limit: int
    ) -> tuple[list[Violation], str | None]:
        """Closed ones, or all, from the store."""
        for field, asked in {
            'tower': query.tower,
            'label': query.labels,
            'answer': query.response,
            'q': query.text,
        }.items():
            if asked:
                raise Invalid('narrows open violations alone: leave it out, or ask for state=open', field=field)
        for field, values in {'policy': query.policy, 'severity': query.severity}.items():
            if len(values) > 1:
                raise Invalid('of closed violations ask for one at a time', field=field)
        rows, following, _ = await newest_first(
            self._store,
            Violation,
            fleet,
            (),
            state=state,
            equal={
                'device': query.device or None,
                'policy': next(iter(query.policy), None),
                'severity': next(iter(query.severity), None),
            },
            cursor=cursor,
            limit=limit,
        )
        kept = [row for row in rows if query.since is None or row.opened_at >= query.since]
        return kept, following if len(kept) == len(rows) else None  # what follows is older still

    async def list_violations_of(
        self, actor: Actor, device_id: str, state: State = State.ALL, limit: int = 50, cursor: str | None = None
    ) -> Response:
        """Newest first, cleared ones too."""
        self._fleets.seen_by(actor).need(Device, device_id)
        return await self.list_violations(actor, state, device_id, limit=limit, cursor=cursor)

    async def read_violation(self, actor: Actor, violation_id: str) -> Response:
        fleet = self._fleets.seen_by(actor)
        row = await open_or_closed(self._store, Violation, fleet, violation_id)
        return answer(schemas.violation(fleet, row, self._clock()))


ROUTES = (
    Route(
        method='GET',
        path='/violations',
        handler=ViolationRoutes.list_violations,
        summary='List violations',
        tag='violations',
        permission=Permission.DEVICES_READ,
        answer=PageOf(VIOLATION),
    ),
    Route(
        method='GET',
        path='/devices/{device_id}/violations',
        handler=ViolationRoutes.list_violations_of,
        summary='Violations of a device',
        tag='violations',
        permission=Permission.DEVICES_READ,
        answer=PageOf(VIOLATION),
    ),
    Route(
        method='GET',
        path='/violations/{violation_id}',
        handler=ViolationRoutes.read_violation,
        summary='Read a violation',
        tag='violations',
        permission=Permission.DEVICES_READ,
        answer=VIOLATION,
    ),
)
