"""Calendars that are due are asked of a real server, and what came is handed to the service."""

import asyncio
from ipaddress import ip_network

from domain.oncall.calendars.model import CalendarSource, CalendarUse
from jobs.feeds.feeds import Feeds
from jobs.feeds.fetching import FeedReader
from jobs.polling.addresses import Targets
from tests.domain.oncall.desk import person, rotation
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
