from random import Random

import pytest

from jobs.simulation.radio import Cell, Shadows, budget, received, signal


def cell(azimuth: int | None = None) -> Cell:
    return Cell('LTE', 4401, 1, 1, 6300, azimuth, budget(30, 0.8))


def test_ten_times_the_distance_costs_thirty_decibels() -> None:
    near, far = received(cell(), (1_000, 0), (0, 0), 0), received(cell(), (10_000, 0), (0, 0), 0)
    assert near - far == pytest.approx(30, abs=0.1)


def test_a_sector_is_loudest_where_it_points_and_twenty_decibels_weaker_behind() -> None:
    ahead, behind = received(cell(90), (1_000, 0), (0, 0), 0), received(cell(90), (-1_000, 0), (0, 0), 0)
    assert ahead - behind == pytest.approx(20)


def test_shadowing_is_the_same_at_the_same_place_and_smooth_around_it() -> None:
    shadows = Shadows(Random(1))
    here = shadows.at(3, (500.0, -700.0))
    assert shadows.at(3, (500.0, -700.0)) == here
    assert abs(shadows.at(3, (501.0, -700.0)) - here) < 1
    assert shadows.at(4, (500.0, -700.0)) != here


def test_a_loud_neighbour_lowers_quality_but_not_level() -> None:
    alone, crowded = signal(-90, None), signal(-90, -92)
    assert alone.rsrp == crowded.rsrp == -90
    assert crowded.sinr < alone.sinr
    assert crowded.rsrq < alone.rsrq


def test_reports_stay_within_the_ranges_of_the_standard() -> None:
    for level in range(-160, -20, 5):
        report = signal(level, None)
        assert -140 <= report.rsrp <= -44
        assert -20 <= report.rsrq <= -3
        assert -20 <= report.sinr <= 30
