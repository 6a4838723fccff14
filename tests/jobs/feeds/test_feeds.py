"""Calendars that are due are asked of a real server, and what came is handed to the service."""

import asyncio
from ipaddress import ip_network

from domain.alerts.model import Alert
from domain.common.feeds import FeedSource
from domain.maintenance.calendars.input import NewWorksCalendar
from domain.maintenance.model import MaintenanceWindow
from domain.oncall.calendars.model import CalendarSource, CalendarUse
from jobs.feeds.feeds import Feeds
from jobs.feeds.fetching import FeedReader
from jobs.polling.addresses import Targets
from tests.domain.oncall.desk import person, rotation
from tests.domain.towers.test_service import tower
from tests.fakes import running_application
from tests.jobs.feeds.test_reading import calendar
from tests.jobs.notifications.receiver import receiving


async def test_a_rotation_is_read_from_a_calendar_on_the_web() -> None:
    async with running_application() as application, receiving() as server:
        body = calendar('UID:1', 'DTSTART:20270115T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY', 'SUMMARY:bob')
        server.usual = (200, {'etag': '"1"'}, body)
        await person(application, 'bob')
        row = await rotation(application, 'bob')
        source = await application.calendars.connect(application.actor, row.id, 'Rota', CalendarUse.SHIFTS, server.url)
        feeds = Feeds((application.calendars,), FeedReader(targets=Targets(allow=(ip_network('127.0.0.0/8'),))))
        await feeds.tick()
        await feeds.tick()  # which does not ask twice
        await asyncio.gather(*feeds.tasks)
        read = application.fleet[CalendarSource][source.id]
        assert (read.state.said, len(server.got), read.state.etag) == ('', 1, '"1"')
        assert len(read.events) > 100
        assert read.state.read_at is not None
        await feeds.tick()
        assert len(server.got) == 1, 'it is not due'
        await feeds.close()


async def test_windows_follow_a_calendar_of_planned_works_on_the_web() -> None:
    """Recurring, moved, cancelled and broken events, zones, and a calendar that says it is unchanged."""
    async with running_application() as application, receiving() as server:
        await tower(application, 'Botlek')
        begin = 'DTSTART;TZID=Europe/Amsterdam:20270116T013000'
        works = ('UID:1', begin, 'SUMMARY:Antennas', 'LOCATION:Botlek', 'DURATION:PT2H', 'RRULE:FREQ=DAILY;COUNT=3')
        which = 'RECURRENCE-ID;TZID=Europe/Amsterdam:20270117T013000'
        moved = which.replace('RECURRENCE-ID', 'DTSTART')
        gone = ('END:VEVENT', 'BEGIN:VEVENT', 'UID:1', which, moved, 'DURATION:PT2H', 'STATUS:CANCELLED')
        broken = ('END:VEVENT', 'BEGIN:VEVENT', 'UID:2', 'SUMMARY:Fibre', 'DTSTART:soon')
        server.usual = (200, {'etag': '"1"'}, calendar(*works, *gone, *broken))
        feeds = Feeds((application.works_calendars,), FeedReader(targets=Targets(allow=(ip_network('127.0.0.0/8'),))))
        row = await application.works_calendars.save(
            application.actor, NewWorksCalendar(name='Carrier', url=server.url)
        )
        await _asked(feeds, application.works_calendars)
        starts = [one.starts_on for one in application.fleet[MaintenanceWindow].values()]
        assert sorted(starts) == ['2027-01-16T00:30', '2027-01-18T00:30']
        (alert,) = application.fleet[Alert].values()
        assert (
            alert.detail
            == "1 of its events cannot be read: “Fibre”: DTSTART cannot be read (Expected datetime, date, or time. Got: 'soon')"
        )
        server.usual = (304, {}, b'')
        application.clock.tick(901)
        await _asked(feeds, application.works_calendars)
        assert server.got[-1].headers['if-none-match'] == '"1"'
        assert len(application.fleet[MaintenanceWindow]) == 2
        server.usual = (
            200,
            {'etag': '"2"'},
            calendar('UID:9', 'SUMMARY:Nothing of ours', 'DTSTART:20270301T000000Z', 'DURATION:PT1H'),
        )
        application.clock.tick(901)
        await _asked(feeds, application.works_calendars)
        assert not application.fleet[MaintenanceWindow]
        assert [
            one.state.value
            for one in application.works_calendars.works(application.works_calendars.read(application.actor, row.id))
        ] == ['unmatched']
        await feeds.close()


async def _asked(feeds: Feeds, source: FeedSource) -> None:
    assert source.feeds_due()
    await feeds.tick()
    await asyncio.gather(*feeds.tasks)
    assert not source.feeds_due()
