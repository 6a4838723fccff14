"""Availability day by day, against a model that walks every second."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.status_page.days import DayShares, added, last_days, midnight, shares
from domain.status_page.model import DAY_S, DAYS, Day
from domain.status_page.status import MemberCounts

MIDNIGHT = 1_800_057_600.0
HOUR = 3600.0
UP, DOWN, REST = MemberCounts(up=1), MemberCounts(down=1), MemberCounts(maintenance=1)


def test_an_outage_over_midnight_belongs_to_both_days() -> None:
    days = added((), MIDNIGHT - 23 * HOUR, MIDNIGHT - HOUR, UP)
    days = added(days, MIDNIGHT - HOUR, MIDNIGHT + 2 * HOUR, DOWN)
    first, second = days
    assert (first.at, first.down_s, first.observed_s) == (MIDNIGHT - DAY_S, HOUR, 23 * HOUR)
    assert (second.at, second.down_s, second.observed_s) == (MIDNIGHT, 2 * HOUR, 2 * HOUR)
    assert shares(days).available == pytest.approx(22 / 25)


def test_maintenance_does_not_count_as_down_and_the_other_number_says_so() -> None:
    days = added(added(added((), 0, 8 * HOUR, UP), 8 * HOUR, 9 * HOUR, DOWN), 9 * HOUR, 10 * HOUR, REST)
    found = shares(days)
    assert found.available == pytest.approx(8 / 9)
    assert found.with_maintenance == pytest.approx(8 / 10)
    assert shares(added((), 0, HOUR, REST)) == DayShares(None, 0.0)


def test_what_was_not_observed_stays_a_gap() -> None:
    days = added((), MIDNIGHT - 3 * DAY_S, MIDNIGHT - 2 * DAY_S, UP)
    days = added(days, MIDNIGHT - DAY_S, MIDNIGHT - DAY_S + HOUR, MemberCounts(unknown=2))
    days = added(days, MIDNIGHT, MIDNIGHT + HOUR, DOWN)
    shown = last_days(days, MIDNIGHT + HOUR)
    assert len(shown) == DAYS
    assert [day is None for day in shown[-4:]] == [False, True, True, False]
    assert shares(()) == DayShares(None, None)


def test_as_many_days_are_kept_as_are_shown() -> None:
    days: tuple[Day, ...] = ()
    for number in range(DAYS + 10):
        days = added(days, number * DAY_S, (number + 1) * DAY_S, UP)
    assert len(days) == DAYS
    assert days[-1].at == (DAYS + 9) * DAY_S


COUNTS = st.builds(
    MemberCounts,
    up=st.integers(0, 3),
    degraded=st.integers(0, 3),
    down=st.integers(0, 3),
    maintenance=st.integers(0, 3),
    unknown=st.integers(0, 3),
)


@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 100_000), COUNTS), max_size=12))
def test_any_looks_add_up_to_what_a_walk_through_the_hours_finds(
    looks: list[tuple[int, int, MemberCounts]],
) -> None:
    days: tuple[Day, ...] = ()
    model: defaultdict[float, list[float]] = defaultdict(lambda: [0.0] * 5)
    at = MIDNIGHT
    for pause, length, members in looks:
        at += pause
        days = added(days, at, at + length, members)
        for second in range(0, length, 100):
            spent = min(100, length - second)
            for part in (1,) * spent if midnight(at + second) != midnight(at + second + spent - 1) else (spent,):
                counted = model[midnight(at + second)]
                counted[0] += part * members.observed
                counted[1] += part * members.down
                counted[2] += part * members.degraded
                counted[3] += part * members.maintenance
                counted[4] += part if members.observed else 0
                second += part
        at += length
    found = {day.at: [day.observed_s, day.down_s, day.degraded_s, day.maintenance_s, day.watched_s] for day in days}
    assert found == {day: pytest.approx(sums) for day, sums in model.items()}
    assert all(day.watched_s <= DAY_S for day in days)
