"""Who is on call at a moment, in which shifts, and when nobody is. Local times become moments as RFC 5545, 3.3.5 says: one that a change
of the clock skips, and one that it repeats, are read with the offset from before the change."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.oncall.model import DayOff, Hours, Layer, Rotation

DAY_MIN = 24 * 60
MOST_DAYS = 400
"""Shifts are made for so many days at most."""


@dataclass(frozen=True, slots=True)
class Shift:
    """``person`` (an id) is on call from ``starts_at`` to ``ends_at``, epoch seconds; nobody is where it is empty. ``source`` is
    the name of the layer, or the id of the override with ``is_override``."""

    starts_at: float
    ends_at: float
    person: str
    source: str = ''
    is_override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the rotation. Those ``away`` (ids) do not belong to the enterprise any more. Calendars of other programs say
    ``shifts``, in order of their begin, which count before the layers, and more ``days_off``."""

    away: frozenset[str] = frozenset()
    shifts: tuple[Shift, ...] = ()
    days_off: tuple[DayOff, ...] = ()

    def within(self, starts_at: float, ends_at: float) -> 'Known':
        """The part that touches the time between."""
        touching = tuple(one for one in self.shifts if one.starts_at < ends_at and one.ends_at > starts_at)
        return replace(self, shifts=touching)


NOTHING = Known()


def on_call(rotation: Rotation, moment: float, known: Known = NOTHING) -> str:
    """The id of the person who is on call; empty when nobody is."""
    return _who(rotation, moment, known)[0]


def shifts(rotation: Rotation, starts_at: float, ends_at: float, known: Known = NOTHING) -> list[Shift]:
    """All of the time between, in order, also that in which nobody is on call."""
    known = known.within(starts_at, ends_at)
    edges = sorted({starts_at, ends_at, *_edges(rotation, starts_at, ends_at, known)})
    found: list[Shift] = []
    for begin, end in pairwise(edges):
        person, source, is_override = _who(rotation, begin, known)
        shift = Shift(begin, end, person, source, is_override)
        last = found[-1] if found else None
        if last is not None and (last.person, last.source, last.is_override) == (person, source, is_override):
            found[-1] = Shift(last.starts_at, end, person, source, is_override)
        else:
            found.append(shift)
    return found


def gaps(rotation: Rotation, starts_at: float, ends_at: float, known: Known = NOTHING) -> list[Shift]:
    """When nobody is on call."""
    return [shift for shift in shifts(rotation, starts_at, ends_at, known) if not shift.person]


def is_within(hours: Collection[Hours], zone: str, moment: float) -> bool:
    """True when one of the hours is at that moment."""
    return any(begin <= moment < end for begin, end in windows(hours, zone, moment, moment))


def windows(hours: Collection[Hours], zone: str, starts_at: float, ends_at: float) -> Iterator[tuple[float, float]]:
    """The hours as moments, those that touch the time between and some beside it."""
    for day in _days(zone, starts_at, ends_at):
        for one in hours:
            if day.isoweekday() in one.days:
                begin, end = minutes(one.begins), minutes(one.ends)
                yield at(day, begin, zone), at(day, end if end > begin else end + DAY_MIN, zone)


def at(day: date, minute: int, zone: str) -> float:
    """The moment at which it is so many minutes past midnight there."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - the zone follows
    return local.replace(tzinfo=_zone(zone)).timestamp()


def minutes(clock: str) -> int:
    """Minutes past midnight of ``HH:MM``."""
    hour, _, minute = clock.partition(':')
    return int(hour) * 60 + int(minute)


def local_day(moment: float, zone: str) -> date:
    """The day that it is there."""
    return datetime.fromtimestamp(moment, _zone(zone)).date()


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _days(zone: str, starts_at: float, ends_at: float) -> Iterator[date]:
    """From the day before to the day after: windows reach over midnight."""
    day, last = local_day(starts_at, zone) - timedelta(days=1), local_day(ends_at, zone) + timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _who(rotation: Rotation, moment: float, known: Known) -> tuple[str, str, bool]:
    person, source = _by_layers(rotation, moment, known)
    for override in reversed(rotation.overrides):
        if not override.starts_at <= moment < override.ends_at or override.person in known.away:
            continue
        if not override.instead_of or override.instead_of == person:
            return override.person, override.id, True
    return person, source, False


def _by_layers(rotation: Rotation, moment: float, known: Known) -> tuple[str, str]:
    today = local_day(moment, rotation.zone).isoformat()
    off = {one.person for one in (*rotation.days_off, *known.days_off) if one.day == today}
    for shift in reversed(known.shifts):
        if shift.starts_at <= moment < shift.ends_at and shift.person not in off | known.away:
            return shift.person, shift.source
    for layer in reversed(rotation.layers):
        if '' in off and not layer.on_holidays:
            continue
        if layer.hours and not is_within(layer.hours, layer.zone, moment):
            continue
        person = _turn_of(layer, moment, off | known.away)
        if person:
            return person, layer.name
    return '', ''


def _turn_of(layer: Layer, moment: float, missing: Collection[str]) -> str:
    """Whose turn it is; who is missing is skipped, and the others' turns stay as they are."""
    turn = (local_day(moment, layer.zone) - date.fromisoformat(layer.starts_on)).days // layer.turn_days + 1
    while turn >= 0 and _handed_over(layer, turn) > moment:
        turn -= 1
    if turn < 0:
        return ''
    in_order = (layer.people[(turn + skipped) % len(layer.people)] for skipped in range(len(layer.people)))
    return next((person for person in in_order if person not in missing), '')


def _handed_over(layer: Layer, turn: int) -> float:
    day = date.fromisoformat(layer.starts_on) + timedelta(days=turn * layer.turn_days)
    return at(day, minutes(layer.handover), layer.zone)


def _edges(rotation: Rotation, starts_at: float, ends_at: float, known: Known) -> Iterator[float]:
    """Every moment between at which another person may be on call."""
    found: list[float] = [edge for one in rotation.overrides for edge in (one.starts_at, one.ends_at)]
    found += [edge for one in known.shifts for edge in (one.starts_at, one.ends_at)]
    for layer in rotation.layers:
        begin = date.fromisoformat(layer.starts_on)
        found += [
            at(day, minutes(layer.handover), layer.zone)
            for day in _days(layer.zone, starts_at, ends_at)
            if day >= begin and (day - begin).days % layer.turn_days == 0
        ]
        found += [edge for window in windows(layer.hours, layer.zone, starts_at, ends_at) for edge in window]
    for said in {one.day for one in (*rotation.days_off, *known.days_off)}:
        day = date.fromisoformat(said)
        found += [at(day, 0, rotation.zone), at(day, DAY_MIN, rotation.zone)]
    yield from (edge for edge in found if starts_at < edge < ends_at)
