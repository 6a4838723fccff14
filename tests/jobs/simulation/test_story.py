"""What the simulation tells to the process that shows it, and what is broken on purpose."""

import json
from itertools import islice

from jobs.simulation.population import build_fleet
from jobs.simulation.scenario import What, scenario, script
from jobs.simulation.story import PLAIN, Teller, fall_of_a_hub, with_next

FLEET = build_fleet(seed=7, devices=60, towers=40)


def test_each_event_is_told_with_the_next_one_that_is_worth_a_look() -> None:
    told = list(islice(with_next(script(7, FLEET)), 40))
    assert [event for event, _ in told] == scenario(7, FLEET)[:40]
    for event, after in told:
        assert after is not None
        assert after.what not in PLAIN
        assert after.at >= event.at


def test_a_hub_falls_with_what_is_behind_it_and_comes_back() -> None:
    found = fall_of_a_hub(FLEET, lambda _: False, 5.0)
    assert found is not None
    fall, back = found
    assert (fall.what, back.what, fall.sites) == (What.HUB_FELL, What.SITE_RECOVERED, back.sites)
    hub, *behind = fall.sites
    assert {FLEET.sites[number].parent for number in behind} == {hub}


def test_another_hub_falls_while_the_first_is_down_until_none_is_left() -> None:
    down: set[int] = set()
    while (found := fall_of_a_hub(FLEET, down.__contains__, 0.0)) is not None:
        assert found[0].sites[0] not in down
        down.update(found[0].sites)
    assert len(down) > 1


def test_some_towers_stand_whatever_breaks() -> None:
    """Every hub lies down on purpose, and the story goes on for an hour."""
    down: set[int] = set()
    while (found := fall_of_a_hub(FLEET, down.__contains__, 0.0)) is not None:
        down.update(found[0].sites)
    ill = set[int]()
    for event in scenario(7, FLEET, 3600.0):
        if event.what is What.SITE_RECOVERED:
            ill -= set(event.sites)
        elif event.sites:
            ill |= set(event.sites)
        assert len(FLEET.sites) - len(down | ill) >= 4, event


def test_lines_are_json_and_nothing_is_said_where_nobody_listens() -> None:
    lines: list[str] = []
    event = scenario(7, FLEET)[0]
    for is_on in (True, False):
        teller = Teller(is_on=is_on, says=lines.append)
        teller.comes(event, 20.04, FLEET)
        teller.paged('alert.raised', 'Hub "x" is down\n')
    assert [next(iter(json.loads(line))) for line in lines] == ['next', 'pager']
    assert json.loads(lines[0])['next']['in_s'] == 20.0
