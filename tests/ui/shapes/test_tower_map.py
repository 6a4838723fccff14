"""The map of first pictures."""

import re
from typing import Any

from ui.shapes.picture import Picture
from ui.shapes.tower_map import TOWER_MAP
from ui.shapes.values import Moment


def drawn(*rows: dict[str, Any]) -> str:
    picture = Picture(moment=Moment(0.0), states={'map': {'rows': rows}})
    return TOWER_MAP.draw({'topic': 'map'}, picture, '').inside


def row(number: int, status: str = 'up', latitude: Any = 51.9, longitude: Any = 4.0, **more: Any) -> dict[str, Any]:
    said = {'id': str(number), 'name': f'Mast {number}', 'status': status, 'latitude': latitude, 'longitude': longitude}
    return {**said, 'devices': 0, **more}


def test_every_tower_stands_in_view_with_its_shape_and_name() -> None:
    html = drawn(
        row(1), row(2, 'down', 52.1, 4.4, devices=9), row(3, 'degraded', 52.0, 4.9, name='<b>'), row(4, latitude=None)
    )
    assert 'aria-label="Map of 4 towers: 1 down, 1 degraded, 2 up"' in html
    assert html.count('&lt;b&gt;') == 1
    assert html.count('<text') == 3
    halos = [
        (float(x), float(y))
        for x, y in re.findall(r'<circle cx="([^"]+)" cy="([^"]+)" r="[^"]+" fill="[^"]+" fill-opacity', html)
    ]
    assert len(halos) == 3
    assert all(40 <= x <= 600 and 40 <= y <= 360 for x, y in halos)


def test_many_in_one_place_are_one_mark_and_one_that_is_down_stands_alone() -> None:
    html = drawn(*(row(number) for number in range(6)), row(7, 'down'))
    assert '>6</text>' in html
    assert '>Mast 7</text>' in html
    assert 'Mast 3' not in html


def test_a_map_without_towers_or_state_is_a_map() -> None:
    assert 'Map of 0 towers: none' in drawn()
    assert '<svg' not in TOWER_MAP.draw({'topic': 'map'}, Picture(moment=Moment(0.0), states={}), '').inside
