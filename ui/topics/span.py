"""How much of the past a chart asks for, and how finely: ``?span=day&px=800``, or ``?since=…&until=…`` in epoch seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from domain.common.errors import Invalid
from domain.measurements.model import HOUR_S, MINUTE_S

HOUR, HOURS, DAY, WEEK, MONTH = 'hour', '6h', 'day', 'week', 'month'
SPANS: Mapping[str, int] = {HOUR: 3600, HOURS: 6 * 3600, DAY: 86_400, WEEK: 7 * 86_400, MONTH: 30 * 86_400}
"""Seconds in view."""
LEAST_S = 60.0
"""A span of one's own is at least as long."""
_FINE_S = SPANS[DAY]
"""Minutes are kept for so long."""
_PIXELS = (50, 4000)
_USUAL = 1500


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` to ``until`` in ``pixels`` columns. A ``name`` of :data:`SPANS` ends now and grows; one's own has none."""

    name: str
    since: float
    until: float
    pixels: int

    @property
    def grows(self) -> bool:
        """Whether what happens now belongs to it."""
        return bool(self.name)

    def step_s(self, now: float) -> int:
        """The finest step in which all of it is kept, and no finer one than it needs."""
        is_fine = self.since >= now - _FINE_S - MINUTE_S and self.until - self.since <= _FINE_S
        return MINUTE_S if is_fine else HOUR_S


def span_of(query: Mapping[str, str], now: float, usual: str = HOUR) -> Span:
    """What a topic is asked for. Raises ``Invalid`` naming the field."""
    pixels = int(_number(query, 'px') or _USUAL)
    if not _PIXELS[0] <= pixels <= _PIXELS[1]:
        raise Invalid(f'must be between {_PIXELS[0]} and {_PIXELS[1]}', field='px')
    since, until = _number(query, 'since'), _number(query, 'until')
    if since is not None:
        end = min(until if until is not None else now, now)
        if end - since < LEAST_S:
            raise Invalid(f'must be at least {LEAST_S:g} s before the end, and in the past', field='since')
        return Span('', max(since, end - SPANS[MONTH]), end, pixels)
    name = query.get('span') or usual
    if name not in SPANS:
        raise Invalid(f'one of {", ".join(SPANS)}', field='span')
    return Span(name, now - SPANS[name], now, pixels)


def _number(query: Mapping[str, str], name: str) -> float | None:
    text = query.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float('nan')
    if not isfinite(value):
        raise Invalid('must be a number of seconds' if name != 'px' else 'must be a number of pixels', field=name)
    return value
