"""How it went as a chart: ``pulse`` for who was there, ``pulse/checkins`` for how much was said, ``latency/01J…`` for a tower.

The last hour, or what :mod:`ui.topics.span` says: for a day what was kept by the minute, beyond it by the hour, no finer than its pixels.
"""

from collections.abc import Sequence
from typing import Any

from domain.access.permissions import Permission
from domain.checks.model import CheckState
from domain.measurements.model import HOUR_S, LATENCY, MINUTE_S, Measurement, Series, beginning, measured
from domain.measurements.service import MeasurementService
from domain.measurements.thinning import column_s, gathered
from domain.towers.model import Tower
from ui.live.activity import KEPT, Activity, Point
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow
from ui.topics.span import HOUR, span_of

_PRESENCE = (Series.ONLINE, Series.OFFLINE, Series.VIOLATING)


class PulseTopic(BaseTopic):
    """Points ``[at, online, offline, violating]``, or ``[at, check-ins per minute]``; ``at`` is the end of the step.

    Where a step is longer than a minute, ``spread`` has the lowest and then the highest values beside: ``[at, *lowest, *highest]``, and
    ``step_s`` says how long it is.
    """

    def __init__(self, *, activity: Activity, measurements: MeasurementService, **parts: Any) -> None:
        super().__init__(**parts)
        self._activity = activity
        self._measurements = measurements
        self._span = span_of(self.query, self.clock())
        self._step_s = self._span.step_s(self.clock())
        self._column_s = column_s(self._span.since, self._span.until, self._step_s, self._span.pixels)
        self._series: Sequence[Series] = (Series.CHECKINS,) if self.id == 'checkins' else _PRESENCE
        self._points: list[list[float | None]] = []
        self._spread: list[list[float | None]] = []

    async def open(self) -> None:
        """Read what was kept; of the last hour what this process remembers follows it."""
        span, enterprise = self._span, self.fleet.enterprise.id
        kept = [await self._measurements.of_fleet(enterprise, one, self._step_s, span.since) for one in self._series]
        self._points, self._spread = columns(kept, span.until, self._column_s)
        if span.name == HOUR:
            fresh = self._activity.points(enterprise)
            first = fresh[0][0] if fresh else self.clock()
            self._points = [point for point in self._points if (point[0] or 0) < first] + self._shown(fresh)

    def full(self) -> dict[str, Any]:
        """Every point as of the newest flush."""
        if self._column_s == MINUTE_S:
            return {'points': self._points}
        return {'points': self._points, 'spread': self._spread, 'step_s': self._column_s}

    def patch(self, news: News) -> dict[str, Any] | None:
        """The steps that ended since the last flush."""
        if not self._span.grows:
            return None
        last = self._points[-1][0] or 0 if self._points else 0
        if self._span.name == HOUR:
            fresh = self._shown(self._activity.points(self.fleet.enterprise.id, last))
            self._points = [*self._points, *fresh][-KEPT:] if fresh else self._points
            return {'points': fresh} if fresh else None
        newest = [self._measurements.newest(self.fleet.enterprise.id, one, self._step_s) for one in self._series]
        points, spread = joined([[one] if one is not None else [] for one in newest], self._step_s)
        points = [point for point in points if (point[0] or 0) > last]
        if not points:
            return None
        self._points = [*self._points, *points]
        if self._column_s == MINUTE_S:
            return {'points': points}
        self._spread = [*self._spread, *[one for one in spread if (one[0] or 0) > last]]
        return {'points': points, 'spread': self._spread}

    def _shown(self, points: list[Point]) -> list[list[float | None]]:
        if self.id == 'checkins':
            return [[point[0], point[4]] for point in points]
        return [list(point[:4]) for point in points]


class LatencyTopic(BaseTopic):
    """Points ``[at, milliseconds]``: how long the checks of a tower took on average; with their ``spread``."""

    def __init__(self, *, measurements: MeasurementService, **parts: Any) -> None:
        super().__init__(**parts)
        self._measurements = measurements
        self._span = span_of(self.query, self.clock())
        self._step_s = self._span.step_s(self.clock())
        self._column_s = column_s(self._span.since, self._span.until, self._step_s, self._span.pixels)
        self._points: list[list[float | None]] = []
        self._spread: list[list[float | None]] = []
        self._minute = 0.0
        self._answers: list[float] = []
        """Of the minute that is under way."""

    async def open(self) -> None:
        """Read what was kept."""
        if not self.fleet.shows('tower', self.id) or self.id not in self.fleet[Tower]:
            return
        kept = await self._measurements.latency(self.enterprise, self.id, self._step_s, self._span.since)
        self._points, self._spread = columns([kept], self._span.until, self._column_s)

    def full(self) -> dict[str, Any]:
        """Every point as of the newest flush."""
        longer = {'step_s': self._column_s} if self._column_s != MINUTE_S else {}
        return {'points': self._points, 'spread': self._spread, **longer}

    def patch(self, news: News) -> dict[str, Any] | None:
        """The minute or the hour that has ended."""
        if not self._span.grows:
            return None
        step_s = self._step_s
        one = self._answered(news)
        if step_s == HOUR_S:
            one = self._measurements.newest(self.enterprise, LATENCY.format(self.id), step_s)
        last = self._points[-1][0] or 0 if self._points else 0
        if one is None or one.at + step_s <= last or self.id not in self.fleet[Tower]:
            return None
        points, spread = joined([[one]], step_s)
        self._points, self._spread = [*self._points, *points], [*self._spread, *spread]
        return {'points': points, 'spread': self._spread}

    def _answered(self, news: News) -> Measurement | None:
        """The minute that is over, from the answers that were given since the last flush."""
        over, minute = None, beginning(self.clock(), MINUTE_S)
        if minute != self._minute:
            parts = [(value, value, value, 1) for value in self._answers]
            over = measured(self.enterprise, self.id, MINUTE_S, self._minute, parts) if parts else None
            self._minute, self._answers = minute, []
        for id in news.of(CheckState):
            state = self.fleet[CheckState].get(id)
            if state is not None and state.tower == self.id and state.rtt_ms is not None and not state.attempts:
                self._answers.append(state.rtt_ms)
        return over


def columns(
    kept: Sequence[Sequence[Measurement]], until: float, step_s: int
) -> tuple[list[list[float | None]], list[list[float | None]]]:
    """What was kept until then, in steps as long as a pixel is wide."""
    return joined([gathered([one for one in series if one.at < until], step_s) for series in kept], step_s)


def joined(
    kept: Sequence[Sequence[Measurement]], step_s: int
) -> tuple[list[list[float | None]], list[list[float | None]]]:
    """Several series as points by the end of their step, and their spreads; what one of them lacks is not known there."""
    by_step = [{one.at: one for one in series} for series in kept]
    points: list[list[float | None]] = []
    spread: list[list[float | None]] = []
    for at in sorted({at for series in by_step for at in series}):
        ones = [series.get(at) for series in by_step]
        points.append([at + step_s, *(one.mean if one is not None else None for one in ones)])
        lows = [one.low if one is not None else None for one in ones]
        spread.append([at + step_s, *lows, *(one.high if one is not None else None for one in ones)])
    return points, spread


TOPICS = (
    TopicRow('pulse', Permission.DEVICES_READ, PulseTopic, takes=('activity', 'measurements'), whole=True),
    TopicRow('latency', Permission.TOWERS_READ, LatencyTopic, takes=('measurements',)),
)
