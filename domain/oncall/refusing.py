"""Why shifts may not change hands: days off, a double duty, or a gap that would be left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.changes.transaction import Transaction
from domain.common.errors import Conflict
from domain.oncall.model import Override, Rotation
from domain.oncall.reaching import known_of, members
from domain.oncall.rota import Known, gaps, local_day, shifts


@dataclass(frozen=True, slots=True)
class Handing:
    """``person`` (an id) would be on call from ``starts_at`` to ``ends_at``, with ``instead_of`` where that person is."""

    person: str
    starts_at: float
    ends_at: float
    instead_of: str = ''


def refuse(tx: Transaction, rotation: Rotation, handings: Sequence[Handing]) -> None:
    """Raise ``Conflict`` with words when one of them is off or on call elsewhere then, or when nobody would be on call after all."""
    fleet = tx.fleet(rotation.enterprise)
    people = members(fleet)
    known = known_of(fleet, rotation)
    others = [one for one in tx.all(Rotation, rotation.enterprise) if one.id != rotation.id and one.retired_at is None]
    for one in handings:
        row = people.get(one.person)
        if row is None:
            raise Conflict('a person of it does not belong to the enterprise any more')
        if day := _day_off(rotation, known, one):
            raise Conflict(f'{row.name} is off on {day}')
        for other in others:
            for shift in shifts(other, one.starts_at, one.ends_at, known_of(fleet, other)):
                if shift.person == one.person:
                    when = span_words(shift.starts_at, shift.ends_at, rotation.zone)
                    raise Conflict(f'{row.name} is on call in {other.name} {when}: that would be a double duty')
    _refuse_gap(rotation, known, handings)


def span_words(starts_at: float, ends_at: float, zone: str) -> str:
    """``from Tue 1 Dec 20:00 to Wed 2 Dec 08:00 (Europe/Amsterdam)``."""
    begin, end = (datetime.fromtimestamp(moment, ZoneInfo(zone)) for moment in (starts_at, ends_at))
    return f'from {begin:%a} {begin.day} {begin:%b %H:%M} to {end:%a} {end.day} {end:%b %H:%M} ({zone})'


def _day_off(rotation: Rotation, known: Known, one: Handing) -> str:
    first, last = (local_day(moment, rotation.zone).isoformat() for moment in (one.starts_at, one.ends_at - 1))
    off = (day.day for day in (*rotation.days_off, *known.days_off) if day.person == one.person)
    return next((day for day in off if first <= day <= last), '')


def _refuse_gap(rotation: Rotation, known: Known, handings: Sequence[Handing]) -> None:
    made = tuple(
        Override(id=str(at), person=one.person, starts_at=one.starts_at, ends_at=one.ends_at, instead_of=one.instead_of)
        for at, one in enumerate(handings)
    )
    after = replace(rotation, overrides=(*rotation.overrides, *made))
    begin, end = min(one.starts_at for one in handings), max(one.ends_at for one in handings)
    before = gaps(rotation, begin, end, known)
    for gap in gaps(after, begin, end, known):
        if not any(one.starts_at <= gap.starts_at and gap.ends_at <= one.ends_at for one in before):
            raise Conflict(f'nobody would be on call {span_words(gap.starts_at, gap.ends_at, rotation.zone)}')
