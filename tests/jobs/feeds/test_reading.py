"""What is read of calendars as programs write them, and that a hostile one ends by itself."""

import asyncio
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobs.feeds.reading import Unreadable, events

BERLIN = ZoneInfo('Europe/Berlin')
FROM, UNTIL = datetime(2027, 3, 1, tzinfo=BERLIN).timestamp(), datetime(2027, 4, 30, tzinfo=BERLIN).timestamp()
ZONE = (
    'BEGIN:VTIMEZONE',
    'TZID:Amt',
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:19700329T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
)


def calendar(*lines: str, head: tuple[str, ...] = ()) -> bytes:
    """A calendar with one event of these lines."""
    all = (
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//x//y//',
        *head,
        'BEGIN:VEVENT',
        *lines,
        'END:VEVENT',
        'END:VCALENDAR',
        '',
    )
    return '\r\n'.join(all).encode()


def read(*lines: str, head: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The events of it."""
    found, unread = events(calendar(*lines, head=head), 'Europe/Berlin', FROM, UNTIL)
    assert unread == []
    return found


def local(moment: float) -> str:
    """As a person there reads it."""
    return datetime.fromtimestamp(moment, BERLIN).strftime('%m-%d %H:%M')


@pytest.mark.parametrize(
    ('begin', 'until', 'last'),
    [
        ('DTSTART;TZID=Europe/Berlin:20270301T220000', '20270304', '03-04 22:00'),
        ('DTSTART;TZID=Europe/Berlin:20270301T000000', '20270304', '03-04 00:00'),
        (
            'DTSTART;TZID=Europe/Berlin:20270325T220000',
            '20270328',
            '03-28 22:00',
        ),  # the day on which clocks are changed
        ('DTSTART;TZID=Amt:20270301T220000', '20270304', '03-04 22:00'),
        ('DTSTART;TZID=America/Los_Angeles:20270301T220000', '20270304', '03-05 07:00'),  # that is 03-04 22:00 there
        ('DTSTART:20270301T220000', '20270304', '03-04 22:00'),
        ('DTSTART:20270301T233000Z', '20270304', '03-05 00:30'),
        ('DTSTART;VALUE=DATE:20270301', '20270304', '03-04 00:00'),
        ('DTSTART;TZID=Europe/Berlin:20270301T220000', '20270304T210000Z', '03-04 22:00'),
        ('DTSTART;TZID=Europe/Berlin:20270301T220000', '20270304T205959Z', '03-03 22:00'),
        ('DTSTART:20270301T220000', '20270304T210000Z', '03-04 22:00'),
        ('DTSTART:20270301T220000', '20270304T205959Z', '03-03 22:00'),
    ],
)
def test_the_last_day_of_a_series_is_one_of_it_however_it_is_written(begin: str, until: str, last: str) -> None:
    found = read('UID:1', begin, f'RRULE:FREQ=DAILY;UNTIL={until}', head=ZONE)
    assert local(found[-1]['starts_at']) == last


@pytest.mark.parametrize(
    ('begin', 'head'),
    [
        ('DTSTART;TZID=Europe/Berlin:20270327T220000', ()),
        ('DTSTART;TZID=W. Europe Standard Time:20270327T220000', ()),
        ('DTSTART;TZID=Amt:20270327T220000', ZONE),
        ('DTSTART:20270327T220000', ()),
    ],
)
def test_a_recurring_event_keeps_its_local_time_over_the_change_of_the_clock(begin: str, head: tuple[str, ...]) -> None:
    end = begin.replace('DTSTART', 'DTEND').replace('20270327T22', '20270328T06')
    found = read('UID:1', begin, end, 'RRULE:FREQ=DAILY;COUNT=3', head=head)
    assert [(local(one['starts_at']), local(one['ends_at'])) for one in found] == [
        ('03-27 22:00', '03-28 06:00'),  # seven hours: one is skipped
        ('03-28 22:00', '03-29 06:00'),
        ('03-29 22:00', '03-30 06:00'),
    ]


def test_exceptions_moved_and_cancelled_ones_are_seen() -> None:
    body = calendar(
        'UID:1', 'DTSTART;TZID=Europe/Berlin:20270301T080000', 'DTEND;TZID=Europe/Berlin:20270301T090000',
        'RRULE:FREQ=WEEKLY;COUNT=5', 'EXDATE;TZID=Europe/Berlin:20270308T080000', 'SUMMARY:Ben',
        'END:VEVENT', 'BEGIN:VEVENT',
        'UID:1', 'RECURRENCE-ID;TZID=Europe/Berlin:20270315T080000', 'DTSTART;TZID=Europe/Berlin:20270316T100000',
        'DTEND;TZID=Europe/Berlin:20270316T110000', 'SUMMARY:Ann',
        'END:VEVENT', 'BEGIN:VEVENT',
        'UID:1', 'RECURRENCE-ID;TZID=Europe/Berlin:20270322T080000', 'DTSTART;TZID=Europe/Berlin:20270322T080000',
        'DTEND;TZID=Europe/Berlin:20270322T090000', 'STATUS:CANCELLED',
    )  # fmt: skip
    found, _ = events(body, 'UTC', FROM, UNTIL)
    assert [(local(one['starts_at']), one['summary']) for one in found] == [
        ('03-01 08:00', 'Ben'), ('03-16 10:00', 'Ann'), ('03-29 08:00', 'Ben'),
    ]  # fmt: skip


def test_a_time_of_an_event_has_the_same_key_when_it_is_moved() -> None:
    weekly = ('UID:1', 'DTSTART:20270301T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=2')
    moved = (
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:1',
        'RECURRENCE-ID:20270308T080000Z',
        'DTSTART:20270309T110000Z',
        'DURATION:PT1H',
    )
    first, second = read(*weekly)
    _, later = read(*weekly, *moved)
    assert first['key'] != second['key'] == later['key']
    (once,), (once_moved,) = (read('UID:2', f'DTSTART:202703{day}T080000Z', 'DURATION:PT1H') for day in ('10', '12'))
    assert once['key'] == once_moved['key'] == '2'


def test_of_several_texts_of_an_event_the_newest_counts() -> None:
    old = ('UID:1', 'SEQUENCE:1', 'DTSTART:20270310T080000Z', 'DURATION:PT1H')
    new = ('UID:1', 'SEQUENCE:2', 'DTSTART:20270310T110000Z', 'DURATION:PT1H')
    for first, second in ((old, new), (new, old)):
        (found,) = read(*first, 'END:VEVENT', 'BEGIN:VEVENT', *second)
        assert local(found['starts_at']) == '03-10 12:00'


def test_categories_are_read_from_every_line() -> None:
    (found,) = read('UID:1', 'DTSTART:20270310T080000Z', 'DURATION:PT1H', 'CATEGORIES:West,planned', 'CATEGORIES:RTM-1')
    assert found['categories'] == ['West', 'planned', 'RTM-1']


@pytest.mark.parametrize(
    ('lines', 'because'),
    [
        (('DTSTART:garbage',), 'DTSTART cannot be read'),
        (('LOCATION:nowhere',), 'no begin'),
        (('DTSTART:20270310T080000Z', 'DTEND:20270309T080000Z'), 'ends before it begins'),
        (('DTSTART:20270310T080000Z', 'DTEND;VALUE=DATE:20270311'), 'a time and its end a day'),
        (('DTSTART:20270310T080000Z', 'RRULE:FREQ=NEVER'), 'RRULE cannot be read'),
        (('DTSTART;TZID=Head Office:20270310T080000', 'DURATION:PT1H'), 'its time zone is not known (Head Office)'),
    ],
)
def test_an_event_that_is_broken_is_named_and_takes_no_other_with_it(lines: tuple[str, ...], because: str) -> None:
    well = ('UID:1', 'DTSTART:20270310T080000Z', 'DURATION:PT1H')
    broken = ('END:VEVENT', 'BEGIN:VEVENT', 'UID:2', 'SUMMARY:Fibre works', *lines)
    found, (unread,) = events(calendar(*well, *broken), 'UTC', FROM, UNTIL)
    assert [one['uid'] for one in found] == ['1']
    assert unread.startswith('“Fibre works”: ')
    assert because in unread


@pytest.mark.parametrize(
    ('length', 'ends'),
    [('DURATION:PT8H', '03-28 07:00'), ('DURATION:P1D', '03-28 22:00'), ('DTEND:20270328T060000', '03-28 06:00')],
)
def test_hours_of_a_length_are_elapsed_time_and_its_days_those_of_the_clock(length: str, ends: str) -> None:
    for again in ((), ('RRULE:FREQ=WEEKLY;COUNT=2',)):
        found = read('UID:1', 'DTSTART:20270327T220000', length, *again)
        assert local(found[0]['ends_at']) == ends


def test_a_begin_that_the_clock_skips_keeps_its_length() -> None:
    (found,) = read('UID:1', 'DTSTART:20270328T023000', 'DURATION:PT1H')
    assert (local(found['starts_at']), local(found['ends_at'])) == ('03-28 03:30', '03-28 04:30')


def test_a_day_that_ends_when_it_begins_is_that_day() -> None:
    (found,) = read('UID:1', 'DTSTART;VALUE=DATE:20270326', 'DTEND;VALUE=DATE:20270326')
    assert (local(found['starts_at']), local(found['ends_at'])) == ('03-26 00:00', '03-27 00:00')


def test_a_zone_as_exchange_writes_it_is_read() -> None:
    (found,) = read('UID:1', 'DTSTART;TZID=tzone://Microsoft/Utc:20270310T080000', 'DURATION:PT1H')
    assert local(found['starts_at']) == '03-10 09:00'
    head = tuple(line.replace('TZID:Amt', 'TZID:tzone://Microsoft/Custom') for line in ZONE)
    (found,) = read('UID:1', 'DTSTART;TZID=tzone://Microsoft/Custom:20270410T080000', 'DURATION:PT1H', head=head)
    assert local(found['starts_at']) == '04-10 08:00'


def test_times_that_were_moved_with_all_that_follow_and_events_without_an_id_have_a_key_each() -> None:
    series = ('UID:1', 'DTSTART:20270301T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4')
    later = ('UID:1', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20270302T080000Z', 'DTSTART:20270302T100000Z', 'DURATION:PT1H')
    nameless = ('SUMMARY:Fibre works', 'DTSTART:20270320T080000Z', 'DURATION:PT1H')
    second = ('SUMMARY:Fibre works', 'DTSTART:20270321T080000Z', 'DURATION:PT1H')
    between = ('END:VEVENT', 'BEGIN:VEVENT')
    found = read(*series, *between, *later, *between, *nameless, *between, *second)
    assert len(found) == len({one['key'] for one in found}) == 6


def test_days_are_days_and_begin_at_midnight_of_the_zone() -> None:
    (found,) = read('UID:1', 'DTSTART;VALUE=DATE:20270326', 'DTEND;VALUE=DATE:20270330', 'SUMMARY:Easter')
    assert (found['first_day'], found['last_day']) == ('2027-03-26', '2027-03-29')
    assert (local(found['starts_at']), local(found['ends_at'])) == ('03-26 00:00', '03-30 00:00')


def test_people_are_those_who_did_not_decline() -> None:
    (found,) = read(
        'UID:1', 'DTSTART:20270326T080000Z', 'DTEND:20270326T090000Z', 'ORGANIZER:mailto:rota@example.com',
        'ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.com', 'ATTENDEE:MAILTO:Ben@Example.com',
    )  # fmt: skip
    assert found['mails'] == ['ben@example.com', 'rota@example.com']


def test_an_event_that_is_cancelled_is_none() -> None:
    assert read('UID:1', 'DTSTART:20270326T080000Z', 'DTEND:20270326T090000Z', 'STATUS:CANCELLED') == []


def test_texts_are_bounded_and_hold_nothing_that_cannot_be_printed() -> None:
    (found,) = read('UID:1', 'DTSTART:20270326T080000Z', 'DTEND:20270326T090000Z', 'SUMMARY:a\\nb\x07' + 'x' * 9000)
    assert found['summary'] == 'a b ' + 'x' * 196


def test_what_is_no_calendar_is_refused_in_words() -> None:
    with pytest.raises(Unreadable, match='no iCalendar'):
        events(b'<html>sign in</html>', 'UTC', FROM, UNTIL)


def test_a_calendar_that_was_cut_off_is_refused_and_not_taken_for_an_empty_one() -> None:
    whole = calendar('UID:1', 'DTSTART:20270310T080000Z', 'DURATION:PT1H')
    for body in (whole.replace(b'END:VCALENDAR\r\n', b''), whole[: len(whole) // 2]):
        with pytest.raises(Unreadable, match='not whole'):
            events(body, 'UTC', FROM, UNTIL)
    for body in (whole.replace(b'\r\n', b'\n'), b'\xef\xbb\xbf' + whole, whole.replace(b'VCALENDAR', b'vcalendar')):
        assert len(events(body, 'UTC', FROM, UNTIL)[0]) == 1


def test_too_many_events_are_refused_in_words() -> None:
    with pytest.raises(Unreadable, match='more than 2000 events'):
        read('UID:1', 'DTSTART:20270301T080000Z', 'DTEND:20270301T080100Z', 'RRULE:FREQ=MINUTELY')


async def test_a_rule_without_an_end_does_not_keep_the_reader() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, '-m', 'jobs.feeds.reading', 'UTC', str(FROM), str(UNTIL),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    body = calendar('UID:1', 'DTSTART:19700101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')
    async with asyncio.timeout(60):
        said, _ = await process.communicate(body)
    assert process.returncode != 0 or b'error' in said
