"""Availability day by day: what was observed is added to the day on which it was, and what was not observed stays a gap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.status_page.model import DAY_S, DAYS, Day
from domain.status_page.status import MemberCounts


def midnight(moment: float) -> float:
    """The beginning of the day in UTC."""
    return moment // DAY_S * DAY_S


def added(days: tuple[Day, ...], begin: float, end: float, members: MemberCounts) -> tuple[Day, ...]:
    """The days after the members have stood like this from ``begin`` to ``end`` (epoch seconds); at most :data:`DAYS` of them."""
    known = {day.at: day for day in days}
    at = begin
    while at < end:
        day = midnight(at)
        until = min(end, day + DAY_S)
        spent, before = until - at, known.get(day, Day(day))
        known[day] = replace(
            before,
            observed_s=before.observed_s + spent * members.observed,
            down_s=before.down_s + spent * members.down,
            degraded_s=before.degraded_s + spent * members.degraded,
            maintenance_s=before.maintenance_s + spent * members.maintenance,
            watched_s=before.watched_s + (spent if members.observed else 0.0),
        )
        at = until
    oldest = max(known, default=0.0) - (DAYS - 1) * DAY_S
    return tuple(day for at, day in sorted(known.items()) if oldest <= at)


@dataclass(frozen=True, slots=True)
class DayShares:
    """Of one day or several, all from 0 to 1 and ``None`` where nothing counts.

    ``available``: of what was observed outside of maintenance, the part that was not down. ``with_maintenance``: of all that was
    observed, the part that was neither down nor in maintenance.
    """

    available: float | None
    with_maintenance: float | None


def shares(days: Iterable[Day]) -> DayShares:
    """What the days say together."""
    observed = down = maintenance = 0.0
    for day in days:
        observed += day.observed_s
        down += day.down_s
        maintenance += day.maintenance_s
    counted = observed - maintenance
    return DayShares(
        _share(counted - down, counted),
        _share(observed - down - maintenance, observed),
    )


def percent(share: float | None) -> str:
    """Two decimals, rounded down: what was down for a moment is never shown as 100 %."""
    if share is None:
        return 'not observed'
    return f'{int(share * 10_000 + 1e-6) / 100:g} %'


def last_days(days: Iterable[Day], now: float) -> list[Day | None]:
    """The last :data:`DAYS` days up to that of ``now``, oldest first; ``None`` for a day of which nothing was observed."""
    known = {day.at: day for day in days if day.observed_s > 0}
    today = midnight(now)
    return [known.get(today - before * DAY_S) for before in range(DAYS - 1, -1, -1)]


def _share(part: float, whole: float) -> float | None:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else None
