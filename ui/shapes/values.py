"""Values as text, as ``ui/static/kit.js`` and ``zone.js`` write them: numbers, moments, ages, templates and addresses.

States come as JSON has them: numbers, texts, booleans, ``None``, lists and mappings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ui.shapes.locales import BRITISH, Writing

State = Mapping[str, Any]

_HOLE = re.compile(r'\{([\w.]+)(?:\|(\w+))?\}')
_LOCAL = re.compile(r'/(?![/\\])')
_DAY = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}')
_MOMENT = re.compile(r'\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ')
_COUNT = re.compile(
    r'(?<![\w.,:;/+\-−#=])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?= (?:of \d|%|(?:s|min|h|d|ms|beneath|more|(?:(?:more|open|other) )?'
    r'(?:devices?|alerts?|towers?|policy|policies|person|people|rules?|checks?|servers?|sessions?|enterprises?|times?|uses?|entry|entries'
    r'|events?|commands?|findings?))(?![\w-])))|(?:(?<=\d of )|(?<=compliant )|(?<=of them ))(?:\d{1,3}(?:,\d{3})+|\d+)',
    re.ASCII,
)
"""A number of a sentence that the word behind it says to be a count or a length of time, in English digits."""
_DAY_S = 86_400
_MONTH_S = 30 * _DAY_S


def get(state: Any, path: str) -> Any:
    """``a.b`` of nested mappings; a flat key of that very name wins. ``None`` where there is nothing."""
    if isinstance(state, Mapping) and path in state:
        return state[path]
    for key in path.split('.'):
        state = state.get(key) if isinstance(state, Mapping) else None
    return state


def missing(value: Any) -> bool:
    """True when nothing is known."""
    return value is None or value == ''


def is_number(value: Any) -> bool:
    """True for numbers; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def plain(value: Any) -> str:
    """A value in JavaScript's own spelling."""
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def local(href: Any) -> str | None:
    """An address within this site, or ``None``: no other scheme or host can be smuggled in as data."""
    return href if isinstance(href, str) and _LOCAL.match(href) else None


def address(template: str, state: State) -> str | None:
    """An address with ``{field}`` filled and escaped; ``None`` when one is empty. ``{href}`` alone is an address itself."""
    if alone := re.fullmatch(r'\{([\w.]+)\}', template):
        return local(get(state, alone[1]))
    values = {hit[1]: get(state, hit[1]) for hit in _HOLE.finditer(template)}
    if any(map(missing, values.values())):
        return None
    return _HOLE.sub(lambda hit: quote(plain(values[hit[1]]), safe="!~*'()"), template)


def holes(template: str | None) -> list[str]:
    """The fields that a template names."""
    return [hit[1] for hit in _HOLE.finditer(template or '')]


def epoch(value: Any) -> float | None:
    """Epoch seconds of a number or an RFC 3339 text; ``None`` of anything else."""
    if is_number(value):
        return float(value)
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        return None


def known(template: str, state: State) -> str:
    """``{os.name} {os.version}`` with as much of it as is known. One with words of its own stays: a dash stands for what is not known."""
    if _HOLE.sub('', template).strip():
        return template
    return ' '.join(hit[0] for hit in _HOLE.finditer(template) if not missing(get(state, hit[1])))


@dataclass(frozen=True, slots=True)
class Moment:
    """When and for whom something is written: epoch seconds, the reader's zone, and how the reader's locale writes."""

    now: float
    zone: tzinfo = UTC
    zone_name: str = 'UTC'
    writing: Writing = BRITISH

    def number(self, value: float, digits: int = 2) -> str:
        """Grouped, with at most so many digits behind the point: 12,345.68."""
        return self.writing.number(value, digits)

    def percent(self, share: float | None) -> str:
        """A share of 1 as per cent with one digit behind the point, as the locale writes it; none for all and nothing."""
        if share is None:
            return '–'
        return f'{self.writing.number(100 * share, 1, least=int(share not in (0, 1)))} %'

    def span(self, seconds: float) -> str:
        """41 s, 6 min, 3 h, 2 d: one unit, rounded down."""
        s = max(0.0, seconds)
        size, unit = next(
            ((size, unit) for size, unit in ((_DAY_S, 'd'), (3600, 'h'), (60, 'min')) if s >= size), (1, 's')
        )
        return f'{self.number(int(s // size))} {unit}'

    def _date(self, at: float) -> datetime:
        try:
            return datetime.fromtimestamp(at, self.zone)
        except (ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(0, self.zone)

    def year(self, value: Any) -> int:
        """The year of a moment; 1970 of what is none."""
        return self._date(epoch(value) or 0.0).year

    def clock(self, value: Any) -> str:
        """14:03:22 of today, 28 Nov 14:03 of this year, 28 Nov 2025 of another."""
        at = epoch(value)
        if at is None:
            return '–'
        date, now = self._date(at), self._date(self.now)
        if date.date() == now.date():
            return self.writing.second(date)
        if date.year != now.year:
            return self.writing.day_of_year(date)
        return f'{self.writing.day(date)} {self.writing.minute(date)}'

    def exact(self, value: Any) -> str:
        """The moment to the second, with its weekday."""
        at = epoch(value)
        return '' if at is None else self.writing.exact(self._date(at))

    def age(self, at: float, mode: str) -> str:
        """An age, in a mode of :data:`ui.components.columns.Mode`, or ``asof``."""
        past = self.now - at
        match mode:
            case 'ago':
                return self.writing.day_of_year(self._date(at)) if past > _MONTH_S else f'{self.span(past)} ago'
            case 'for':
                return f'for {self.span(past)}'
            case 'bare':
                return self.span(past)
            case 'left' | 'ends':
                behind = 'over' if mode == 'left' else 'ago'
                return f'in {self.span(-past)}' if past < 0 else f'{self.span(past)} {behind}'
            case 'seen':
                return f'seen {self.span(past)} ago'
            case 'exact':
                return self.exact(at)
            case _:
                word = {'asof': 'as of'}.get(mode, mode)
                return f'{word} {self.clock(at)}'

    def zoned(self, text: Any) -> str:
        """A sentence of the server: its moments, which are in UTC, in the reader's zone; its counts as the reader's locale has them."""
        numbered = _COUNT.sub(lambda hit: self.number(float(hit[0].replace(',', '')), 3), plain(text))
        return _MOMENT.sub(lambda hit: self.spoken(hit[0]), numbered)

    def spoken(self, text: str, *, year: bool = True) -> str:
        """A moment of a query or a text, with seconds only where there are some."""
        at = epoch(text)
        if at is None:
            return text
        date = self._date(at)
        day = self.writing.day_of_year(date) if year else self.writing.day(date)
        return f'{day} {self.writing.second(date) if date.second else self.writing.minute(date)}'

    def utc(self, text: str, *, ends: bool = False) -> str:
        """A moment of an address in UTC; it is in the reader's zone unless it names an offset. What is no moment stays as it is.

        A day is whole: where a span ``ends`` with it, the end of the day is meant. Of an hour that a clock shows twice the first is
        meant, or where a span ends with it the second.
        """
        try:
            found = datetime.fromisoformat(text)
            if ends and _DAY.fullmatch(text):
                found += timedelta(days=1)
            found = found if found.tzinfo else found.replace(tzinfo=self.zone, fold=ends)
            return found.astimezone(UTC).isoformat(timespec='seconds').replace('+00:00', 'Z')
        except (ValueError, OverflowError):
            return text

    def fill(self, template: str, state: State) -> str:
        """``{devices} enrolled`` as ``512 enrolled``; ``{share|percent}`` formats; what is missing reads as a dash."""
        return _HOLE.sub(lambda hit: self._filled(get(state, hit[1]), hit[2]), template)

    def _filled(self, value: Any, how: str | None) -> str:
        if how == 'percent':
            return self.percent(value)
        if how == 'clock':
            return self.clock(value)
        if how == 'said' and not missing(value):
            return self.zoned(value)
        if how == 'state':
            return plain(value).replace('_', ' ')
        if missing(value):
            return '–'
        return self.number(value) if is_number(value) else plain(value)


def zone_of(name: str) -> tuple[tzinfo, str]:
    """The zone of that name in the time zone database, and its name; UTC for a name that it has not."""
    if re.fullmatch(r'[A-Za-z0-9_+/-]{1,64}', name):
        try:
            return ZoneInfo(name), name
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    return UTC, 'UTC'
