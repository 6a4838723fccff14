"""Calendars of planned works: connected, changed, read again, removed; their events and what each is of."""

from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.text import natural
from domain.maintenance.calendars.input import NewWorksCalendar
from domain.maintenance.calendars.model import WorksCalendar
from domain.maintenance.calendars.service import WorksCalendarService
from ui.api.http.responses import answer, expected_version, page, patched, sorted_by
from ui.api.http.route import PREFIX, MergePatch, Route
from ui.api.http.schema import PageOf
from ui.api.works_calendars.schemas import (
    EVENT_LEFT_OUT,
    NEW_WORKS_CALENDAR,
    WORKS_CALENDAR,
    WORKS_EVENT,
    EventLeftOut,
    WorksCalendarShown,
    works_calendar,
    works_event,
)

_ByName = Annotated[str, Query(pattern='^-?name$')]
_ByTime = Annotated[str, Query(pattern='^-?starts_at$')]
_PATH = '/maintenance-calendars/{works_calendar_id}'


class WorksCalendarRoutes:
    """What the routes do."""

    def __init__(self, calendars: WorksCalendarService, transactor: Transactor) -> None:
        self._calendars = calendars
        self._fleets = transactor.fleets

    def _shown(self, row: WorksCalendar) -> WorksCalendarShown:
        return works_calendar(row, self._calendars.works(row))

    async def list_works_calendars(
        self, actor: Actor, sort: _ByName = 'name', limit: int = 50, cursor: str | None = None
    ) -> Response:
        """By name."""
        rows = self._calendars.rows(actor)
        names = {'name': lambda row: (natural(row.name), row.id)}
        items, following, total = sorted_by(sort, names, rows, cursor=cursor, limit=limit)
        return page([self._shown(row) for row in items], following, total)

    async def add_works_calendar(self, actor: Actor, body: NewWorksCalendar) -> Response:
        """It is read within seconds, and every ``every_min`` minutes from then on. Windows follow its events of the next 31 days,
        also those that are moved, cancelled or gone."""
        row = await self._calendars.save(actor, body)
        location = f'{PREFIX}/maintenance-calendars/{row.id}'
        return answer(self._shown(row), 201, version=row.version, location=location)

    async def read_works_calendar(self, actor: Actor, works_calendar_id: str) -> Response:
        row = self._calendars.read(actor, works_calendar_id)
        return answer(self._shown(row), version=row.version)

    async def change_works_calendar(
        self, actor: Actor, works_calendar_id: str, request: Request, body: MergePatch
    ) -> Response:
        """Windows follow at once. The address is changed by a ``url``."""
        row = self._calendars.read(actor, works_calendar_id)
        version = expected_version(request, row.version)
        new = patched(body, self._shown(row), NewWorksCalendar)
        row = await self._calendars.save(actor, new, row.id, version)
        return answer(self._shown(row), version=row.version)

    async def list_works(
        self,
        actor: Actor,
        works_calendar_id: str,
        sort: _ByTime = 'starts_at',
        limit: int = 50,
        cursor: str | None = None,
    ) -> Response:
        """Those that are not over, each with what it is of: as names and rules are now."""
        row = self._calendars.read(actor, works_calendar_id)
        fleet = self._fleets.of(actor.enterprise)
        times = {'starts_at': lambda one: (one.event.starts_at, one.event.key)}
        items, following, total = sorted_by(sort, times, self._calendars.works(row), cursor=cursor, limit=limit)
        return page([works_event(fleet, one) for one in items], following, total)

    async def leave_works_out(self, actor: Actor, works_calendar_id: str, body: EventLeftOut) -> Response:
        """No window follows that event any more, or one does again."""
        row = self._calendars.read(actor, works_calendar_id)
        row = await self._calendars.leave_out(actor, row.id, body.key, is_left_out=body.left_out)
        return answer(self._shown(row), version=row.version)

    async def read_works_calendar_now(self, actor: Actor, works_calendar_id: str) -> Response:
        """Within seconds, and whole."""
        row = await self._calendars.read_now(actor, self._calendars.read(actor, works_calendar_id).id)
        return answer(self._shown(row), version=row.version)

    async def remove_works_calendar(self, actor: Actor, works_calendar_id: str, request: Request) -> Response:
        """With its windows, also those that last."""
        row = self._calendars.read(actor, works_calendar_id)
        await self._calendars.remove(actor, row.id, expected_version(request, row.version))
        return Response(status_code=204)


_READS: dict[str, Any] = {'tag': 'towers', 'permission': Permission.CHANNELS_READ}
_WRITES: dict[str, Any] = {'tag': 'towers', 'permission': Permission.MAINTENANCE_WRITE}
ROUTES = (
    Route(
        method='GET',
        path='/maintenance-calendars',
        handler=WorksCalendarRoutes.list_works_calendars,
        summary='List calendars of planned works',
        answer=PageOf(WORKS_CALENDAR),
        **_READS,
    ),
    Route(
        method='POST',
        path='/maintenance-calendars',
        handler=WorksCalendarRoutes.add_works_calendar,
        summary='Connect a calendar of planned works',
        body=NEW_WORKS_CALENDAR,
        answer=WORKS_CALENDAR,
        status=201,
        **_WRITES,
    ),
    Route(
        method='GET',
        path=_PATH,
        handler=WorksCalendarRoutes.read_works_calendar,
        summary='Read a calendar of planned works',
        answer=WORKS_CALENDAR,
        **_READS,
    ),
    Route(
        method='PATCH',
        path=_PATH,
        handler=WorksCalendarRoutes.change_works_calendar,
        summary='Change a calendar of planned works',
        body=NEW_WORKS_CALENDAR,
        patch={'every_min': 30},
        answer=WORKS_CALENDAR,
        **_WRITES,
    ),
    Route(
        method='GET',
        path=f'{_PATH}/events',
        handler=WorksCalendarRoutes.list_works,
        summary='List the events of a calendar of planned works',
        answer=PageOf(WORKS_EVENT),
        **_READS,
    ),
    Route(
        method='POST',
        path=f'{_PATH}/leave-out',
        handler=WorksCalendarRoutes.leave_works_out,
        summary='Leave an event of a calendar of planned works out',
        body=EVENT_LEFT_OUT,
        answer=WORKS_CALENDAR,
        **_WRITES,
    ),
    Route(
        method='POST',
        path=f'{_PATH}/read',
        handler=WorksCalendarRoutes.read_works_calendar_now,
        summary='Read a calendar of planned works now',
        answer=WORKS_CALENDAR,
        **_WRITES,
    ),
    Route(
        method='DELETE',
        path=_PATH,
        handler=WorksCalendarRoutes.remove_works_calendar,
        summary='Remove a calendar of planned works',
        status=204,
        **_WRITES,
    ),
)
