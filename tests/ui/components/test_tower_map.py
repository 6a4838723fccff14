"""The coastline and the places of the map: what is land is land, up to the north and over the antimeridian."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / 'ui' / 'static'
Ring = list[tuple[float, float]]


def rings(part: dict[str, object]) -> list[Ring]:
    scale, found = float(str(part['scale'])), []
    for flat in json.loads(json.dumps(part['rings'])):
        x = y = 0
        ring = []
        for dx, dy in zip(flat[::2], flat[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x / scale, y / scale))
        found.append(ring)
    return found


@pytest.fixture(scope='module')
def world() -> list[Ring]:
    return rings(json.loads((STATIC / 'land.json').read_text())['world'])


def is_land(world: list[Ring], latitude: float, longitude: float) -> bool:
    """By the even-odd rule, over all turns of the globe that a map draws."""
    crossed = 0
    for ring in world:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > latitude) is (y2 > latitude):
                continue
            at = (x2 - x1) * (latitude - y1) / (y2 - y1) + x1
            crossed += sum(longitude < at + turn for turn in (-360, 0, 360))
    return crossed % 2 == 1


@pytest.mark.parametrize(
    ('name', 'latitude', 'longitude'),
    [
        ('Oulu', 65.01, 25.60), ('Rovaniemi', 66.50, 25.73), ('Inari', 68.70, 27.50), ('Kiruna', 67.86, 20.23), ('Murmansk', 68.90, 33.20),
        ('Norilsk', 69.33, 88.21), ('Vorkuta', 67.50, 64.00), ('Yakutsk', 62.03, 129.73), ('Anadyr inland', 65.50, 172.00),
        ('Chukotka beyond 180', 66.50, -175.00), ('Wrangel Island', 71.20, -179.50), ('Moscow', 55.75, 37.62), ('Paris', 48.86, 2.35),
        ('Rotterdam', 51.92, 4.60), ('Nairobi', -1.29, 36.82), ('Antarctica', -80.0, 0.0), ('Antarctica beside it', -80.0, 150.0),
    ],
)  # fmt: skip
def test_land_is_land(world: list[Ring], name: str, latitude: float, longitude: float) -> None:
    assert is_land(world, latitude, longitude), name


@pytest.mark.parametrize(
    ('name', 'latitude', 'longitude'),
    [
        ('Atlantic', 40.0, -30.0), ('Barents Sea', 72.0, 40.0), ('Gulf of Bothnia', 62.0, 19.5), ('White Sea', 65.5, 37.5),
        ('Bering Sea', 58.0, 178.0), ('Pacific at the antimeridian', 30.0, 180.0),
        ('Caspian Sea', 42.0, 51.0), ('Southern Ocean', -60.0, 0.0),
    ],
)  # fmt: skip
def test_sea_is_sea(world: list[Ring], name: str, latitude: float, longitude: float) -> None:
    assert not is_land(world, latitude, longitude), name


def test_no_ring_runs_across_the_map(world: list[Ring]) -> None:
    steps = [(a, b) for ring in world for a, b in pairwise(ring) if a[1] > -85]
    assert [step for step in steps if abs(step[0][0] - step[1][0]) > 90] == []


def test_places_are_on_land_and_the_largest_come_first(world: list[Ring]) -> None:
    found = json.loads((STATIC / 'places.json').read_text())
    names = [name for name, _, _ in found['places']]
    assert {'Oulu', 'Murmansk', 'Rotterdam', 'Nairobi'} <= set(names)
    assert names.index('Rotterdam') < names.index('Oulu')
    wet = [name for name, x, y in found['places'][:400:8] if not is_land(world, y / found['scale'], x / found['scale'])]
    assert len(wet) <= 10, wet  # towns by the water, where the coast is simplified
