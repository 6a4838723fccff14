import math
from itertools import pairwise

import pytest

from jobs.simulation.motion import route


def test_what_stands_still_stays_where_it_is() -> None:
    assert route([(5.0, 6.0)]).at(1_000) == (5.0, 6.0)


def test_a_route_is_driven_there_and_back_at_its_speed() -> None:
    way = route([(0, 0), (100, 0), (100, 50)], speed=10)
    assert way.at(5) == pytest.approx((50, 0))
    assert way.at(12) == pytest.approx((100, 20))
    assert way.at(15) == pytest.approx((100, 50))
    assert way.at(25) == pytest.approx((50, 0))
    assert way.at(30) == pytest.approx((0, 0))


def test_no_step_is_longer_than_the_speed_allows() -> None:
    way = route([(0, 0), (300, 100), (-50, 700), (0, 10)], speed=14, start=1234)
    places = [way.at(second) for second in range(600)]
    assert all(math.dist(a, b) <= 14.001 for a, b in pairwise(places))
