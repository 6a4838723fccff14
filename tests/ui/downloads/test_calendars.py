"""The calendar of a rotation over HTTP: without a sign-in, and not without its secret."""

import httpx
import icalendar
from fastapi import FastAPI

from tests.domain.oncall.desk import person, rotation
from tests.fakes import running_application
from ui.downloads.calendars import register_calendars


async def test_a_calendar_is_shown_to_those_who_know_its_secret() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        row = await rotation(application, 'ann')
        row, secret = await application.duty.make_feed(application.actor, row.id, row.version)
        app = FastAPI()
        register_calendars(app, fleets=application.fleets, duty=application.duty, clock=application.clock)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url='http://console') as client:
            path = f'/calendars/{row.id}.ics'
            shown = await client.get(path, params={'key': secret})
            assert shown.headers['content-type'] == 'text/calendar; charset=utf-8'
            assert 'SUMMARY:ann (Night desk)' in shown.text
            for key in ('', 'cwf_wrong'):
                assert (await client.get(path, params={'key': key})).status_code == 404
            assert (await client.get('/calendars/other.ics', params={'key': secret})).status_code == 404


async def test_an_hour_later_the_same_shifts_have_the_same_ids_and_begins() -> None:
    async with running_application() as application:
        for name in ('ann', 'ben'):
            await person(application, name)
        row = await rotation(application, 'ann', 'ben', turn_days=7)
        row, secret = await application.duty.make_feed(application.actor, row.id, row.version)
        app, read = FastAPI(), []
        register_calendars(app, fleets=application.fleets, duty=application.duty, clock=application.clock)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://console') as client:
            for _ in range(2):
                shown = await client.get(f'/calendars/{row.id}.ics', params={'key': secret})
                events = icalendar.Calendar.from_ical(shown.text).walk('VEVENT')
                read.append(
                    {str(one['UID']): (one.start, one.end) for one in events if isinstance(one, icalendar.Event)}
                )
                application.clock.tick(3600)
        assert read[0] == read[1]
        assert len(read[0]) > 13
