"""Shifts that are taken and swapped, and gaps that are alerts before they are reached."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.channels.model import Delivery
from domain.common.errors import Invalid, NotAllowed, NotFound
from domain.common.severity import Severity
from domain.oncall.alerts import GAP_AHEAD
from domain.oncall.events import ShiftTaken
from domain.oncall.input import NewRotation
from domain.oncall.model import Hours, Layer, Rotation
from domain.oncall.rota import on_call
from tests.domain.oncall.desk import mail, person, rotation
from tests.fakes import RunningApplication, running_application

DAY_S = 86_400.0


async def test_a_shift_is_taken_by_an_operator_and_given_back() -> None:
    async with running_application() as application:
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        watcher = await person(application, 'vic', Role.VIEWER)
        row = await rotation(application, 'ann')
        now = application.clock()
        with pytest.raises(NotAllowed):
            await application.duty.take(application.as_(watcher), row.id, bob.id, now, now + 60)
        taken = await application.duty.take(application.as_(bob), row.id, bob.id, now, now + 60)
        assert on_call(taken, now) == bob.id
        (entry,) = application.entries(ShiftTaken)
        assert (entry.by, entry.person) == ('bob', 'bob')
        back = await application.duty.give_back(application.as_(bob), row.id, taken.overrides[0].id)
        assert on_call(back, now) == ann.id
        with pytest.raises(Invalid):
            await application.duty.take(application.as_(bob), row.id, bob.id, now - 60, now)


async def test_two_people_swap_their_shifts() -> None:
    async with running_application() as application:
        for name in ('ann', 'bob'):
            await person(application, name)
        row = await rotation(application, 'ann', 'bob')
        found = application.duty.shifts_of(row, application.clock(), application.clock() + 3 * DAY_S)
        one, other = [(shift.person, shift.starts_at, shift.ends_at) for shift in found[1:3]]
        swapped = await application.duty.swap(application.actor, row.id, one, other)
        after = application.duty.shifts_of(swapped, found[0].starts_at, found[-1].ends_at)
        assert [shift.person for shift in after[1:3]] == [other[0], one[0]]
        assert [shift.person for shift in (after[0], *after[3:])] == [shift.person for shift in (found[0], *found[3:])]


async def test_a_gap_is_an_alert_a_week_ahead_worse_on_the_day_before_and_over_when_it_is_filled() -> None:
    async with running_application() as application:
        ann = await person(application, 'ann')
        row = await rotation(application, 'ann', hours=(Hours(begins='00:00', ends='00:00', days=(1, 2, 3, 4, 5, 6)),))
        await application.duty.look_ahead(application.enterprise)
        (alert,) = application.fleet[Alert].values()
        assert (alert.severity, alert.object_name) == (Severity.MINOR, 'Night desk')
        (gap,) = [
            one
            for one in application.duty.shifts_of(row, application.clock(), application.clock() + 6 * DAY_S)
            if not one.person
        ]
        application.clock.now = gap.starts_at - 3600
        await application.duty.look_ahead(application.enterprise)
        (alert,) = application.fleet[Alert].values()
        assert alert.severity is Severity.MAJOR
        await application.duty.take(application.actor, row.id, ann.id, gap.starts_at, gap.ends_at)
        await application.duty.look_ahead(application.enterprise)
        assert not application.fleet[Alert]


async def test_the_alert_of_a_gap_says_whether_it_is_ahead_or_now_and_that_it_was() -> None:
    async with running_application() as application:
        ann = await person(application, 'ann')
        row = await rotation(application, 'ann', hours=(Hours(begins='00:00', ends='00:00', days=(1, 2, 3, 4, 5, 6)),))
        now = application.clock()
        (gap,) = [one for one in application.duty.shifts_of(row, now, now + 6 * DAY_S) if not one.person]
        begin, end = [f'{datetime.fromtimestamp(one, UTC):%Y-%m-%d %H:%M} UTC' for one in (gap.starts_at, gap.ends_at)]
        said = []
        for at in (gap.starts_at - 3600, gap.starts_at, gap.ends_at - 60, gap.ends_at):
            application.clock.now = at
            await application.duty.look_ahead(application.enterprise)
            (alert,) = application.fleet[Alert].values()
            said.append((alert.problem, alert.detail))
        ahead = ('Nobody will be on call in Night desk', f'Nobody from {begin} until {end}')
        is_now = ('Nobody is on call in Night desk', f'Nobody since {begin} until {end}')
        assert said[:3] == [ahead, is_now, is_now]
        assert said[3][0] == ahead[0], 'the next Sunday'
        application.clock.now = gap.ends_at - 60
        await application.duty.look_ahead(application.enterprise)
        await application.duty.take(application.actor, row.id, ann.id, gap.ends_at - 60, gap.ends_at + 8 * DAY_S)
        (alert,) = application.fleet[Alert].values()
        await application.duty.look_ahead(application.enterprise)
        over = application.store.rows[Alert][alert.id]
        assert GAP_AHEAD.words(over) == 'Nobody was on call in Night desk'


async def test_the_turns_of_a_person_who_left_are_skipped_and_a_rotation_of_nobody_is_a_gap() -> None:
    async with running_application() as application:
        ann = await person(application, 'ann')
        await rotation(application, 'ann')
        await application.duty.look_ahead(application.enterprise)
        assert not application.fleet[Alert]
        left = replace(ann, disabled_at=application.clock())
        await application.transactor.transact(lambda tx: tx.put(left), application.enterprise)
        await application.duty.look_ahead(application.enterprise)
        assert len(application.fleet[Alert]) == 1


async def test_a_calendar_is_opened_by_its_newest_secret_alone() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        row = await rotation(application, 'ann')
        row, first = await application.duty.make_feed(application.actor, row.id, row.version)
        assert application.duty.by_feed(row.id, first).id == row.id
        row, second = await application.duty.make_feed(application.actor, row.id, row.version)
        assert application.duty.by_feed(row.id, second).id == row.id
        for secret in (first, '', second[:-1]):
            with pytest.raises(NotFound):
                application.duty.by_feed(row.id, secret)


async def test_what_is_wrong_with_a_rotation_is_named_by_its_field() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        good = Layer(name='days', people=('P-ann',), zone='UTC', starts_on='2026-11-30')
        for wrong, field in (
            (replace(good, zone='Mars/Olympus'), 'layers.0.zone'),
            (replace(good, handover='24:00'), 'layers.0.handover'),
            (replace(good, starts_on='2026-02-30'), 'layers.0.starts_on'),
            (replace(good, people=('P-zoe',)), 'layers.0.people'),
            (replace(good, people=()), 'layers.0.people'),
            (replace(good, turn_days=0), 'layers.0.turn_days'),
            (replace(good, hours=(Hours(begins='08:00', ends='20:00', days=(8,)),)), 'layers.0.hours.0.days'),
        ):
            new = NewRotation(name='Desk', zone='UTC', layers=(wrong,))
            with pytest.raises(Invalid) as refusal:
                await application.on_call.save_rotation(application.actor, new)
            assert refusal.value.field == field


def said(application: RunningApplication) -> list[tuple[str, str, str]]:
    """To whom a message is on its way, what its line says, and what stands below."""
    rows = sorted(application.fleet[Delivery].values(), key=lambda one: one.id)
    return [(one.recipient, one.announcement.problem, one.announcement.detail) for one in rows]


async def test_who_loses_a_shift_is_told_once_by_their_own_way_and_the_journal_names_them() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        row = await rotation(application, 'ann')
        now = application.clock()
        await application.duty.take(application.as_(bob), row.id, bob.id, now, now + 3 * DAY_S)
        ((to, words, below),) = said(application)
        assert (to, below) == (ann.id, 'changed by bob')
        assert words.startswith(
            'Your shift in Night desk from Fri 15 Jan 08:00 to Mon 18 Jan 08:00 (UTC) is taken over: bob'
        )
        assert application.entries(ShiftTaken)[0].instead_of == 'ann'


async def test_what_an_administrator_changes_is_told_to_both_and_nothing_is_told_of_what_stays() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        row = await rotation(application, 'ann')
        now = application.clock()
        taken = await application.duty.take(application.actor, row.id, bob.id, now, now + 3600)
        told = said(application)
        assert [to for to, _, _ in told] == [ann.id, bob.id]
        assert told[1][1].startswith('You are on call in Night desk from ')
        assert told[1][1].endswith(', instead of ann')
        await application.duty.take(application.actor, row.id, bob.id, now, now + 3600)
        assert len(said(application)) == 2, 'bob is on call already'
        await application.duty.give_back(application.as_(ann), row.id, taken.overrides[0].id)
        assert len(said(application)) == 2, 'the other override still puts bob on call'
        (left,) = application.fleet[Rotation][row.id].overrides
        await application.duty.give_back(application.as_(ann), row.id, left.id)
        to, words, _ = said(application)[2]
        assert (to, 'is taken over: ann is on call' in words) == (bob.id, True)


async def test_a_swap_by_an_administrator_tells_each_of_both_shifts_in_one_message() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob = await person(application, 'ann'), await person(application, 'bob')
        row = await rotation(application, 'ann', 'bob')
        found = application.duty.shifts_of(row, application.clock(), application.clock() + 3 * DAY_S)
        one, other = [(shift.person, shift.starts_at, shift.ends_at) for shift in found[1:3]]
        await application.duty.swap(application.actor, row.id, one, other)
        told = said(application)
        assert sorted(to for to, _, _ in told) == sorted([ann.id, bob.id])
        assert all('Your shift' in words and 'You are on call' in below for _, words, below in told)
