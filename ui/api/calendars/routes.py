"""Calendars that rotations are read from, and the limits of what people choose of how they are reached."""

from dataclasses import dataclass

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import NotFound
from domain.common.severity import Severity
from domain.oncall.allowing import NewContactLimits
from domain.oncall.calendars.model import CalendarSource, CalendarUse
from domain.oncall.calendars.service import CalendarService
from domain.oncall.limits import ContactLimits, MustReach
from domain.oncall.service import OnCallService
from ui.api.http.fields import Time, maybe_time
from ui.api.http.refs import Ref
from ui.api.http.responses import answer, expected_version, page, patched
from ui.api.http.route import MergePatch, Route
from ui.api.http.schema import PageOf, Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalendar:
    """A calendar (iCalendar, RFC 5545) at an address of the web. What its events are is said by ``use``."""

    name: str
    url: str
    use: CalendarUse = CalendarUse.SHIFTS


class RotationCalendar(Struct, kw_only=True, frozen=True):
    """A calendar that a rotation is read from. Of its address the host alone is shown: the rest is often a secret. ``unknown`` are the
    names in it that are nobody's of the enterprise, ``unread`` the events that could not be read, each with why; ``error`` is why the
    calendar cannot be read since ``failing_since``."""

    id: str
    name: str
    use: CalendarUse
    host: str
    events: int
    unknown: tuple[str, ...]
    unread: tuple[str, ...]
    read_at: Time | None
    failing_since: Time | None
    error: str
    version: int


class Limits(Struct, kw_only=True, frozen=True):
    """Alerts of ``breaks`` and worse are told in quiet hours too, whatever a person chose; these last ``longest_min`` minutes at one
    stretch at most. ``unreached`` are the people who must have a way (``must_reach``) and have none that works."""

    breaks: Severity
    longest_min: int
    must_reach: MustReach
    unreached: tuple[Ref, ...]
    version: int


NEW_CALENDAR = Schema(
    NewCalendar,
    {'name': 'Team calendar', 'url': 'https://calendar.example.com/rota.ics?key=1f7b', 'use': 'shifts'},
)
CALENDAR = Schema(
    RotationCalendar,
    {
        'id': '01KAPX4H1SZ7H9U2W4B6X8L0QW',
        'name': 'Team calendar',
        'use': 'shifts',
        'host': 'calendar.example.com',
        'events': 26,
        'unknown': ['Stand-in of the agency'],
        'unread': [],
        'read_at': '2026-12-01T19:00:00.000Z',
        'failing_since': None,
        'error': '',
        'version': 3,
    },
)
NEW_LIMITS = Schema(NewContactLimits, {'breaks': 'major', 'longest_min': 600, 'must_reach': 'on_call'})
LIMITS = Schema(Limits, {**NEW_LIMITS.example, 'unreached': [], 'version': 2})


class CalendarRoutes:
    """What the routes do."""

    def __init__(self, calendars: CalendarService, on_call: OnCallService) -> None:
        self._calendars = calendars
        self._on_call = on_call

    async def list_rotation_calendars(self, actor: Actor, rotation_id: str) -> Response:
        """As they were connected."""
        found = [self._shown(one) for one in self._calendars.of(actor, rotation_id)]
        return page(found, None, len(found))

    async def connect_rotation_calendar(self, actor: Actor, rotation_id: str, body: NewCalendar) -> Response:
        """It is read within seconds, and every quarter of an hour from then on. Its shifts count before the layers of the rotation; a
        person is known by their address of mail among the attendees, or by their whole name in the title."""
        row = await self._calendars.connect(actor, rotation_id, body.name, body.use, body.url)
        return answer(self._shown(row), 201, version=row.version)

    async def read_rotation_calendar_now(self, actor: Actor, rotation_id: str, calendar_id: str) -> Response:
        """Within seconds, and whole."""
        self._need(actor, rotation_id, calendar_id)
        row = await self._calendars.read_now(actor, calendar_id)
        return answer(self._shown(row), version=row.version)

    async def remove_rotation_calendar(self, actor: Actor, rotation_id: str, calendar_id: str) -> Response:
        """What it said is forgotten."""
        self._need(actor, rotation_id, calendar_id)
        await self._calendars.remove(actor, calendar_id)
        return Response(status_code=204)

    async def read_contact_limits(self, actor: Actor) -> Response:
        row = self._on_call.limits(actor)
        return answer(self._limits(actor, row), version=row.version)

    async def change_contact_limits(self, actor: Actor, request: Request, body: MergePatch) -> Response:
        """What people chose before stays, and is broken by what is said here."""
        row = self._on_call.limits(actor)
        version = expected_version(request, row.version)
        new = patched(body, self._limits(actor, row), NewContactLimits)
        row = await self._on_call.save_limits(actor, new, version)
        return answer(self._limits(actor, row), version=row.version)

    def _limits(self, actor: Actor, row: ContactLimits) -> Limits:
        unreached = tuple(Ref(one.id, one.name) for one in self._on_call.unreached(actor))
        return Limits(
            breaks=row.breaks,
            longest_min=row.longest_min,
            must_reach=row.must_reach,
            unreached=unreached,
            version=row.version,
        )

    def _need(self, actor: Actor, rotation_id: str, calendar_id: str) -> None:
        if not any(one.id == calendar_id for one in self._calendars.of(actor, rotation_id)):
            raise NotFound('there is no such calendar')

    def _shown(self, one: CalendarSource) -> RotationCalendar:
        return RotationCalendar(
            id=one.id,
            name=one.name,
            use=one.use,
            host=one.host,
            events=len(one.events),
            unknown=tuple(self._calendars.unknown(one)),
            unread=one.state.unread,
            read_at=maybe_time(one.state.read_at),
            failing_since=maybe_time(one.state.failing_since),
            error=one.state.said,
            version=one.version,
        )


_OF_ROTATION = '/rotations/{rotation_id}/calendars'
ROUTES = (
    Route(
        method='GET',
        path=_OF_ROTATION,
        handler=CalendarRoutes.list_rotation_calendars,
        summary='List calendars of a rotation',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(CALENDAR),
    ),
    Route(
        method='POST',
        path=_OF_ROTATION,
        handler=CalendarRoutes.connect_rotation_calendar,
        summary='Connect a calendar to a rotation',
        tag='on call',
        permission=Permission.CHANNELS_WRITE,
        body=NEW_CALENDAR,
        answer=CALENDAR,
        status=201,
    ),
    Route(
        method='POST',
        path=f'{_OF_ROTATION}/{{calendar_id}}/read',
        handler=CalendarRoutes.read_rotation_calendar_now,
        summary='Read a calendar now',
        tag='on call',
        permission=Permission.CHANNELS_WRITE,
        answer=CALENDAR,
    ),
    Route(
        method='DELETE',
        path=f'{_OF_ROTATION}/{{calendar_id}}',
        handler=CalendarRoutes.remove_rotation_calendar,
        summary='Remove a calendar of a rotation',
        tag='on call',
        permission=Permission.CHANNELS_WRITE,
        status=204,
    ),
    Route(
        method='GET',
        path='/contact-limits',
        handler=CalendarRoutes.read_contact_limits,
        summary='Read the limits of how people are reached',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=LIMITS,
    ),
    Route(
        method='PATCH',
        path='/contact-limits',
        handler=CalendarRoutes.change_contact_limits,
        summary='Change the limits of how people are reached',
        tag='on call',
        permission=Permission.CHANNELS_WRITE,
        body=NEW_LIMITS,
        patch={'longest_min': 480},
        answer=LIMITS,
    ),
)
