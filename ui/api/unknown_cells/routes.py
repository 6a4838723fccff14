"""Cells that no tower lists: read, trusted, called false, listed at a tower."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.devices.unknown_cells.model import CellStanding, UnknownCell
from domain.devices.unknown_cells.service import UnknownCellService
from domain.devices.unknown_cells.surroundings import tower_that_lists
from ui.api.http.bodies import epoch
from ui.api.http.responses import answer, maybe_version, page, sorted_by
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.unknown_cells.schemas import (
    CELL_REASON,
    CELL_TOWER,
    CELL_TRUST,
    UNKNOWN_CELL_SHOWN,
    CellReason,
    CellTower,
    CellTrust,
    unknown_cell,
)

_Sort = Annotated[str, Query(pattern='^-?(last_at|first_at|devices)$')]
_Standing = Annotated[str, Query(pattern='^(|unknown|trusted|rogue|listed)$')]
_SORTS = {
    'last_at': lambda row: (row.last_at, row.id),
    'first_at': lambda row: (row.first_at, row.id),
    'devices': lambda row: (row.devices, row.id),
}


class UnknownCellRoutes:
    """What the routes do."""

    def __init__(self, cells: UnknownCellService, transactor: Transactor) -> None:
        self._cells = cells
        self._fleets = transactor.fleets

    async def list_unknown_cells(
        self,
        actor: Actor,
        sort: _Sort = '-last_at',
        standing: _Standing = '',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """The newest first. A role that is narrowed to a part sees what its devices told of."""
        fleet, now = self._fleets.seen_by(actor), self._cells.now()

        def fits(row: UnknownCell) -> bool:
            is_listed = tower_that_lists(fleet, row) is not None
            return standing in ('', 'listed' if is_listed else row.standing_at(now).value)

        rows = [row for row in self._cells.rows(actor) if fits(row)]
        items, following, total = sorted_by(sort, _SORTS, rows, cursor=cursor, limit=limit)
        return page([unknown_cell(fleet, row, now) for row in items], following, total)

    async def read_unknown_cell(self, actor: Actor, unknown_cell_id: str) -> Response:
        """With how strong it was, the towers around it and about where it is."""
        return await self._told(actor, unknown_cell_id)

    async def trust_cell(self, actor: Actor, unknown_cell_id: str, request: Request, body: CellTrust) -> Response:
        """Until then no device on it raises an alert; open alerts about it are closed with the reason."""
        until = epoch(body.until, 'until')
        return await self._judged(actor, unknown_cell_id, request, CellStanding.TRUSTED, body.reason, until)

    async def call_cell_false(self, actor: Actor, unknown_cell_id: str, request: Request, body: CellReason) -> Response:
        """Each device that comes to it raises a critical alert, in whatever area."""
        return await self._judged(actor, unknown_cell_id, request, CellStanding.ROGUE, body.reason)

    async def unjudge_cell(self, actor: Actor, unknown_cell_id: str, request: Request) -> Response:
        """It is unknown again, and devices on it raise an alert where the rules say so."""
        return await self._judged(actor, unknown_cell_id, request, CellStanding.UNKNOWN)

    async def list_cell(self, actor: Actor, unknown_cell_id: str, body: CellTower) -> Response:
        """Devices on it are served by that tower from now on. Refused with 409 when a tower lists it already."""
        await self._cells.list_at(actor, unknown_cell_id, body.tower_id)
        return await self._told(actor, unknown_cell_id)

    async def _judged(
        self,
        actor: Actor,
        id: str,
        request: Request,
        standing: CellStanding,
        reason: str = '',
        until: float | None = None,
    ) -> Response:
        seen = self._cells.read(actor, id)
        version = maybe_version(request, seen.version) if 'if-match' in request.headers else None
        await self._cells.judge(actor, id, standing, version=version, reason=reason, until=until)
        return await self._told(actor, id)

    async def _told(self, actor: Actor, id: str) -> Response:
        cell, signal = self._cells.read(actor, id), await self._cells.spread(actor, id)
        shown = unknown_cell(self._fleets.seen_by(actor), cell, self._cells.now(), signal)
        return answer(shown, version=cell.version)


ROUTES = (
    Route(
        method='GET',
        path='/unknown-cells',
        handler=UnknownCellRoutes.list_unknown_cells,
        summary='List unknown cells',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=PageOf(UNKNOWN_CELL_SHOWN),
    ),
    Route(
        method='GET',
        path='/unknown-cells/{unknown_cell_id}',
        handler=UnknownCellRoutes.read_unknown_cell,
        summary='Read an unknown cell',
        tag='alerts',
        permission=Permission.ALERTS_READ,
        answer=UNKNOWN_CELL_SHOWN,
    ),
    Route(
        method='POST',
        path='/unknown-cells/{unknown_cell_id}/trust',
        handler=UnknownCellRoutes.trust_cell,
        summary='Trust an unknown cell',
        tag='alerts',
        permission=Permission.SILENCES_WRITE,
        body=CELL_TRUST,
        answer=UNKNOWN_CELL_SHOWN,
    ),
    Route(
        method='POST',
        path='/unknown-cells/{unknown_cell_id}/mark-rogue',
        handler=UnknownCellRoutes.call_cell_false,
        summary='Say that a cell is a false one',
        tag='alerts',
        permission=Permission.SILENCES_WRITE,
        body=CELL_REASON,
        answer=UNKNOWN_CELL_SHOWN,
    ),
    Route(
        method='POST',
        path='/unknown-cells/{unknown_cell_id}/take-back',
        handler=UnknownCellRoutes.unjudge_cell,
        summary='Take back what was said of a cell',
        tag='alerts',
        permission=Permission.SILENCES_WRITE,
        answer=UNKNOWN_CELL_SHOWN,
    ),
    Route(
        method='POST',
        path='/unknown-cells/{unknown_cell_id}/list',
        handler=UnknownCellRoutes.list_cell,
        summary='List an unknown cell at a tower',
        tag='alerts',
        permission=Permission.TOWERS_WRITE,
        body=CELL_TOWER,
        answer=UNKNOWN_CELL_SHOWN,
    ),
)
