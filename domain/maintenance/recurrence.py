"""When a window takes place: a part of the recurrence rules of RFC 5545 (3.3.10), in the local time of a zone.

The days are looked through one by one, so that the begin is right on each of them: a local time that a change of the clock skips, and one
that it repeats, are read with the offset from before the change (3.3.5). The length is elapsed time, as of an event with DTEND (3.8.5.3):
works of two hours take two hours also in the night on which clocks are changed.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.common.errors import Invalid
from domain.maintenance.model import MaintenanceWindow, Occurrence

DAYS = ('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
LONGEST_MIN = 31 * 24 * 60
MOST_AHEAD_DAYS = 800
"""A rule that has no day in so many has none."""
_BYDAY = re.compile(r'([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)')
_PARTS = frozenset({'FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'UNTIL', 'WKST'})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule, read. ``days`` are days of the week (0 is Monday), each with which one of the month it is (0: each of them; -1: the last).
    ``month_days`` are days of the month, negative ones from its end. ``until`` is the last moment at which one may begin."""

    freq: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    until: float | None = None


@lru_cache(maxsize=2000)
def read_rule(text: str) -> Recurrence:
    """``FREQ=WEEKLY;BYDAY=TU,TH``; raises ``Invalid`` for what is not understood."""
    parts = _parts(text)
    freq = parts.get('FREQ', '')
    if freq not in ('DAILY', 'WEEKLY', 'MONTHLY'):
        raise Invalid('must begin with FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY', field='rule')
    interval = parts.get('INTERVAL', '1')
    if not re.fullmatch(r'[1-9]\d?', interval):
        raise Invalid('INTERVAL must be 1 to 99', field='rule')
    days = tuple(_day(one, freq) for one in filter(None, parts.get('BYDAY', '').split(',')))
    month_days = tuple(_month_day(one, freq) for one in filter(None, parts.get('BYMONTHDAY', '').split(',')))
    if parts.get('WKST', 'MO') != 'MO':
        raise Invalid('weeks begin on Monday: WKST=MO', field='rule')
    return Recurrence(
        freq=freq, interval=int(interval), days=days, month_days=month_days, until=_until(parts.get('UNTIL', ''))
    )


def _parts(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for part in text.strip().upper().removeprefix('RRULE:').split(';'):
        name, equals, value = part.partition('=')
        if not equals or not value or name in found:
            raise Invalid('write it as FREQ=WEEKLY;BYDAY=TU', field='rule')
        if name not in _PARTS:
            raise Invalid(f'{name[:20]} is not supported; {", ".join(sorted(_PARTS))} are', field='rule')
        found[name] = value
    return found


def _day(said: str, freq: str) -> tuple[int, int]:
    match = _BYDAY.fullmatch(said)
    if match is None or (match[1] and freq != 'MONTHLY'):
        raise Invalid('BYDAY is days such as TU or TH, of a month also 1SU or -1SU', field='rule')
    return DAYS.index(match[2]), int(match[1] or 0)


def _month_day(said: str, freq: str) -> int:
    if freq == 'WEEKLY' or not re.fullmatch(r'[+-]?\d{1,2}', said) or not 1 <= abs(int(said)) <= 31:
        raise Invalid('BYMONTHDAY is days of a month, 1 to 31 or -1 for the last', field='rule')
    return int(said)


def _until(said: str) -> float | None:
    if not said:
        return None
    try:
        return datetime.strptime(said, '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise Invalid('UNTIL is a moment in UTC, such as 20271231T230000Z', field='rule') from error


def occurrences(window: MaintenanceWindow, after: float) -> Iterator[Occurrence]:
    """Those that end after this moment, in order: one that lasts still, and those to come. A rule without an end has no last one."""
    zone, first = ZoneInfo(window.zone), datetime.fromisoformat(window.starts_on)
    length = window.length_min * 60.0
    rule = read_rule(window.rule) if window.rule else None
    begin = datetime.fromtimestamp(max(0.0, after - length), zone).date() - timedelta(days=2)
    day = max(first.date(), begin) if rule is not None else first.date()
    for _ in range(MOST_AHEAD_DAYS):
        if rule is None or falls_on(rule, first.date(), day):
            starts_at = _moment(day, first, zone)
            if rule is not None and rule.until is not None and starts_at > rule.until:
                return
            if starts_at + length > after:
                yield Occurrence(starts_at, starts_at + length)
        if rule is None:
            return
        day += timedelta(days=1)


def falls_on(rule: Recurrence, first: date, day: date) -> bool:
    """True for a day on which it takes place, of a rule that begins on the ``first``."""
    if day < first or not _in_step(rule, first, day):
        return False
    if rule.freq == 'WEEKLY':
        return day.weekday() in ({weekday for weekday, _ in rule.days} or {first.weekday()})
    if rule.freq == 'MONTHLY' and not rule.days and not rule.month_days:
        return day.day == first.day
    last = monthrange(day.year, day.month)[1]
    is_day = not rule.month_days or any(day.day == (n if n > 0 else last + 1 + n) for n in rule.month_days)
    return is_day and (not rule.days or any(_is_nth(day, last, *one) for one in rule.days))


def _in_step(rule: Recurrence, first: date, day: date) -> bool:
    if rule.freq == 'MONTHLY':
        passed = (day.year - first.year) * 12 + day.month - first.month
    elif rule.freq == 'WEEKLY':
        monday = first - timedelta(days=first.weekday())
        passed = (day - monday).days // 7
    else:
        passed = (day - first).days
    return passed % rule.interval == 0


def _is_nth(day: date, last: int, weekday: int, nth: int) -> bool:
    if day.weekday() != weekday:
        return False
    return nth == 0 or nth == ((day.day - 1) // 7 + 1 if nth > 0 else -((last - day.day) // 7 + 1))


def _moment(day: date, clock: datetime, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, clock.hour, clock.minute, tzinfo=zone).timestamp()
