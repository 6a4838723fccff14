"""The calendar of a rotation, for calendar programs: they have no sign-in, so the address holds a secret."""

from collections.abc import Callable

from fastapi import FastAPI, Response

from domain.common.errors import NotFound
from domain.fleet.fleets import Fleets
from domain.oncall.calendar import WEEKS_S, calendar
from domain.oncall.duty import DutyService
from domain.oncall.reaching import members

PAST_S = 7 * 86_400.0
BESIDE_S = 35 * 86_400.0
"""So much earlier and later is looked for begins and ends: a shift that began before the first week keeps its begin, and its id with it."""
_STEP_S = 7 * 86_400.0
"""A shift that is longer still begins and ends with one of these."""


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
        begin, end = ((now + step) // _STEP_S * _STEP_S for step in (-PAST_S - BESIDE_S, WEEKS_S + BESIDE_S))
        found = [
            one
            for one in duty.shifts_of(rotation, begin, end)
            if one.ends_at > now - PAST_S and one.starts_at < now + WEEKS_S
        ]
        text = calendar(rotation, found, names, now)
        headers = {'cache-control': 'private, max-age=300', 'referrer-policy': 'no-referrer'}
        return Response(text, media_type='text/calendar; charset=utf-8', headers=headers)
