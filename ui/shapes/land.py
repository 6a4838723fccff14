"""The coastline as the path of an SVG: the rings of ``land.json``, as ``map_land.js`` decodes them."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log, pi, tan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FILE = Path(__file__).parents[1] / 'static' / 'land.json'
_ROUNDS = (-360, 0, 360)
"""A ring that crosses the antimeridian goes on beyond 180°, and is there on the other side as well."""
_MOST_LATITUDE = 84.0
_BEYOND = 1
"""Of the width and the height, how far land is drawn around the view: a box of another shape shows some of it."""

_FINE = 10.0
"""Pixels a degree from which on every pixel counts; below, one in three, and of islands those that are seen as such."""

Ring = NDArray[np.float64]


def mercator(latitude: float) -> float:
    """Degrees of Mercator latitude."""
    held = max(-_MOST_LATITUDE, min(_MOST_LATITUDE, latitude))
    return log(tan(pi / 4 + held * pi / 360)) * 180 / pi


@lru_cache(maxsize=64)
def land(x: float, y: float, scale: float, width: int, height: int) -> str:
    """The land around the view whose middle is at these degrees of longitude and Mercator latitude, ``scale`` pixels a degree."""
    wide, tall = width * (0.5 + _BEYOND), height * (0.5 + _BEYOND)
    box = (x - wide / scale, y - tall / scale, x + wide / scale, y + tall / scale)
    grain = 1 if scale > _FINE else 3
    rings, boxes = _rings(box)
    large = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) * scale > 4 * grain
    parts = []
    for around in _ROUNDS:
        meets = large & (boxes[:, 0] + around <= box[2]) & (boxes[:, 2] + around >= box[0])
        meets &= (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
        for ring in (rings[number] for number in np.flatnonzero(meets).tolist()):
            across = np.clip((ring[:, 0] + around - x) * scale, -wide, wide) + width / 2
            down = np.clip((y - ring[:, 1]) * scale, -tall, tall) + height / 2
            at = np.rint(np.column_stack((across, down)) / grain).astype(int) * grain
            moved = np.ones(len(at), bool)
            moved[1:] = (at[1:] != at[:-1]).any(axis=1)
            at = at[moved]
            if len(at) > 3:
                steps = ''.join(
                    f'{left} {top}' if left < 0 else f' {left} {top}' for left, top in np.diff(at, axis=0).tolist()
                )
                parts.append(f'M{at[0][0]} {at[0][1]}l{steps}z')
    return ''.join(parts)


def _rings(box: tuple[float, float, float, float]) -> tuple[Sequence[Ring], Ring]:
    """Fine rings end at the edge of their region, so they serve only views that lie within it."""
    for number, part in enumerate(_file()['detail']):
        left, low, right, high = part['box']
        if left <= box[0] and mercator(low) <= box[1] and right >= box[2] and mercator(high) >= box[3]:
            return _decoded(number)
    return _decoded(-1)


@cache
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(_FILE.read_text())
    return found


@cache
def _decoded(number: int) -> tuple[Sequence[Ring], Ring]:
    """The rings of a part of the file and their boxes."""
    part = _file()['detail'][number] if number >= 0 else _file()['world']
    found = []
    for flat in part['rings']:
        ring = np.cumsum(np.array(flat, float).reshape(-1, 2), axis=0) / part['scale']
        held = np.clip(ring[:, 1], -_MOST_LATITUDE, _MOST_LATITUDE)
        ring[:, 1] = np.degrees(np.log(np.tan(pi / 4 + np.radians(held) / 2)))
        found.append(ring)
    return found, np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in found])
