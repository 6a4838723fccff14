"""Windows follow a calendar of planned works: made, moved, cancelled and gone; what is of nothing that is known asks."""

from dataclasses import replace
from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.feeds import FeedAnswer, FeedEvent, FeedOutcome
from domain.common.severity import Severity
from domain.maintenance.calendars.events import WorksCalendarRead
from domain.maintenance.calendars.following import AHEAD_S
from domain.maintenance.calendars.input import NewWorksCalendar
from domain.maintenance.calendars.matching import WorksState
from domain.maintenance.calendars.model import WorksCalendar, WorksRule
from domain.maintenance.input import NewMaintenanceWindow
from domain.maintenance.model import MaintenanceWindow
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from tests.domain.oncall.desk import mail, person, policy, route, step, told
from tests.domain.towers.test_service import TCP, answer, tower
from tests.fakes import RunningApplication, running_application

HOUR, DAY = 3600.0, 86_400.0
URL = 'https://works.example.com/private-1234/planned.ics'


def event(key: str, begin: float, hours: float, summary: str = 'Works at Botlek', **more: Any) -> FeedEvent:
    return FeedEvent(uid=key, key=key, starts_at=begin, ends_at=begin + hours * HOUR, summary=summary, **more)


def full_minute(application: RunningApplication) -> float:
    """Wait for the next one: windows have no seconds."""
    application.clock.tick(-application.clock() % 60)
    return application.clock()


async def connected(application: RunningApplication, *events: FeedEvent, **more: Any) -> WorksCalendar:
    """A calendar that says this."""
    new = NewWorksCalendar(name='Carrier', url=URL, **more)
    row = await application.works_calendars.save(application.actor, new)
    await reads(application, *events)
    return newest(application, row)


async def answered(application: RunningApplication, said: FeedAnswer) -> None:
    """What is due is asked and answered so, and the clock's job looks."""
    for enterprise, asked in application.works_calendars.feeds_due():
        assert asked.url == URL
        await application.works_calendars.take_feed(enterprise, asked, said)
    await application.maintenance.review(application.enterprise)


async def reads(application: RunningApplication, *events: FeedEvent, unread: tuple[str, ...] = ()) -> None:
    for row in application.works_calendars.rows(application.actor):
        await application.works_calendars.read_now(application.actor, row.id)
    await answered(application, FeedAnswer(outcome=FeedOutcome.READ, events=events, unread=unread))


def newest(application: RunningApplication, row: WorksCalendar) -> WorksCalendar:
    return application.works_calendars.read(application.actor, row.id)


def windows(application: RunningApplication) -> list[MaintenanceWindow]:
    return sorted(application.fleet[MaintenanceWindow].values(), key=lambda one: one.starts_on)


def times(application: RunningApplication) -> list[tuple[float, float]]:
    """Begin and end of each window, in hours from now."""
    now = application.clock()
    return [
        ((one.starts_at - now) / HOUR, (one.ends_at - now) / HOUR)
        for row in windows(application)
        for one in application.maintenance.following(row)
    ]


def is_planned(application: RunningApplication, one: Tower) -> bool:
    return tower_state(application.fleet, one.id).status is TowerStatus.MAINTENANCE


async def pass_hours(application: RunningApplication, hours: float) -> None:
    application.clock.tick(hours * HOUR)
    await application.maintenance.review(application.enterprise)
    await application.towers.review_maintenance(application.enterprise)


async def test_an_event_puts_its_tower_into_maintenance_and_nobody_is_told() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        row = await connected(application, event('1', full_minute(application) + 2 * HOUR, 1.5))
        assert times(application) == [(2, 3.5)]
        assert 'private' not in repr(row)
        await pass_hours(application, 2)
        assert is_planned(application, mast)
        await answer(application, mast, False)
        assert not application.fleet[Alert]
        await answer(application, mast, True)
        await pass_hours(application, 1.5)
        assert not is_planned(application, mast)
        (entry,) = application.entries(WorksCalendarRead)
        assert (entry.events, entry.unmatched) == (1, 0)


async def test_a_window_follows_what_is_moved_cancelled_or_gone() -> None:
    async with running_application() as application:
        now = full_minute(application)
        await tower(application, 'Botlek')
        await connected(application, event('1', now + HOUR, 1), event('2', now + 5 * HOUR, 1))
        (first, second) = windows(application)
        await reads(application, event('1', now + 3 * HOUR, 2), event('2', now + 5 * HOUR, 1))
        assert times(application) == [(3, 5), (5, 6)]
        assert [row.id for row in windows(application)] == [first.id, second.id]
        await reads(application, event('2', now + 5 * HOUR, 1))  # cancelled ones are not read, see jobs/feeds
        assert [row.id for row in windows(application)] == [second.id]


async def test_one_that_lasts_is_longer_or_over_as_the_event_says() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        now = full_minute(application)
        await connected(application, event('1', now, 2))
        assert is_planned(application, mast)
        await reads(application, event('1', now, 3))
        await pass_hours(application, 2.5)
        assert is_planned(application, mast)
        await reads(application)
        assert not is_planned(application, mast)
        assert windows(application) == []


async def test_one_that_a_person_made_longer_goes_on_when_the_event_is_over() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        same = event('1', full_minute(application), 1)
        await connected(application, same)
        (row,) = windows(application)
        await application.maintenance.extend(application.actor, row.id, row.version, application.clock() + 3 * HOUR)
        await pass_hours(application, 2)
        await reads(application, same)
        assert is_planned(application, mast)
        await pass_hours(application, 1)
        assert not is_planned(application, mast)
        await reads(application, same)
        assert windows(application) == []


async def test_what_people_do_with_a_window_counts_until_the_event_is_another() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek', checks=(TCP,))
        await answer(application, mast, True)
        now = full_minute(application)
        same = event('1', now + 4 * HOUR, 1)
        await connected(application, same)
        (row,) = windows(application)
        row = await application.maintenance.begin(application.actor, row.id, row.version)
        await reads(application, same)
        assert is_planned(application, mast), 'begun early, it goes on'
        row = windows(application)[0]
        await application.maintenance.end(application.actor, row.id, row.version)
        await pass_hours(application, 4.5)
        await reads(application, same)
        assert not is_planned(application, mast), 'it was ended by a person'
        with pytest.raises(Conflict, match='follows a calendar'):
            await application.maintenance.retire(application.actor, row.id, windows(application)[0].version)
        new = NewMaintenanceWindow(name='x', zone='UTC', starts_on='2027-01-15T10:00', length_min=5, towers=(mast.id,))
        with pytest.raises(Conflict, match='follows a calendar'):
            await application.maintenance.save(application.actor, new, row.id, windows(application)[0].version)


async def test_what_is_of_nothing_asks_until_a_person_has_said_what_it_is_of() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek')
        begin = application.clock() + 2 * DAY
        row = await connected(application, event('1', begin, 1, 'Site RTM-0417'), event('2', begin, 1, 'Party'))
        (alert,) = application.fleet[Alert].values()
        assert (alert.problem, alert.severity) == ('Planned works in Carrier are not known', Severity.INDETERMINATE)
        assert '“Site RTM-0417”, “Party”' in alert.detail
        assert windows(application) == []
        rule = WorksRule(contains='rtm-0417', towers=(mast.id,))
        row = await application.works_calendars.add_rule(application.actor, row.id, row.version, rule)
        assert [one.towers for one in windows(application)] == [(mast.id,)]
        row = await application.works_calendars.leave_out(application.actor, row.id, '2')
        assert not application.fleet[Alert]
        assert [one.state for one in application.works_calendars.works(row)] == [
            WorksState.PLANNED,
            WorksState.LEFT_OUT,
        ]
        await application.works_calendars.leave_out(application.actor, row.id, '2', is_left_out=False)
        assert application.fleet[Alert]
        with pytest.raises(NotFound):
            await application.works_calendars.leave_out(application.actor, row.id, 'x')


async def test_a_tower_that_is_added_later_is_found_by_the_next_look() -> None:
    async with running_application() as application:
        await mail(application)
        await person(application, 'ann')
        await route(application, policy=(await policy(application, step('ann'))).id)
        await connected(application, event('1', application.clock() + HOUR, 1))
        (alert,) = application.fleet[Alert].values()
        assert alert.severity is Severity.INDETERMINATE, 'also when it is soon'
        assert told(application) == [], 'nobody is woken by works of nothing here'
        report = await application.incidents.report(application.actor, application.clock() - HOUR)
        assert [one.id for one in report.others] == [alert.id]
        await tower(application, 'Botlek')
        application.clock.tick(901)
        await answered(application, FeedAnswer(outcome=FeedOutcome.UNCHANGED))
        assert len(windows(application)) == 1
        assert not application.fleet[Alert]


async def test_what_cannot_be_read_is_told_and_what_was_read_stays() -> None:
    async with running_application() as application:
        await tower(application, 'Botlek')
        row = await connected(application, event('1', application.clock() + 9 * HOUR, 1))
        await reads(application, event('1', application.clock() + 9 * HOUR, 1), unread=('“Fibre”: it has no begin',))
        (alert,) = application.fleet[Alert].values()
        assert '1 of its events cannot be read: “Fibre”: it has no begin' in alert.detail
        for _ in range(8):
            application.clock.tick(900)
            await answered(application, FeedAnswer(outcome=FeedOutcome.FAILED, said='HTTP 503'))
        (alert,) = application.fleet[Alert].values()
        assert alert.detail.startswith('cannot be read: HTTP 503')
        assert len(windows(application)) == 1
        await application.works_calendars.remove(application.actor, row.id, newest(application, row).version)
        assert (windows(application), dict(application.fleet[Alert])) == ([], {})


async def test_windows_are_made_a_month_ahead_and_asked_as_often_as_it_says() -> None:
    async with running_application() as application:
        await tower(application, 'Botlek')
        row = await connected(application, event('1', application.clock() + AHEAD_S + DAY, 1), every_min=60)
        assert windows(application) == []
        assert newest(application, row).state.next_at == application.clock() + 3600
        application.clock.tick(DAY + 3600)
        await answered(application, FeedAnswer(outcome=FeedOutcome.UNCHANGED))
        assert len(windows(application)) == 1


async def test_what_is_wrong_is_named_by_its_field() -> None:
    async with running_application() as application:
        for field, more in (
            ('url', {'url': 'ftp://x'}),
            ('url', {'url': ''}),
            ('every_min', {'every_min': 1}),
            ('zone', {'zone': 'Mars'}),
            ('texts', {'texts': ()}),
            ('by_name', {'by_name': ()}),
            ('rules.0.contains', {'rules': (WorksRule(contains='--'),)}),
            ('rules.0.towers', {'rules': (WorksRule(contains='site', towers=('T-9',)),)}),
        ):
            new = replace(NewWorksCalendar(name='Carrier', url=URL), **more)
            with pytest.raises(Invalid) as refused:
                await application.works_calendars.save(application.actor, new)
            assert refused.value.field == field
        await connected(application)
        with pytest.raises(Conflict):
            await application.works_calendars.save(application.actor, NewWorksCalendar(name='CARRIER', url=URL))


async def test_a_viewer_neither_sees_nor_connects_calendars() -> None:
    async with running_application() as application:
        viewer = replace(application.actor, permissions=frozenset())
        with pytest.raises(NotAllowed):
            application.works_calendars.rows(viewer)
        with pytest.raises(NotAllowed):
            await application.works_calendars.save(viewer, NewWorksCalendar(name='x', url=URL))
