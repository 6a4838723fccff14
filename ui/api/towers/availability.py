"""How available towers were, in JSON: both numbers for each span, and day by day."""

from datetime import UTC, datetime

from msgspec import Struct

from domain.status_page.days import shares
from domain.status_page.model import Day
from domain.status_page.tower_days import SpanAvailability, TowerAvailability
from domain.towers.model import Tower
from ui.api.http.fields import Time, time_text
from ui.api.http.refs import TOWER_REF, Ref
from ui.api.http.schema import Schema


class AvailabilitySpan(Struct, frozen=True, kw_only=True):
    """Of the last ``days`` days (UTC, today included). ``available`` (0 to 1) is the part of the time outside of planned works that it was
    not down, ``available_with_works`` that of all time, in which works count as down; null where nothing was observed."""

    days: int
    available: float | None
    available_with_works: float | None
    observed_s: float
    down_s: float
    works_s: float


class TowerSpan(Struct, frozen=True, kw_only=True):
    """How available a ``tower`` was in the last ``days`` days (UTC, today included): both numbers (0 to 1), outside of planned works and
    with works counted as down; null where nothing was observed."""

    tower: Ref
    days: int
    available: float | None
    available_with_works: float | None
    observed_s: float
    down_s: float
    works_s: float


class AvailabilityDay(Struct, frozen=True, kw_only=True):
    """One day, UTC; a day that was not observed is left out."""

    date: str
    available: float | None
    available_with_works: float | None
    observed_s: float
    down_s: float
    works_s: float


class TowerAvailabilityShown(Struct, frozen=True, kw_only=True):
    """How available a tower was, as it was known ``at`` that moment."""

    at: Time
    spans: tuple[AvailabilitySpan, ...]
    days: tuple[AvailabilityDay, ...]


_SHARES = {'available': 0.9951, 'available_with_works': 0.9833}
AVAILABILITY = Schema(
    TowerAvailabilityShown,
    {
        'at': '2026-11-22T08:00:00.000Z',
        'spans': [{'days': 7, **_SHARES, 'observed_s': 547200.0, 'down_s': 2640.0, 'works_s': 6480.0}],
        'days': [{'date': '2026-11-22', **_SHARES, 'observed_s': 28800.0, 'down_s': 140.0, 'works_s': 340.0}],
    },
)


def availability(found: TowerAvailability) -> TowerAvailabilityShown:
    """What is known of a tower."""
    return TowerAvailabilityShown(
        at=time_text(found.at),
        spans=tuple(map(_span, found.spans)),
        days=tuple(_day(day) for day in found.days if day is not None),
    )


TOWER_SPAN = Schema(
    TowerSpan,
    {'tower': TOWER_REF, 'days': 30, **_SHARES, 'observed_s': 2592000.0, 'down_s': 12700.0, 'works_s': 30600.0},
)


def tower_span(tower: Tower, of: SpanAvailability) -> TowerSpan:
    """One line of the list."""
    return TowerSpan(
        tower=Ref(tower.id, tower.name),
        days=of.days,
        available=of.shares.available,
        available_with_works=of.shares.with_maintenance,
        observed_s=of.observed_s,
        down_s=of.down_s,
        works_s=of.maintenance_s,
    )


def _span(of: SpanAvailability) -> AvailabilitySpan:
    return AvailabilitySpan(
        days=of.days,
        available=of.shares.available,
        available_with_works=of.shares.with_maintenance,
        observed_s=of.observed_s,
        down_s=of.down_s,
        works_s=of.maintenance_s,
    )


def _day(day: Day) -> AvailabilityDay:
    of = shares((day,))
    return AvailabilityDay(
        date=f'{datetime.fromtimestamp(day.at, UTC):%Y-%m-%d}',
        available=of.available,
        available_with_works=of.with_maintenance,
        observed_s=day.observed_s,
        down_s=day.down_s,
        works_s=day.maintenance_s,
    )
