"""The coastline as a path."""

import re
from collections.abc import Iterator

import pytest

from ui.shapes.land import land, mercator


def points(path: str) -> Iterator[tuple[int, int]]:
    """The corners of a path."""
    for ring in re.findall(r'M([^z]+)z', path):
        numbers = [int(text) for text in re.findall(r'-?\d+', ring)]
        x = y = 0
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            yield x, y


def test_land_goes_beyond_a_view_inland_and_none_is_in_one_at_sea() -> None:
    across, down = zip(*points(land(10.0, mercator(51.0), 400.0, 640, 400)), strict=True)
    assert (min(across), max(across), min(down), max(down)) == (-640, 1280, -400, 800), 'all around the view'
    assert not [1 for x, y in points(land(-40.0, mercator(40.0), 200.0, 640, 400)) if 0 < x < 640 and 0 < y < 400]


@pytest.mark.parametrize('scale', [2.0, 60.0, 900.0, 30_000.0])
def test_no_view_makes_a_page_heavy(scale: float) -> None:
    assert len(land(4.0, mercator(52.0), scale, 640, 400)) < 70_000


def test_land_beyond_the_antimeridian_is_there_on_the_other_side() -> None:
    assert land(179.9, mercator(-17.0), 40.0, 640, 400) != ''
    assert land(-179.9, mercator(-17.0), 40.0, 640, 400) != ''
