"""Who is on call: shifts, overrides, swaps, the address of the calendar; who is called, and who would be."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.changes.transactor import Transactor
from domain.channels.live import DeliveriesOfAlert, NewestAttempts
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.oncall.calling import call_lines
from domain.oncall.duty import AHEAD_S, DutyService
from domain.oncall.forecast import forecast, held
from domain.oncall.matching import AlertFacts, about_tower, devices_of, facts_of
from domain.oncall.model import Rotation
from domain.oncall.service import OnCallService
from domain.towers.model import Tower
from ui.api.duty import schemas
from ui.api.duty.schemas import (
    ALERT_CALL,
    NEW_OVERRIDE,
    NEW_SWAP,
    ON_CALL_NOW,
    ROTATION_FEED,
    ROUTE_FORECAST,
    ROUTE_TEST,
    SHIFT,
    NewOverride,
    NewSwap,
    OnCallNow,
    RotationFeed,
    RouteTest,
    SwappedShift,
)
from ui.api.http.bodies import epoch
from ui.api.http.fields import Moment, maybe_time, time_text
from ui.api.http.refs import Ref
from ui.api.http.responses import answer, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf
from ui.api.oncall.schemas import ROTATION, shown
from ui.api.oncall.schemas import Rotation as RotationShown

_From = Annotated[Moment | None, Query(alias='from', description='By default now')]
_To = Annotated[Moment | None, Query(description='By default four weeks later; 400 days at most')]
FOUR_WEEKS_S = 28 * 86_400.0


class DutyRoutes:
    """What the routes do."""

    def __init__(self, duty: DutyService, on_call: OnCallService, transactor: Transactor, base: str = '') -> None:
        self._duty = duty
        self._on_call = on_call
        self._fleets = transactor.fleets
        self._clock = transactor.clock
        self._base = base.rstrip('/')

    async def list_on_call(self, actor: Actor) -> Response:
        """Of every rotation, by name."""
        fleet, now = self._fleets.of(actor.enterprise), self._clock()
        items = []
        for row in self._on_call.rows(actor, Rotation):
            found = self._duty.shifts(actor, row.id, now, now + AHEAD_S)
            gap = next((one.starts_at for one in found if not one.person), None)
            items.append(
                OnCallNow(
                    rotation=Ref(row.id, row.name),
                    person=schemas.person_ref(fleet, found[0].person),
                    until=time_text(found[0].ends_at),
                    next_gap=maybe_time(gap),
                )
            )
        return page(items, None, len(items))

    async def list_shifts(self, actor: Actor, rotation_id: str, since: _From = None, to: _To = None) -> Response:
        """In order, with the gaps; all times in UTC."""
        begin = since.timestamp() if since is not None else self._clock()
        end = to.timestamp() if to is not None else begin + FOUR_WEEKS_S
        fleet = self._fleets.of(actor.enterprise)
        found = [schemas.duty_shift(fleet, one) for one in self._duty.shifts(actor, rotation_id, begin, end)]
        return page(found, None, len(found))

    async def take_shift(self, actor: Actor, rotation_id: str, body: NewOverride) -> Response:
        """An override. Where several are at a moment, the last that was entered counts."""
        begin, end = epoch(body.starts_at, 'starts_at'), epoch(body.ends_at, 'ends_at')
        row = await self._duty.take(actor, rotation_id, body.person, begin, end, body.instead_of)
        return answer(shown(RotationShown, row), 201, version=row.version)

    async def give_shift_back(self, actor: Actor, rotation_id: str, override_id: str) -> Response:
        """What the layers say counts again."""
        row = await self._duty.give_back(actor, rotation_id, override_id)
        return answer(shown(RotationShown, row), version=row.version)

    async def swap_shifts(self, actor: Actor, rotation_id: str, body: NewSwap) -> Response:
        """Two overrides, each instead of the other person alone."""
        row = await self._duty.swap(actor, rotation_id, _swapped(body.one, 'one'), _swapped(body.other, 'other'))
        return answer(shown(RotationShown, row), 201, version=row.version)

    async def make_rotation_feed(self, actor: Actor, rotation_id: str) -> Response:
        """iCalendar (RFC 5545), for calendar programs, which have no sign-in: keep the address to yourself. A former one ends."""
        row = self._on_call.read(actor, Rotation, rotation_id)
        row, secret = await self._duty.make_feed(actor, rotation_id, row.version)
        address = f'{self._base}/calendars/{row.id}.ics?key={secret}'
        return answer(RotationFeed(address=address), 201, version=row.version)

    async def test_routes(self, actor: Actor, body: RouteTest) -> Response:
        """Nothing is sent. It is found out by the same functions that call people. While ``held`` is set nobody hears of it;
        ``lines`` are who would without that."""
        actor.require(Permission.CHANNELS_READ)
        fleet = self._fleets.of(actor.enterprise)
        at = epoch(body.at, 'at') if body.at is not None else self._clock()
        facts, alert = asked(fleet, body), fleet.find(Alert, body.alert_id) if body.alert_id else None
        routes, lines = forecast(fleet, facts, at)
        return answer(schemas.route_forecast(fleet, routes, lines, held(fleet, alert, facts, at)))

    async def list_alert_calls(self, actor: Actor, alert_id: str) -> Response:
        """Of an alert that is open: whom each policy has told and tells next, and whether anybody answered."""
        fleet = self._fleets.of(actor.enterprise)
        alert = fleet.need(Alert, alert_id)
        sent = fleet.index(DeliveriesOfAlert).of(alert_id).values()
        tried = [one for one in fleet.index(NewestAttempts) if one.alert == alert_id]
        found = []
        for one in self._on_call.escalations(actor, alert_id):
            lines = call_lines(fleet, alert, [one], sent, tried, self._clock())
            found.append(schemas.alert_call(fleet, one, lines))
        return page(found, None, len(found))


def asked(fleet: Fleet, test: RouteTest) -> AlertFacts:
    """The facts of an alert that is open or thought of; one about a tower concerns its devices, and one more with these labels."""
    if test.alert_id:
        return facts_of(fleet, fleet.need(Alert, test.alert_id))
    if test.tower_id:
        fleet.need(Tower, test.tower_id)
    ids = devices_of(fleet, test.tower_id) if test.tower_id else ()
    devices = [(row.labels, row.criticality) for id in ids if (row := fleet.find(Device, id)) is not None]
    devices.append((test.labels, test.criticality))
    return about_tower(fleet, test.tower_id, severity=test.severity, type=test.type, devices=tuple(devices))


def _swapped(one: SwappedShift, place: str) -> tuple[str, float, float]:
    return one.person, epoch(one.starts_at, f'{place}.starts_at'), epoch(one.ends_at, f'{place}.ends_at')


ROUTES = (
    Route(
        method='GET',
        path='/on-call',
        handler=DutyRoutes.list_on_call,
        summary='List who is on call now',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(ON_CALL_NOW),
    ),
    Route(
        method='GET',
        path='/rotations/{rotation_id}/shifts',
        handler=DutyRoutes.list_shifts,
        summary='List shifts and gaps',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(SHIFT),
    ),
    Route(
        method='POST',
        path='/rotations/{rotation_id}/overrides',
        handler=DutyRoutes.take_shift,
        summary='Take a shift',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        body=NEW_OVERRIDE,
        answer=ROTATION,
        status=201,
    ),
    Route(
        method='POST',
        path='/rotations/{rotation_id}/overrides/{override_id}/give-back',
        handler=DutyRoutes.give_shift_back,
        summary='Give a shift back',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        answer=ROTATION,
    ),
    Route(
        method='POST',
        path='/rotations/{rotation_id}/swaps',
        handler=DutyRoutes.swap_shifts,
        summary='Swap two shifts',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        body=NEW_SWAP,
        answer=ROTATION,
        status=201,
    ),
    Route(
        method='POST',
        path='/rotations/{rotation_id}/feed',
        handler=DutyRoutes.make_rotation_feed,
        summary='Make a new address of the calendar',
        tag='on call',
        permission=Permission.CHANNELS_WRITE,
        answer=ROTATION_FEED,
        status=201,
    ),
    Route(
        method='POST',
        path='/alert-routes/test',
        handler=DutyRoutes.test_routes,
        summary='Find out who would hear of an alert',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        body=ROUTE_TEST,
        answer=ROUTE_FORECAST,
    ),
    Route(
        method='GET',
        path='/alerts/{alert_id}/calls',
        handler=DutyRoutes.list_alert_calls,
        summary='List who is called for an alert',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(ALERT_CALL),
    ),
)
