"""Maintenance windows: set up, changed, begun early, extended, ended, removed."""

from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.text import natural
from domain.maintenance.input import NewMaintenanceWindow
from domain.maintenance.model import MaintenanceWindow
from domain.maintenance.service import MaintenanceService
from ui.api.http.bodies import epoch
from ui.api.http.responses import answer, expected_version, maybe_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.maintenance.schemas import (
    NEW_WINDOW,
    PLANNED_MAINTENANCE,
    WINDOW_EXTENSION,
    PlannedMaintenance,
    WindowExtension,
    planned,
)

_ByName = Annotated[str, Query(pattern='^-?name$')]
_PATH = '/maintenance-windows/{maintenance_window_id}'


class MaintenanceRoutes:
    """What the routes do."""

    def __init__(self, maintenance: MaintenanceService) -> None:
        self._maintenance = maintenance

    def _shown(self, row: MaintenanceWindow) -> PlannedMaintenance:
        return planned(row, self._maintenance.following(row), len(self._maintenance.towers_of(row)))

    async def list_windows(
        self, actor: Actor, sort: _ByName = 'name', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """By name; those that were once and are over too, until they are removed."""
        rows = self._maintenance.rows(actor)
        names = {'name': lambda row: (natural(row.name), row.id)}
        items, following, total = sorted_by(sort, names, rows, cursor=cursor, limit=limit)
        return page([self._shown(row) for row in items], following, total)

    async def add_window(self, actor: Actor, body: NewMaintenanceWindow) -> Response:
        """Local times are those of a named zone: one that a change of the clock skips, and one that it repeats, are read
        with the offset from before it (RFC 5545, 3.3.5)."""
        row = await self._maintenance.save(actor, body)
        location = f'{PREFIX}/maintenance-windows/{row.id}'
        return answer(self._shown(row), 201, version=row.version, location=location)

    async def read_window(self, actor: Actor, maintenance_window_id: str) -> Response:
        row = self._maintenance.read(actor, maintenance_window_id)
        return answer(self._shown(row), version=row.version)

    async def change_window(
        self, actor: Actor, maintenance_window_id: str, request: Request, body: MergePatch
    ) -> Response:
        """One that lasts goes on until it was to end; its towers follow at once."""
        row = self._maintenance.read(actor, maintenance_window_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(row), NewMaintenanceWindow)
        row = await self._maintenance.save(actor, new, row.id, version)
        return answer(self._shown(row), version=row.version)

    async def begin_window(self, actor: Actor, maintenance_window_id: str, request: Request) -> Response:
        """The next time begins now, and lasts as long as planned."""
        row = self._maintenance.read(actor, maintenance_window_id)
        row = await self._maintenance.begin(actor, row.id, maybe_version(request, row.version))
        return answer(self._shown(row), version=row.version)

    async def extend_window(
        self, actor: Actor, maintenance_window_id: str, request: Request, body: WindowExtension
    ) -> Response:
        """Longer, or shorter, this time alone."""
        row = self._maintenance.read(actor, maintenance_window_id)
        version = maybe_version(request, row.version)
        row = await self._maintenance.extend(actor, row.id, version, epoch(body.until, 'until'))
        return answer(self._shown(row), version=row.version)

    async def end_window(self, actor: Actor, maintenance_window_id: str, request: Request) -> Response:
        """This time is over; the next one comes as planned."""
        row = self._maintenance.read(actor, maintenance_window_id)
        row = await self._maintenance.end(actor, row.id, maybe_version(request, row.version))
        return answer(self._shown(row), version=row.version)

    async def remove_window(self, actor: Actor, maintenance_window_id: str, request: Request) -> Response:
        """For good; one that lasts is over with it."""
        row = self._maintenance.read(actor, maintenance_window_id)
        await self._maintenance.retire(actor, row.id, expected_version(request, row.version))
        return Response(status_code=204)


_READS: dict[str, Any] = {'tag': 'towers', 'permission': Permission.CHANNELS_READ}
_WRITES: dict[str, Any] = {'tag': 'towers', 'permission': Permission.MAINTENANCE_WRITE}
ROUTES = (
    Route(
        method='GET',
        path='/maintenance-windows',
        handler=MaintenanceRoutes.list_windows,
        summary='List maintenance windows',
        answer=PageOf(PLANNED_MAINTENANCE),
        **_READS,
    ),
    Route(
        method='POST',
        path='/maintenance-windows',
        handler=MaintenanceRoutes.add_window,
        summary='Set up a maintenance window',
        body=NEW_WINDOW,
        answer=PLANNED_MAINTENANCE,
        status=201,
        **_WRITES,
    ),
    Route(
        method='GET',
        path=_PATH,
        handler=MaintenanceRoutes.read_window,
        summary='Read a maintenance window',
        answer=PLANNED_MAINTENANCE,
        **_READS,
    ),
    Route(
        method='PATCH',
        path=_PATH,
        handler=MaintenanceRoutes.change_window,
        summary='Change a maintenance window',
        body=NEW_WINDOW,
        patch={'length_min': 180},
        answer=PLANNED_MAINTENANCE,
        **_WRITES,
    ),
    Route(
        method='POST',
        path=f'{_PATH}/begin',
        handler=MaintenanceRoutes.begin_window,
        summary='Begin a maintenance window early',
        answer=PLANNED_MAINTENANCE,
        **_WRITES,
    ),
    Route(
        method='POST',
        path=f'{_PATH}/extend',
        handler=MaintenanceRoutes.extend_window,
        summary='Extend a maintenance window that lasts',
        body=WINDOW_EXTENSION,
        answer=PLANNED_MAINTENANCE,
        **_WRITES,
    ),
    Route(
        method='POST',
        path=f'{_PATH}/end',
        handler=MaintenanceRoutes.end_window,
        summary='End a maintenance window that lasts',
        answer=PLANNED_MAINTENANCE,
        **_WRITES,
    ),
    Route(
        method='DELETE',
        path=_PATH,
        handler=MaintenanceRoutes.remove_window,
        summary='Remove a maintenance window',
        status=204,
        **_WRITES,
    ),
)
