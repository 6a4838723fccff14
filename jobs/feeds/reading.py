"""Reads a calendar (iCalendar) in a process of its own: ``python -m jobs.feeds.reading ZONE FROM UNTIL``, the calendar on standard input.

A calendar is what a stranger wrote. A rule that recurs every second since 1970, or never, would keep this process busy for hours; it has
so much time and memory as the system lets it have, and ends. What it says is JSON: ``events``, or ``error`` with words for a person.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from domain.common.feeds import MOST_EVENTS

CPU_S = 10
MEMORY = 1 << 30
MOST_TEXT = 1000
MOST_PEOPLE = 50
_DECLINED = 'DECLINED'


class Unreadable(Exception):
    """The calendar cannot be used; the text says why."""


def main() -> None:
    """Read, and say what was read."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    zone, from_at, until_at = sys.argv[1:]
    try:
        said: dict[str, Any] = {'events': events(sys.stdin.buffer.read(), zone, float(from_at), float(until_at))}
    except Unreadable as error:
        said = {'error': str(error)}
    except Exception as error:  # noqa: BLE001 - a library met what it does not know, in what a stranger wrote
        said = {'error': f'it cannot be read as a calendar ({type(error).__name__})'}
    json.dump(said, sys.stdout)


def events(body: bytes, zone: str, from_at: float, until_at: float) -> list[dict[str, Any]]:
    """The events between, in order of time; cancelled ones are none. Raises ``Unreadable``."""
    if b'BEGIN:VCALENDAR' not in body[:4096].upper():
        raise Unreadable('this is no iCalendar: it does not begin with BEGIN:VCALENDAR')
    try:
        calendars = icalendar.Calendar.from_ical(body, multiple=True)
    except ValueError as error:
        raise Unreadable(f'it breaks the rules of iCalendar: {_text(str(error), 200)}') from error
    found: list[dict[str, Any]] = []
    for calendar in calendars:
        of = recurring_ical_events.of(calendar, skip_bad_series=True)
        between = of.between(datetime.fromtimestamp(from_at, UTC), datetime.fromtimestamp(until_at, UTC))
        for event in between:
            if str(event.get('STATUS', '')).upper() != 'CANCELLED':
                found.append(_read(event, ZoneInfo(zone)))
            if len(found) > MOST_EVENTS:
                raise Unreadable(f'it has more than {MOST_EVENTS} events in the next months')
    return sorted(found, key=lambda one: (one['starts_at'], one['ends_at'], one['uid']))


def _read(event: Any, zone: ZoneInfo) -> dict[str, Any]:
    begins = event['DTSTART'].dt
    ends = _end(event, begins)
    is_days = not isinstance(begins, datetime)
    return {
        'uid': _text(event.get('UID', ''), 255),
        'starts_at': _moment(begins, zone),
        'ends_at': _moment(ends, zone),
        'summary': _text(event.get('SUMMARY', ''), 200),
        'mails': list(dict.fromkeys(_mails(event)))[:MOST_PEOPLE],
        'location': _text(event.get('LOCATION', ''), 200),
        'description': _text(event.get('DESCRIPTION', ''), MOST_TEXT),
        'first_day': begins.isoformat() if is_days else '',
        'last_day': max(begins, ends - timedelta(days=1)).isoformat() if is_days else '',
        'is_tentative': str(event.get('STATUS', '')).upper() == 'TENTATIVE',
    }


def _end(event: Any, begins: date) -> Any:
    """Without an end an event of days is one day long, another one a moment (RFC 5545, 3.6.1)."""
    if 'DTEND' in event:
        return event['DTEND'].dt
    if 'DURATION' in event:
        return begins + event['DURATION'].dt
    return begins + timedelta(days=0 if isinstance(begins, datetime) else 1)


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
