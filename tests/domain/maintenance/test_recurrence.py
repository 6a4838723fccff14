"""When windows take place: against a model that looks at every minute, and on the nights on which clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.common.errors import Invalid
from domain.maintenance.model import MaintenanceWindow
from domain.maintenance.recurrence import falls_on, occurrences, read_rule

BERLIN = 'Europe/Berlin'


def window(starts_on: str, length_min: int = 120, rule: str = '', zone: str = BERLIN) -> MaintenanceWindow:
    return MaintenanceWindow(
        id='W',
        enterprise='E',
        name='w',
        zone=zone,
        starts_on=starts_on,
        length_min=length_min,
        rule=rule,
        created_at=0,
        changed_at=0,
    )


def when(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def shown(one: MaintenanceWindow, after: str, count: int = 3) -> list[str]:
    found = islice(occurrences(one, when(after)), count)
    return [
        f'{datetime.fromtimestamp(each.starts_at, UTC):%m-%d %H:%M} {(each.ends_at - each.starts_at) / 60:.0f}'
        for each in found
    ]


def test_two_hours_from_half_past_one_are_two_hours_in_both_nights_of_the_clocks() -> None:
    nightly = window('2027-03-01T01:30', rule='FREQ=DAILY')
    assert shown(nightly, '2027-03-27T12:00', 2) == ['03-28 00:30 120', '03-28 23:30 120']
    assert shown(nightly, '2027-10-30T12:00', 2) == ['10-30 23:30 120', '11-01 00:30 120']


def test_a_begin_that_the_clocks_skip_is_read_with_the_offset_before_and_one_they_repeat_comes_once() -> None:
    nightly = window('2027-03-01T02:30', 30, rule='FREQ=DAILY')
    assert shown(nightly, '2027-03-27T12:00', 2) == ['03-28 01:30 30', '03-29 00:30 30']
    assert shown(nightly, '2027-10-30T12:00', 2) == ['10-31 00:30 30', '11-01 01:30 30']


@pytest.mark.parametrize(
    ('rule', 'days'),
    [
        ('', ['2027-01-04']),
        ('FREQ=DAILY;INTERVAL=10', ['2027-01-04', '2027-01-14', '2027-01-24']),
        ('FREQ=WEEKLY', ['2027-01-04', '2027-01-11', '2027-01-18']),
        ('RRULE:FREQ=WEEKLY;BYDAY=TU,TH', ['2027-01-05', '2027-01-07', '2027-01-12']),
        ('FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO', ['2027-01-10', '2027-01-24', '2027-02-07']),
        ('FREQ=MONTHLY', ['2027-01-04', '2027-02-04', '2027-03-04']),
        ('FREQ=MONTHLY;BYDAY=2TU', ['2027-01-12', '2027-02-09', '2027-03-09']),
        ('FREQ=MONTHLY;BYDAY=-1SU', ['2027-01-31', '2027-02-28', '2027-03-28']),
        ('FREQ=MONTHLY;BYMONTHDAY=31', ['2027-01-31', '2027-03-31', '2027-05-31']),
        ('FREQ=MONTHLY;BYMONTHDAY=-1', ['2027-01-31', '2027-02-28', '2027-03-31']),
        ('FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', ['2027-08-13', '2028-10-13']),
        ('FREQ=WEEKLY;UNTIL=20270111T120000Z', ['2027-01-04', '2027-01-11']),
        ('FREQ=MONTHLY;BYMONTHDAY=30;BYDAY=5MO', ['2027-08-30', '2028-10-30']),
    ],
)
def test_the_days_of_a_rule(rule: str, days: list[str]) -> None:
    one = window('2027-01-04T08:00', rule=rule, zone='UTC')
    found = islice(occurrences(one, when('2027-01-01T00:00')), 3)
    got = [f'{datetime.fromtimestamp(each.starts_at, UTC):%Y-%m-%d}' for each in found]
    assert got == days[: len(got)]
    assert got[:1] == days[:1]


@pytest.mark.parametrize(
    'rule',
    ['FREQ=HOURLY', 'FREQ=WEEKLY;BYDAY=2TU', 'FREQ=DAILY;COUNT=3', 'FREQ=DAILY;INTERVAL=0', 'weekly', 'FREQ=DAILY;FREQ=DAILY',
     'FREQ=MONTHLY;BYMONTHDAY=32', 'FREQ=DAILY;UNTIL=20270101', 'FREQ=WEEKLY;BYMONTHDAY=1', 'FREQ=WEEKLY;WKST=SU'],
)  # fmt: skip
def test_what_is_not_understood_is_refused(rule: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_rule(rule)
    assert refusal.value.field == 'rule'


RULES = (
    '',
    'FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=3',
    'FREQ=WEEKLY;BYDAY=SU,SA',
    'FREQ=MONTHLY;BYDAY=-1SU',
    'FREQ=MONTHLY;BYDAY=1SU',
)
ZONES = (BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'UTC')


@settings(max_examples=40, deadline=None)
@given(
    rule=st.sampled_from(RULES),
    zone=st.sampled_from(ZONES),
    near=st.sampled_from(['2027-03-28', '2027-10-31', '2027-04-04', '2027-11-07', '2027-03-14']),
    clock=st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30])),
    length=st.sampled_from([30, 120, 26 * 60]),
)
def test_every_quarter_of_an_hour_is_in_a_window_as_the_model_says(
    rule: str, zone: str, near: str, clock: tuple[int, int], length: int
) -> None:
    first = date.fromisoformat(near) - timedelta(days=28)
    one = window(f'{first}T{clock[0]:02}:{clock[1]:02}', length, rule, zone)
    begin = when(f'{near}T00:00') - 2 * 86_400
    # the model: each local day's begin, found as the instant that the clocks show, or would have shown before they were changed
    spans = []
    for back in range(-5, 8):
        day = date.fromisoformat(near) + timedelta(days=back)
        if (day == first) if not rule else falls_on(read_rule(rule), first, day):
            wall = datetime(day.year, day.month, day.day, *clock, tzinfo=UTC)
            before = (wall - timedelta(hours=20)).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
            after = (wall + timedelta(hours=20)).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
            exact = [
                wall - off
                for off in (before, after)
                if (wall - off).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) == wall
            ]
            spans.append((min(exact) if exact else wall - before).timestamp())
    found = list(islice(occurrences(one, begin), 12))
    for quarter in range(4 * 24 * 4):
        moment = begin + quarter * 900
        expected = any(start <= moment < start + length * 60 for start in spans)
        assert any(each.starts_at <= moment < each.ends_at for each in found) is expected
