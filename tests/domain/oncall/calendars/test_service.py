"""A rotation is read from a calendar: who is on call, who is off, who is not known, and what happens when it cannot be read."""

from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid
from domain.common.feeds import FeedAnswer, FeedEvent, FeedOutcome
from domain.oncall.calendars.events import CalendarRead
from domain.oncall.calendars.model import CalendarSource, CalendarUse
from domain.oncall.model import Rotation
from tests.domain.oncall.desk import person, rotation
from tests.fakes import RunningApplication, running_application

HOUR = 3600.0
URL = 'https://calendar.example.com/private-1234/basic.ics'


def event(begin: float, hours: float, summary: str = '', *mails: str, **more: Any) -> FeedEvent:
    return FeedEvent(uid=summary, starts_at=begin, ends_at=begin + hours * HOUR, summary=summary, mails=mails, **more)


async def connected(
    application: RunningApplication, use: CalendarUse, *events: FeedEvent
) -> tuple[Rotation, CalendarSource]:
    """A rotation of Ann, and a calendar that says this."""
    for name in ('ann', 'bob'):
        await person(application, name)
    row = await rotation(application, 'ann', 'bob')
    source = await application.calendars.connect(application.actor, row.id, 'Rota', use, URL)
    await answered(application, FeedAnswer(outcome=FeedOutcome.READ, events=events, etag='"1"'))
    return row, source


async def answered(application: RunningApplication, answer: FeedAnswer) -> None:
    """What is due is asked and answered so."""
    for enterprise, asked in application.calendars.feeds_due():
        assert asked.url == URL
        await application.calendars.take_feed(enterprise, asked, answer)


def who(application: RunningApplication, row: Rotation, moment: float) -> str:
    return application.duty.shifts_of(row, moment, moment + 1)[0].person.removeprefix('P-')


async def test_events_of_known_people_count_before_the_layers() -> None:
    async with running_application() as application:
        now = application.clock()
        row, source = await connected(
            application,
            CalendarUse.SHIFTS,
            event(now, 1, 'Desk', 'BOB@example.com'.lower()),
            event(now + HOUR, 1, 'On call: bob'),
            event(now + 2 * HOUR, 1, 'Desk', 'stranger@example.com'),
        )
        layers = who(application, row, now + 3 * HOUR)
        assert [who(application, row, now + at * HOUR) for at in (0, 1)] == ['bob', 'bob']
        assert who(application, row, now + 2 * HOUR) == layers, 'a stranger is called by nobody'
        kept = application.fleet[CalendarSource][source.id]
        assert application.calendars.unknown(kept) == ['Desk']
        (entry,) = application.entries(CalendarRead)
        assert (entry.events, entry.unknown) == (3, ('Desk',))
        assert application.calendars.feeds_due() == []


async def test_a_day_off_of_a_calendar_skips_the_person_and_a_holiday_the_layers() -> None:
    async with running_application() as application:
        now = application.clock()
        row, _ = await connected(application, CalendarUse.DAYS_OFF)
        first = who(application, row, now)
        (source,) = application.fleet[CalendarSource].values()
        day = '2027-01-15'
        off = event(now - 8 * HOUR, 24, f'{first} in the mountains', first_day=day, last_day=day)
        await application.calendars.read_now(application.actor, source.id)
        await answered(application, FeedAnswer(outcome=FeedOutcome.READ, events=(off,)))
        assert who(application, row, now) == {'ann': 'bob', 'bob': 'ann'}[first]


async def test_what_was_read_stays_true_while_it_cannot_be_read_and_that_is_an_alert() -> None:
    async with running_application() as application:
        now = application.clock()
        row, source = await connected(application, CalendarUse.SHIFTS, event(now, 48, 'bob'))
        failed = FeedAnswer(outcome=FeedOutcome.FAILED, said='HTTP 404')
        for _ in range(8):
            application.clock.tick(900)
            await answered(application, failed)
        assert who(application, row, application.clock()) == 'bob'
        (alert,) = application.fleet[Alert].values()
        assert (alert.problem, alert.detail) == ('Calendar Rota of a rotation cannot be read', 'HTTP 404')
        await application.calendars.read_now(application.actor, source.id)
        await answered(application, FeedAnswer(outcome=FeedOutcome.READ, events=(event(now, 48, 'ann'),)))
        assert who(application, row, application.clock()) == 'ann'
        assert not application.fleet[Alert]
        for _ in range(8):
            application.clock.tick(3600)
            await answered(application, failed)
        assert application.fleet[Alert]
        await application.calendars.remove(application.actor, source.id)
        assert not application.fleet[Alert]
        assert application.calendars.of(application.actor, row.id) == []


async def test_the_address_is_checked_and_not_kept_open() -> None:
    async with running_application() as application:
        row, source = await connected(application, CalendarUse.SHIFTS)
        assert 'private' not in repr(source)
        assert source.host == 'calendar.example.com'
        with pytest.raises(Invalid) as refused:
            await application.calendars.connect(application.actor, row.id, 'Other', CalendarUse.SHIFTS, 'ftp://x')
        assert refused.value.field == 'url'
        with pytest.raises(Conflict):
            await application.calendars.connect(application.actor, row.id, 'rota', CalendarUse.SHIFTS, URL)
