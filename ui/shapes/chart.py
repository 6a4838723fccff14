"""A chart as SVG: the series that is shown first, in the range that ``chart.js`` begins with, with its thresholds, outages and gaps.

Lines stand in a drawing that is stretched to the width that there is; words stand beside it, since they must not be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import pairwise
from typing import Any

from ui.shapes.cells import note
from ui.shapes.html import tag
from ui.shapes.picture import Drawn, Picture, Props, Shape
from ui.shapes.values import Moment, State, epoch

_WIDTH, _ABOVE, _BELOW = 1000, 6, 24
_TICKS = 6
_SHORT_S = 900
_DAY_S = 86_400
_STEPS = (
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    _DAY_S,
    2 * _DAY_S,
    5 * _DAY_S,
    10 * _DAY_S,
)
_OWN = tag('div', tag('div', tag('button', f'Own span {tag("b")}', 'cw-chip', type='button'), 'cw-anchor'))
_WAYS = tag(
    'div',
    ''.join(
        tag('button', sign, 'cw-btn quiet', type='button', aria_label=words)
        for sign, words in (
            ('←', 'Earlier'),
            ('→', 'Later'),
            ('+', 'Zoom in'),
            ('−', 'Zoom out'),
            ('CSV', 'CSV of what the chart shows'),
        )
    ),
    'cw-row',
    role='group',
    aria_label='Zoom and move',
)
"""What waits for its script: a press that comes too early is done by the live chart."""


@dataclass(frozen=True, slots=True)
class _Point:
    at: float
    value: float | None
    low: float | None
    high: float | None
    place: Any


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where what stands: seconds from ``since`` to ``until`` and values from ``low`` to ``high`` in ``height`` pixels."""

    since: float
    until: float
    low: float
    high: float
    height: int

    def x(self, at: float) -> float:
        return round(_WIDTH * (min(self.until, max(self.since, at)) - self.since) / (self.until - self.since), 1)

    def y(self, value: float) -> float:
        return round(self.height * (self.high - min(self.high, max(self.low, value))) / (self.high - self.low), 1)


def topics(props: Props, _: Mapping[str, str]) -> Sequence[str]:
    """The topic that the script follows at first."""
    query = props['spans'][props['begin']]['query'] if props['spans'] else ''
    return (f'{props["topic"]}?{query}&px={props["px"]}' if query else props['topic'],)


def draw(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``chart.js``."""
    state, series = picture.states.get(topics(props, {})[0]), props['series'][0]
    tabs = _buttons(props['series'], 0, 'Series', 'cw-seg', hidden=len(props['series']) < 2)
    spans = _buttons(props['spans'], props['begin'], 'Time in view', 'cw-seg cw-spans', hidden=len(props['spans']) < 2)
    style = f'height: {props["height"]}px;'
    box = {'role': 'img', 'style': style}
    tools = tag('div', spans + _OWN + _WAYS, 'cw-chart-tools')
    if state is None:
        chart = tag('div', '', 'cw-chart', aria_label=f'{series["label"]}: loading', **box)
        return Drawn(tabs + tools + chart, 'div', 'cw-chart-box')
    points = list(_points(state, len(props['series'])))
    values = [one for point in points for one in (point.value, point.low, point.high) if one is not None]
    if not values:
        return Drawn(tabs + tools + tag('div', note(props['empty'])), 'div', 'cw-chart-box')
    words = _words(series, points, values, picture.moment)
    span = props['spans'][props['begin']] if props['spans'] else {'seconds': props['span'], 'gap_s': props['gap']}
    silence = max(span['gap_s'], 1.5 * (state.get('step_s') or state.get('pixel_s') or 0))
    now = picture.moment.now
    since = max(now - span['seconds'], min(points[0].at, now - _SHORT_S))
    plot = _Plot(since, now, *_reach(series, values), props['height'] - _ABOVE - _BELOW)
    inside = _drawing(plot, [point for point in points if point.at >= since], silence, series, state, now)
    inside += _labels(plot, series, state, picture.moment, long=span['seconds'] > 2 * _DAY_S)
    return Drawn(tabs + tools + tag('div', inside, 'cw-chart', aria_label=words, **box), 'div', 'cw-chart-box')


def _buttons(choices: Sequence[Mapping[str, Any]], chosen: int, name: str, cls: str, *, hidden: bool) -> str:
    inside = ''.join(
        tag('button', escape(one['label']), type='button', aria_pressed='true' if at == chosen else 'false')
        for at, one in enumerate(choices)
    )
    return tag('div', inside, cls, hidden=hidden, role='group', aria_label=name)


def _points(state: State, many: int) -> Iterator[_Point]:
    spread = {one[0]: one[1:] for one in state.get('spread') or ()}
    places = state.get('places') or ()
    for one in state.get('points') or ():
        at, beside = epoch(one[0]), spread.get(one[0])
        if at is None:
            continue
        low, high = (beside[0], beside[many]) if beside else (None, None)
        place = one[-1] if len(one) > many + 1 and places else None
        yield _Point(at, one[1], *((low, high) if low != high else (None, None)), place)


def _reach(series: Mapping[str, Any], values: Sequence[float]) -> tuple[float, float]:
    """The ends of the axis: what is usual, and up to the ends of the reporting range as soon as a reading is beyond the usual."""
    low, high = series.get('low'), series.get('high')
    under = min(0.0, *values) if low is None else series.get('least', low) if min(values) < low else low
    over = max(1.0, *values) * 1.15 if high is None else series.get('most', high) if max(values) > high else high
    return under, over


def _words(series: Mapping[str, Any], points: Sequence[_Point], values: Sequence[float], moment: Moment) -> str:
    last = next((point.value for point in reversed(points) if point.value is not None), None)
    now = moment.number(last) if last is not None else '–'
    ends = f'lowest {moment.number(min(values))}, highest {moment.number(max(values))}'
    return f'{series["label"]}: now {now} {series["unit"]}, {ends}'


def _runs(points: Sequence[_Point], silence: float) -> Iterator[list[_Point]]:
    """The parts without a gap: a silence, or a step in which nothing was measured."""
    run: list[_Point] = []
    for point in points:
        if run and (point.value is None or point.at - run[-1].at > silence):
            yield run
            run = []
        if point.value is not None:
            run.append(point)
    if run:
        yield run


def _drawing(
    plot: _Plot, points: Sequence[_Point], silence: float, series: Mapping[str, Any], state: State, now: float
) -> str:
    parts = ''.join(_line(plot, plot.low + (plot.high - plot.low) * n / 4, 'rule') for n in range(5))
    for outage in state.get('outages') or ():
        begin, end = epoch(outage['from']) or plot.since, epoch(outage['to']) or now
        if end > plot.since:
            x = plot.x(begin)
            parts += tag('rect', '', 'out', x=x, y=0, width=round(plot.x(end) - x, 1), height=plot.height)
    for run in _runs(points, silence):
        at = [(plot.x(point.at), point) for point in run]
        line = ' '.join(f'{x},{plot.y(point.value or 0)}' for x, point in at)
        if len(run) == 1:
            parts += tag('path', '', 'dot', d=f'M{at[0][0]} {plot.y(run[0].value or 0)}h0')
            continue
        parts += tag('polygon', '', 'fill', points=f'{at[0][0]},{plot.height} {line} {at[-1][0]},{plot.height}')
        if any(point.low is not None for point in run):
            high = ' '.join(f'{x},{plot.y(_or(point.high, point.value))}' for x, point in at)
            low = ' '.join(f'{x},{plot.y(_or(point.low, point.value))}' for x, point in reversed(at))
            parts += tag('polygon', '', 'band', points=f'{high} {low}')
        parts += tag('polyline', '', 'line', points=line)
    for value, _ in series.get('thresholds') or ():
        parts += _line(plot, value, 'limit')
    for before, point in pairwise(points):
        if point.place != before.place:
            parts += tag('path', '', 'move', d=f'M{plot.x(point.at)} 0v{plot.height}')
    return tag('svg', parts, viewBox=f'0 0 {_WIDTH} {plot.height}', preserveAspectRatio='none', aria_hidden='true')


def _or(value: float | None, other: float | None) -> float:
    return value if value is not None else other or 0.0


def _line(plot: _Plot, value: float, cls: str) -> str:
    return tag('path', '', cls, d=f'M0 {plot.y(value)}h{_WIDTH}')


def _labels(plot: _Plot, series: Mapping[str, Any], state: State, moment: Moment, *, long: bool) -> str:
    """The words around the drawing; a screen reader has the name of the whole."""

    def word(text: str, cls: str, **place: float) -> str:
        style = ' '.join(f'{side}: {value:g}{"%" if side == "left" else "px"};' for side, value in place.items())
        return tag('span', escape(text), cls, style=style, aria_hidden='true')

    out = word(f'{moment.number(plot.high, 0)} {series["unit"]}', 'high', top=_ABOVE)
    out += word(moment.number(plot.low, 0), 'low', bottom=_BELOW)
    for value, name in series.get('thresholds') or ():
        if plot.low <= value <= plot.high:
            out += word(name, 'limit', top=_ABOVE + plot.y(value) - 17)
    for outage in state.get('outages') or ():
        begin, end = epoch(outage['from']) or plot.since, epoch(outage['to']) or plot.until
        if end > plot.since:
            out += word(str(outage['name']), 'out', top=_ABOVE + 2, left=plot.x(begin) / 10)
    return out + ''.join(
        word(_tick(at, moment, long=long), 'tick', left=plot.x(at) / 10) for at in _ticks(plot, moment)
    )


def _tick(at: float, moment: Moment, *, long: bool) -> str:
    date = datetime.fromtimestamp(at, moment.zone)
    return moment.writing.day(date) if long else moment.writing.minute(date)


def _ticks(plot: _Plot, moment: Moment) -> Iterator[float]:
    """Round moments of the reader's zone, at most :data:`_TICKS`, none at the edges, where there is no room for its words."""
    length = plot.until - plot.since
    step = next((each for each in _STEPS if length / each <= _TICKS), _STEPS[-1])
    offset = datetime.fromtimestamp(plot.since, moment.zone).utcoffset()
    east = offset.total_seconds() if offset is not None else 0.0
    at = ((plot.since + east) // step + 1) * step - east
    while at < plot.until:
        if 0.04 < (at - plot.since) / length < 0.96:
            yield at
        at += step


CHART = Shape(draw, topics)
