"""The map of the towers as SVG, in the view that ``tower_map.js`` begins with: all towers, in a box of a usual shape."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from operator import itemgetter
from typing import Any, NamedTuple

from ui.shapes.cells import look
from ui.shapes.html import tag
from ui.shapes.land import land, mercator
from ui.shapes.picture import Drawn, Picture, Props, Shape, own_topic
from ui.shapes.values import is_number

_WIDTH, _HEIGHT = 640, 400
_PAD = 44
_CELL = 34
"""Four towers in one square of this size become a cluster."""
_RANK = ('down', 'unreachable', 'degraded', 'unknown', 'maintenance', 'up')
"""Drawn last to first, and the worst names a cluster."""
_MOST_NAMED = 14
_LETTER = 6.6
"""Width of a letter of a name, about."""
_FULL = 26
_FORMS = {
    'square': 'M-5-5h10v10h-10Z',
    'triangle': 'M0-6L6 5H-6Z',
    'diamond': 'M0-6L6 0L0 6L-6 0Z',
}


class _Placed(NamedTuple):
    id: str
    name: str
    status: str
    latitude: float
    longitude: float
    devices: int | None


@dataclass(frozen=True, slots=True)
class _Spot:
    x: float
    y: float
    state: str
    names: Sequence[str]
    devices: int


def draw(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``tower_map.js``, without names of places, scale and graticule."""
    way = tag('a', 'List of the towers', 'cw-sr', href='/towers')
    state = picture.states.get(props['topic'])
    if state is None:
        return Drawn(way, 'div', 'cw-map')
    return Drawn(_drawing(tuple(map(_TOLD, state.get('rows') or ()))) + way, 'div', 'cw-map')


_Row = tuple[str, str, str, Any, Any, int | None]
_TOLD = itemgetter('id', 'name', 'status', 'latitude', 'longitude', 'devices')


@lru_cache(maxsize=32)
def _drawing(rows: tuple[_Row, ...]) -> str:
    """The same towers make the same map, for all who look at them."""
    placed = [_Placed(*row) for row in rows if is_number(row[3]) and is_number(row[4])]
    x, y, scale = _view(placed)
    spots = _spots(placed, x, y, scale)
    shore = land(round(x, 4), round(y, 4), round(scale, 2), _WIDTH, _HEIGHT)
    inside = f'<path class="land" fill-rule="evenodd" d="{shore}"></path>'
    inside += ''.join(map(_halo, spots)) + ''.join(map(_mark, spots)) + _named(spots)
    words = _words([row[2] for row in rows])
    return tag('svg', inside, 'cw-drawn', viewBox=f'0 0 {_WIDTH} {_HEIGHT}', role='img', aria_label=words)


def _words(states: Sequence[str]) -> str:
    counts = Counter(states)
    told = [f'{counts[state]} {look("tower", state).word.lower()}' for state in _RANK if counts[state]]
    return f'Map of {len(states)} {"tower" if len(states) == 1 else "towers"}: {", ".join(told) or "none"}'


def _view(placed: Sequence[_Placed]) -> tuple[float, float, float]:
    """The middle in degrees of longitude and Mercator latitude, and pixels a degree."""
    if not placed:
        return 0.0, 20.0, _WIDTH / 300
    xs, ys = [one.longitude for one in placed], [mercator(one.latitude) for one in placed]
    wide, tall = max(max(xs) - min(xs), 0.05), max(max(ys) - min(ys), 0.05)
    scale = min((_WIDTH - 2 * _PAD) / wide, (_HEIGHT - 2 * _PAD) / tall)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, scale


def _spots(placed: Iterable[_Placed], x: float, y: float, scale: float) -> list[_Spot]:
    squares: dict[object, list[tuple[float, float, _Placed]]] = defaultdict(list)
    for one in placed:
        left = (one.longitude - x) * scale + _WIDTH / 2
        top = (y - mercator(one.latitude)) * scale + _HEIGHT / 2
        square = one.id if one.status == 'down' else (left // _CELL, top // _CELL)
        squares[square].append((left, top, one))
    groups: list[list[tuple[float, float, _Placed]]] = []
    for here in squares.values():
        groups += [here] if len(here) > 3 else [[each] for each in here]
    spots = [
        _Spot(
            round(sum(left for left, _, _ in group) / len(group), 1),
            round(sum(top for _, top, _ in group) / len(group), 1),
            min((one.status for _, _, one in group), key=_rank),
            [one.name for _, _, one in group],
            sum(one.devices or 0 for _, _, one in group),
        )
        for group in groups
    ]
    return sorted(spots, key=lambda spot: -_rank(spot.state))


def _rank(state: str) -> int:
    return _RANK.index(state) if state in _RANK else len(_RANK)


def _halo(spot: _Spot) -> str:
    around = 7 + min(15.0, spot.devices**0.5 * 1.3)
    radius = around * 2.2 + 12 if spot.state == 'down' else around
    tone = look('tower', spot.state).tone
    return tag('circle', '', cx=spot.x, cy=spot.y, r=round(radius, 1), fill=f'var(--{tone})', fill_opacity='.16')


def _mark(spot: _Spot) -> str:
    seen = look('tower', spot.state)
    colour = f'var(--{seen.tone})'
    if len(spot.names) > 1:
        disc = tag('circle', '', cx=spot.x, cy=spot.y, r=11, fill=colour)
        return disc + tag('text', str(len(spot.names)), 'many', x=spot.x, y=spot.y + 4)
    if form := _FORMS.get(seen.shape):
        return tag('path', '', d=form, transform=f'translate({spot.x} {spot.y})', fill=colour)
    ring = {'fill': 'none', 'stroke': colour, 'stroke-width': 2} if seen.shape == 'ring' else {'fill': colour}
    return tag('circle', '', cx=spot.x, cy=spot.y, r=4, **ring)


def _named(spots: Sequence[_Spot]) -> str:
    """Names beside their marks, the worst first, and left out where there is no room."""
    some = len(spots) <= _MOST_NAMED
    out, taken = '', list[tuple[float, float, float]]()
    wanted = [spot for spot in spots if len(spot.names) == 1 and (some or spot.state == 'down')]
    for spot in sorted(wanted, key=lambda one: (_rank(one.state), -one.devices)):
        name = spot.names[0]
        text = f'{name[: _FULL - 1]}…' if len(name) > _FULL else name
        long = len(text) * _LETTER
        for dx, dy in ((11, 4), (-11 - long, 4), (-long / 2, -12), (-long / 2, 20)):
            left, top = spot.x + dx, spot.y + dy
            inside = left > 2 and left + long < _WIDTH - 2 and 14 < top < _HEIGHT - 4
            if inside and all(
                abs(top - other) > 14 or left > end or begin > left + long for begin, end, other in taken
            ):
                taken.append((left - 6, left + long + 6, top))
                out += tag('text', escape(text), 'up' if spot.state == 'up' else '', x=round(left, 1), y=round(top, 1))
                break
    return out


TOWER_MAP = Shape(draw, own_topic)
