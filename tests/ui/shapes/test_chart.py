"""Charts of first pictures, from the states of their topics."""

import re
from dataclasses import asdict
from typing import Any

import pytest

from ui.components.chart import FIRST_PX, HISTORY
from ui.components.page_state import Empty
from ui.shapes.chart import CHART
from ui.shapes.picture import Picture
from ui.shapes.values import Moment, zone_of

NOW = 1_764_331_200.0
"""Noon in UTC."""
SERIES = {'label': 'Online', 'unit': 'devices', 'low': 0, 'thresholds': ()}


def drawn(state: Any, zone: str = 'UTC', **given: Any) -> str:
    props = {
        'topic': 'pulse',
        'series': [SERIES],
        'span': 3600,
        'gap': 150,
        'height': 150,
        'spans': [asdict(one) for one in HISTORY],
        'begin': 0,
        'px': FIRST_PX,
        'empty': Empty(title='Nothing yet').spec(),
        **given,
    }
    states = {} if state is None else {CHART.topics(props, {})[0]: state}
    return CHART.draw(props, Picture(moment=Moment(NOW, *zone_of(zone)), states=states), '').inside


def minutes(count: int, *gone: int) -> list[list[float]]:
    """A point a minute up to now, but for some."""
    return [[NOW - 60 * (count - 1 - n), 10.0 + n] for n in range(count) if n not in gone]


def test_the_topic_is_the_one_that_the_script_follows_first() -> None:
    props = {'topic': 'pulse', 'spans': [asdict(one) for one in HISTORY], 'begin': 1, 'px': 800}
    assert CHART.topics(props, {}) == ('pulse?span=6h&px=800',)
    assert CHART.topics({**props, 'spans': []}, {}) == ('pulse',)


def test_a_line_with_its_words_for_those_who_do_not_see_it() -> None:
    html = drawn({'points': minutes(60)})
    assert 'aria-label="Online: now 69 devices, lowest 10, highest 69"' in html
    (line,) = re.findall(r'class="line" points="([^"]+)"', html)
    assert len(line.split()) == 60
    assert line.endswith(f'1000.0,{120 * (1 - 69 / (69 * 1.15)):.1f}')
    assert '79 devices</span>' in html


def test_a_silence_and_a_step_without_a_value_are_gaps_and_a_point_alone_is_a_dot() -> None:
    points: list[list[Any]] = minutes(30, *range(10, 16), *range(17, 25))
    points[3][1] = None
    html = drawn({'points': points})
    assert [len(line.split()) for line in re.findall(r'class="line" points="([^"]+)"', html)] == [3, 6, 5]
    assert html.count('class="dot"') == 1


def test_thresholds_outages_places_and_the_spread_are_drawn() -> None:
    outages = [
        {'from': NOW - 1800, 'to': None, 'name': '<Mast> is down'},
        {'from': NOW - 9e4, 'to': NOW - 8e4, 'name': 'x'},
    ]
    points = [[at, value, 1 if at > NOW - 300 else 0] for at, value in minutes(20)]
    spread = [[at, value - 2, value + 3] for at, value, _ in points]
    limit = {**SERIES, 'high': 20, 'most': 40, 'thresholds': ((15, 'enough'),)}
    html = drawn({'points': points, 'places': ['a', 'b'], 'outages': outages, 'spread': spread}, series=[limit])
    assert html.count('class="out"') == 2, 'a wash and its name; one that is over is not in view'
    assert '&lt;Mast&gt; is down' in html
    assert (html.count('class="move"'), html.count('class="band"')) == (1, 1)
    assert html.count('class="limit"') == 2
    assert '40 devices' in html, 'beyond the usual the axis goes on'
    assert 'lowest 8, highest 32' in html


@pytest.mark.parametrize(('zone', 'first'), [('UTC', '11:10'), ('Asia/Kolkata', '16:40'), ('Asia/Kathmandu', '16:50')])
def test_times_are_round_in_the_zone_of_the_reader(zone: str, first: str) -> None:
    html = drawn({'points': minutes(61)}, zone=zone)
    ticks = re.findall(r'class="tick"[^>]*>([^<]+)<', html)
    assert ticks[0] == first
    assert 3 <= len(ticks) <= 6


def test_without_points_it_says_so_and_without_a_state_that_it_loads() -> None:
    for points in ([], [[NOW, None]]):
        html = drawn({'points': points})
        assert 'Nothing yet' in html
        assert '<svg' not in html
    assert 'Online: loading' in drawn(None)
