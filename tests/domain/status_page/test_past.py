"""The days of a component before its first look, from journals and checks."""

from collections.abc import Sequence

import pytest

from domain.status_page.days import shares
from domain.status_page.model import DAY_S, DAYS, Day
from domain.status_page.past import THINNED_SILENCE_S, TowerPast, days_before
from domain.towers.model import TowerStatus

NOW = 100 * DAY_S + 3600
MINUTE = 60.0
QUARTER = 900.0
UP, DOWN, DEGRADED, MAINTENANCE, UNKNOWN = (
    TowerStatus.UP,
    TowerStatus.DOWN,
    TowerStatus.DEGRADED,
    TowerStatus.MAINTENANCE,
    TowerStatus.UNKNOWN,
)


def every(step: float, begin: float, end: float) -> list[float]:
    """Moments of checks."""
    return [begin + step * n for n in range(int((end - begin) / step) + 1)]


def past(
    watched: Sequence[float],
    *turns: tuple[float, TowerStatus, TowerStatus],
    now: TowerStatus = UP,
    interval_s: float = 30,
) -> TowerPast:
    return TowerPast(watched=watched, turns=turns, now=now, interval_s=interval_s)


def totals(days: Sequence[Day]) -> tuple[float, float, float, float]:
    """Observed, down, degraded, in maintenance."""
    return (
        sum(day.observed_s for day in days),
        sum(day.down_s for day in days),
        sum(day.degraded_s for day in days),
        sum(day.maintenance_s for day in days),
    )


def test_an_outage_of_the_last_day_counts_by_its_turns() -> None:
    begin = NOW - 3600
    turns = ((begin + 600, UP, DOWN), (begin + 1200, DOWN, DEGRADED), (begin + 1500, DEGRADED, UP))
    days = days_before(NOW, [past(every(30, begin, NOW), *turns)])
    assert totals(days) == (3600, 600, 300, 0)
    assert shares(days).available == pytest.approx(1 - 600 / 3600)


def test_how_it_stood_before_the_first_turn_that_is_kept_is_what_that_turn_left() -> None:
    begin = NOW - 3600
    assert totals(days_before(NOW, [past(every(30, begin, NOW), (begin + 900, DOWN, UP))])) == (3600, 900, 0, 0)
    assert totals(days_before(NOW, [past(every(30, begin, NOW), now=MAINTENANCE)])) == (3600, 0, 0, 3600)


def test_time_without_checks_and_an_unknown_status_are_gaps() -> None:
    begin = NOW - 7200
    watched = [*every(30, begin, begin + 600), *every(30, begin + 4200, NOW)]
    days = days_before(NOW, [past(watched, (begin + 5000, UP, UNKNOWN), (begin + 5600, UNKNOWN, UP))])
    assert totals(days) == (600 + 3000 - 600, 0, 0, 0)
    assert days_before(NOW, [past([])]) == ()
    assert days_before(NOW, []) == ()


def test_what_is_thinned_to_quarters_of_an_hour_is_whole_days() -> None:
    oldest = NOW - NOW % DAY_S - (DAYS - 1) * DAY_S
    days = days_before(NOW, [past(every(QUARTER, oldest - 10 * DAY_S, NOW - DAY_S))])
    assert len(days) == DAYS - 1
    assert days[0].at == oldest
    assert {day.observed_s for day in days[1:-1]} == {DAY_S}
    gap = days_before(NOW, [past([NOW - 3 * DAY_S, NOW - 3 * DAY_S + THINNED_SILENCE_S + 1])])
    assert totals(gap) == (0, 0, 0, 0)


def test_checks_that_are_far_apart_cover_the_time_between() -> None:
    days = days_before(NOW, [past(every(1200, NOW - 3600, NOW), interval_s=1200)])
    assert totals(days) == (3600, 0, 0, 0)


def test_towers_of_a_region_are_added_and_the_day_is_watched_once() -> None:
    begin = NOW - 1800
    both = [past(every(30, begin, NOW), now=DOWN), past(every(30, begin, NOW - 600))]
    (day,) = days_before(NOW, both)
    assert (day.observed_s, day.down_s, day.watched_s) == (3000, 1800, 1800)
