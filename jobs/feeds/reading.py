"""Reads a calendar (iCalendar) in a process of its own: ``python -m jobs.feeds.reading ZONE FROM UNTIL``, the calendar on standard input.

A calendar is what a stranger wrote. A rule that recurs every second since 1970, or never, would keep this process busy for hours; it has
so much time and memory as the system lets it have, and ends. What it says is JSON: ``events``, or ``error`` with words for a person.
"""

import json
import re
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from domain.common.feeds import MOST_EVENTS, MOST_UNREAD

CPU_S = 10
MEMORY = 1 << 30
MOST_TEXT = 1000
MOST_PEOPLE = 50
_DECLINED = 'DECLINED'
_EXCHANGE = re.compile(rb';TZID=(tzone://[^":;\r\n]+)(?=[:;])')
"""A zone as some servers of Exchange write it, without the quotation marks that its colon needs (RFC 5545, 3.2)."""
_LENGTH = 'X-CELLWARDEN-LENGTH'
_EDGE = re.compile(rb'^(BEGIN|END):VCALENDAR[ \t]*\r?$', re.IGNORECASE | re.MULTILINE)
_TIMES = frozenset({'DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'})


class Unreadable(Exception):
    """The calendar cannot be used; the text says why."""


def main() -> None:
    """Read, and say what was read."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    zone, from_at, until_at = sys.argv[1:]
    try:
        found, unread = events(sys.stdin.buffer.read(), zone, float(from_at), float(until_at))
        said: dict[str, Any] = {'events': found, 'unread': unread}
    except Unreadable as error:
        said = {'error': str(error)}
    except Exception as error:  # noqa: BLE001 - a library met what it does not know, in what a stranger wrote
        said = {'error': f'it cannot be read as a calendar ({type(error).__name__})'}
    json.dump(said, sys.stdout)


def events(body: bytes, zone: str, from_at: float, until_at: float) -> tuple[list[dict[str, Any]], list[str]]:
    """Those between, in order of time, and what cannot be read, each with why; cancelled ones are none. Raises ``Unreadable``."""
    if b'BEGIN:VCALENDAR' not in body[:4096].upper():
        raise Unreadable('this is no iCalendar: it does not begin with BEGIN:VCALENDAR')
    edges = Counter(edge.upper() for edge in _EDGE.findall(body.removeprefix(b'\xef\xbb\xbf').replace(b'\r', b'\n')))
    if edges[b'END'] < edges[b'BEGIN']:
        raise Unreadable('it is not whole: its end (END:VCALENDAR) is missing')
    body = _EXCHANGE.sub(rb';TZID="\1"', body.replace(b';TZID=tzone://Microsoft/Utc', b';TZID=UTC'))
    try:
        calendars = icalendar.Calendar.from_ical(body, multiple=True)
    except ValueError as error:
        raise Unreadable(f'it breaks the rules of iCalendar: {_text(str(error), 200)}') from error
    found: list[dict[str, Any]] = []
    unread: list[str] = []
    for calendar in calendars:
        begin, end, again = (
            datetime.fromtimestamp(from_at, UTC),
            datetime.fromtimestamp(until_at, UTC),
            _recurring(calendar),
        )
        for event in _between(calendar, begin, end, ZoneInfo(zone), unread):
            if str(event.get('STATUS', '')).upper() != 'CANCELLED':
                found.append(_read(event, ZoneInfo(zone), recurring=_uid(event) in again))
            if len(found) > MOST_EVENTS:
                raise Unreadable(f'it has more than {MOST_EVENTS} events in the next months')
    return sorted(found, key=lambda one: (one['starts_at'], one['ends_at'], one['uid'])), unread[:MOST_UNREAD]


def _between(calendar: Any, begin: datetime, end: datetime, zone: ZoneInfo, unread: list[str]) -> Iterator[Any]:
    """The events of a calendar; one that is broken does not take the others with it."""
    whole = []
    for event in calendar.subcomponents:
        because = _broken(event) if event.name == 'VEVENT' else ''
        if because:
            unread.append(f'{_called(event)}: {because}')
        else:
            whole.append(event)
            _mend_until(event, zone)
            if 'DURATION' in event:  # the times of a series are copies without it
                event[_LENGTH] = event['DURATION']
    calendar.subcomponents = whole
    try:
        yield from recurring_ical_events.of(calendar).between(begin, end)
    except Exception:  # noqa: BLE001 - a library met what it does not know: which event that is, is found out one by one
        zones = [one for one in whole if one.name != 'VEVENT']
        by_uid: dict[str, list[Any]] = {}
        for event in whole:
            if event.name == 'VEVENT':
                by_uid.setdefault(_uid(event), []).append(event)
        for series in by_uid.values():
            calendar.subcomponents = [*zones, *series]
            try:
                yield from recurring_ical_events.of(calendar).between(begin, end)
            except Exception as error:  # noqa: BLE001 - see above
                unread.append(f'{_called(series[0])}: its times cannot be worked out ({type(error).__name__})')
        calendar.subcomponents = whole


def _broken(event: Any) -> str:
    """Why the times of an event cannot be read; empty when they can."""
    for name, said in event.errors:
        if str(name).upper() in _TIMES:
            return f'{name} cannot be read ({_text(said, 100)})'
    if 'DTSTART' not in event:
        return 'it has no begin (DTSTART)'
    for name in ('DTSTART', 'DTEND'):
        if (zone := _unknown_zone(event.get(name))) is not None:
            return f'its time zone is not known ({_text(zone, 80)})'
    begins, ends = event['DTSTART'].dt, event['DTEND'].dt if 'DTEND' in event else None
    if ends is not None and isinstance(begins, datetime) != isinstance(ends, datetime):
        return 'its begin is a time and its end a day, or the other way round'
    if ends is not None and type(begins) is type(ends) and _is_before(ends, begins):
        return 'it ends before it begins'
    return ''


def _mend_until(event: Any, zone: ZoneInfo) -> None:
    """Programs write the last day of a series of times as a bare day, which RFC 5545 (3.3.10) does not allow: that day is one of them, by
    the clock of the series. Of a series without a zone a last moment in UTC is one by the clock of the ``zone`` in which it is read."""
    begins = event['DTSTART'].dt if 'DTSTART' in event else None
    if not isinstance(begins, datetime):
        return
    rules = event.get('RRULE', [])
    for rule in rules if isinstance(rules, list) else [rules]:
        for at, until in enumerate(rule.get('UNTIL', [])):
            if not isinstance(until, datetime):
                last = datetime.combine(until, time(23, 59, 59), tzinfo=begins.tzinfo)
                rule['UNTIL'][at] = last.astimezone(UTC) if last.tzinfo is not None else last
            elif until.tzinfo is not None and begins.tzinfo is None:
                rule['UNTIL'][at] = until.astimezone(zone).replace(tzinfo=None)


def _unknown_zone(value: Any) -> str | None:
    """The zone that a time names, where neither the calendar nor the world says what it is: its times would be guessed."""
    params = getattr(value, 'params', {})
    is_known = value is None or not isinstance(value.dt, datetime) or value.dt.tzinfo is not None
    return None if is_known or 'TZID' not in params else str(params['TZID'])


def _is_before(one: Any, other: Any) -> bool:
    """Where one has a zone and the other has none, it is not known."""
    try:
        return bool(one < other)
    except TypeError:
        return False


def _recurring(calendar: Any) -> frozenset[str]:
    """The UIDs of events that take place more than once."""
    return frozenset(
        _uid(one) for one in calendar.walk('VEVENT') if any(name in one for name in ('RRULE', 'RDATE', 'RECURRENCE-ID'))
    )


def _uid(event: Any) -> str:
    return _text(event.get('UID', ''), 255)


def _called(event: Any) -> str:
    return f'“{_text(event.get("SUMMARY", ""), 80) or "without a title"}”'


def _read(event: Any, zone: ZoneInfo, *, recurring: bool) -> dict[str, Any]:
    begins = event['DTSTART'].dt
    ends = _end(event, begins, zone)
    is_days = not isinstance(begins, datetime)
    uid = _uid(event)
    return {
        'uid': uid,
        'key': _key(event, zone, recurring=recurring),
        'starts_at': _moment(begins, zone),
        'ends_at': _moment(ends, zone),
        'summary': _text(event.get('SUMMARY', ''), 200),
        'mails': list(dict.fromkeys(_mails(event)))[:MOST_PEOPLE],
        'location': _text(event.get('LOCATION', ''), 200),
        'description': _text(event.get('DESCRIPTION', ''), MOST_TEXT),
        'categories': [_text(one, 100) for one in _categories(event)][:MOST_PEOPLE],
        'first_day': begins.isoformat() if is_days else '',
        'last_day': max(begins, ends - timedelta(days=1)).isoformat() if is_days else '',
        'is_tentative': str(event.get('STATUS', '')).upper() == 'TENTATIVE',
    }


def _key(event: Any, zone: ZoneInfo, *, recurring: bool) -> str:
    """What tells this time from all others. One that has no UID, or that was moved with all that follow, is told by its begin."""
    uid, again = _uid(event), event.get('RECURRENCE-ID')
    if not uid:
        return f'{_text(event.get("SUMMARY", ""), 200)} {_moment(event["DTSTART"].dt, zone):.0f}'
    if not recurring or again is None:
        return uid
    which = event['DTSTART'] if 'RANGE' in again.params else again
    return f'{uid} {_moment(which.dt, zone):.0f}'


def _categories(event: Any) -> Iterator[str]:
    """``CATEGORIES`` may stand there several times, each with several words."""
    value = event.get('CATEGORIES', [])
    for one in value if isinstance(value, list) else [value]:
        yield from map(str, getattr(one, 'cats', [one]))


def _end(event: Any, begins: date, zone: ZoneInfo) -> Any:
    """Without an end an event of days is one day long, another one a moment (RFC 5545, 3.6.1); programs that write the begin as the end of
    one day mean that day."""
    if isinstance(begins, datetime):
        return _after(begins, event[_LENGTH].dt, zone) if _LENGTH in event else _said_end(event, begins)
    return max(_said_end(event, begins), begins + timedelta(days=1))


def _said_end(event: Any, begins: date) -> Any:
    return event['DTEND'].dt if 'DTEND' in event else begins


def _after(begins: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """Days are those of the clock, hours and minutes are elapsed time (RFC 5545, 3.3.6)."""
    days = timedelta(days=length.days)
    return datetime.fromtimestamp(_moment(begins + days, zone), UTC) + (length - days)


def _moment(value: date, zone: ZoneInfo) -> float:
    local = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (local if local.tzinfo is not None else local.replace(tzinfo=zone)).timestamp()


def _mails(event: Any) -> Iterator[str]:
    """Attendees first: an organizer is often a calendar and no person."""
    for name in ('ATTENDEE', 'ORGANIZER'):
        value = event.get(name, [])
        for one in value if isinstance(value, list) else [value]:
            declined = str(getattr(one, 'params', {}).get('PARTSTAT', '')).upper() == _DECLINED
            mail = _text(one, 254).lower().removeprefix('mailto:')
            if '@' in mail and not declined:
                yield mail


def _text(value: object, most: int) -> str:
    if isinstance(value, list):
        value = value[0] if value else ''
    return ' '.join(''.join(each if each.isprintable() else ' ' for each in str(value)).split())[:most]


if __name__ == '__main__':
    main()
