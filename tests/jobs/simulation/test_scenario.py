from collections import Counter
from itertools import pairwise

import pytest

from jobs.simulation.population import Fleet, build_fleet
from jobs.simulation.scenario import OPENING, SITE_BEATS, Event, What, scenario

ENDS = (What.SITE_RECOVERED, What.REPAIRED, What.WOKE_UP)


def test_the_same_seed_plays_the_same_drama_and_another_seed_another(fleet: Fleet) -> None:
    assert scenario(7, fleet) == scenario(7, fleet)
    assert scenario(7, fleet) != scenario(8, fleet)
    assert scenario(7, fleet, until=200) == [event for event in scenario(7, fleet) if event.at < 200]


@pytest.mark.parametrize('seed', range(5))
def test_something_happens_within_twenty_seconds_and_every_twenty_from_then_on(fleet: Fleet, seed: int) -> None:
    moments = [0.0] + [event.at for event in scenario(seed, fleet) if event.what not in ENDS]
    assert moments == sorted(moments)
    assert moments[1] < 20
    assert all(later - earlier <= 20 for earlier, later in pairwise(moments))


@pytest.mark.parametrize('seed', range(5))
def test_the_first_minutes_show_every_kind_once(fleet: Fleet, seed: int) -> None:
    assert {event.what for event in scenario(seed, fleet, until=250)} >= {*OPENING, What.SITE_RECOVERED, What.REPAIRED}


@pytest.mark.parametrize(('devices', 'towers'), [(500, 40), (20_000, 40), (500, 400)])
def test_ninety_five_percent_of_the_fleet_are_well_at_any_time(devices: int, towers: int) -> None:
    fleet = build_fleet(seed=3, devices=devices, towers=towers)
    ill: set[int] = set()
    down: set[int] = set()
    behind: set[int] = set()
    for event in scenario(3, fleet):
        if event.what is What.HUB_FELL:
            behind.update(event.sites)
        _follow(event, ill, down)
        assert len(ill) <= 0.05 * devices
        assert len(down - behind) <= 0.2 * towers + 4


def test_each_fault_is_put_right_and_no_device_has_two_at_once(fleet: Fleet) -> None:
    ill: set[int] = set()
    down: set[int] = set()
    for event in scenario(11, fleet, until=3600):
        if event.what not in ENDS:
            assert not ill & set(event.devices)
            assert not down & set(event.sites)
        _follow(event, ill, down)


def test_a_storm_takes_three_neighbours(fleet: Fleet) -> None:
    storm = next(event for event in scenario(7, fleet) if event.what is What.STORM_STRUCK)
    assert len(set(storm.sites)) == 3


def test_a_gateway_falls_silent_with_all_that_it_carries_and_by_nothing_else(fleet: Fleet) -> None:
    events = scenario(5, fleet, until=3600)
    hub, *carried = next(event for event in events if event.what is What.HUB_FELL).sites
    assert fleet.sites[hub].kind == 'gateway'
    assert carried == [site.number for site in fleet.sites if site.parent == hub]
    others = {number for event in events if event.what in SITE_BEATS for number in event.sites}
    assert all(fleet.sites[number].kind != 'gateway' for number in others)


def test_a_drama_without_towers_or_with_hardly_any_device_still_goes_on() -> None:
    assert not scenario(1, build_fleet(seed=1, devices=0, towers=0))
    lonely = Counter(event.what for event in scenario(1, build_fleet(seed=1, devices=20, towers=0)))
    assert lonely
    assert not set(lonely) & set(SITE_BEATS)


def _follow(event: Event, ill: set[int], down: set[int]) -> None:
    if event.what in ENDS:
        ill.difference_update(event.devices)
        down.difference_update(event.sites)
    else:
        ill.update(event.devices)
        down.update(event.sites)
