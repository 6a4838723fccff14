"""The calendar of a rotation, for calendar programs: they have no sign-in, so the address holds a secret."""

from collections.abc import Callable

from fastapi import FastAPI, Response

from domain.common.errors import NotFound
from domain.fleet.fleets import Fleets
from domain.oncall.calendar import WEEKS_S, calendar
from domain.oncall.duty import DutyService
from domain.oncall.reaching import members

PAST_S = 7 * 86_400.0


def register_calendars(app: FastAPI, *, fleets: Fleets, duty: DutyService, clock: Callable[[], float]) -> None:
    """Register ``/calendars/{rotation_id}.ics`` on the parent app."""

    @app.get('/calendars/{rotation_id}.ics', include_in_schema=False)
    async def rotation_calendar(rotation_id: str, key: str = '') -> Response:
        now = clock()
        try:
            rotation = duty.by_feed(rotation_id, key)
        except NotFound as refusal:
            return Response(f'{refusal.detail}\n', 404, media_type='text/plain')
        names = {id: person.name for id, person in members(fleets.of(rotation.enterprise)).items()}
        begin = now // 3600 * 3600
        found = duty.shifts_of(rotation, begin - PAST_S, begin + WEEKS_S)
        text = calendar(rotation, found, names, now)
        headers = {'cache-control': 'private, max-age=300', 'referrer-policy': 'no-referrer'}
        return Response(text, media_type='text/calendar; charset=utf-8', headers=headers)
