"""The signal history of one device."""

import asyncio
from typing import Any

from domain.cellular.radio import Radio, RadioSample
from domain.common.errors import NotFound
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.measurements.thinning import extremes
from domain.towers.live import tower_state
from domain.towers.model import OUT, Tower, TowerState
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.span import HOURS, SPANS, span_of

HISTORY_S = SPANS[HOURS]
MOST_POINTS = 1500
MOST_READ = 20_000
"""Readings of one part of the past that are looked at; of more of them evenly chosen ones."""
_PARTS = 30
"""The past is read and thinned in so many parts, so that others have their turn in between."""


class SignalTopic(BaseTopic):
    """Signal history as points ``[at, rsrp, rsrq, sinr, place]``, with the outages of the serving tower.

    ``place`` counts in ``places``: the cell and the tower that the device was on. Of each pixel the extremes are told, and in ``pixel_s``
    how long it is.
    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        if self.id not in self.fleet[Device]:
            raise NotFound('there is no such device')
        self._span = span_of(self.query, self.clock(), usual=HOURS)
        self._points: list[list[float | None]] = []
        self._places: dict[str, int] = {}
        self._outages: list[dict[str, Any]] = []
        self._seen: tuple[float, Radio | None] = (0.0, None)

    async def open(self) -> None:
        """Read the past of the device."""
        samples = await self._read()
        self._points = [self._point(sample) for sample in samples]
        self._outages = self._outage()

    async def _read(self) -> list[RadioSample]:
        """Of each pixel the first, the last and the extremes."""
        span, found = self._span, list[RadioSample]()
        parts = max(1, min(_PARTS, span.pixels, round((span.until - span.since) / 86_400)))
        part_s = (span.until - span.since) / parts
        for part in range(parts):
            since = span.since + part * part_s
            read = await self.store.samples(self.enterprise, self.id, since, since + part_s, MOST_READ)
            samples = [one for one in read if not found or one.observed_at > found[-1].observed_at]
            moments = [one.observed_at for one in samples]
            radio = [one.radio for one in samples]
            series = ([one.rsrp for one in radio], [one.rsrq for one in radio], [one.sinr for one in radio])
            kept = extremes(moments, series, since, since + part_s, max(1, span.pixels // parts))
            found += [samples[index] for index in kept]
            await asyncio.sleep(0)
        return found

    def full(self) -> dict[str, Any]:
        """All points in reach."""
        if self.id not in self.fleet[Device]:  # a device may leave what is to be seen here
            return {'points': [], 'places': [], 'outages': []}
        pixel_s = (self._span.until - self._span.since) / self._span.pixels
        return {
            'points': self._points, 'places': list(self._places), 'outages': self._outages, 'pixel_s': round(pixel_s, 1),
        }  # fmt: skip

    def patch(self, news: News) -> dict[str, Any] | None:
        """New points, and the outages when the tower moved."""
        if not self._span.grows:
            return None
        value: dict[str, Any] = {}
        state = state_of(self.fleet, self.id)
        newest = self._points[-1][0] if self._points else None
        moved = self.id in news.of(DeviceState) and state.radio is not None
        if moved and state.radio and state.observed_at and (newest is None or state.observed_at > newest):
            known = len(self._places)
            point = self._point(RadioSample(self.id, state.observed_at, state.radio, state.tower))
            self._points = [*self._points[-MOST_POINTS:], point]
            value['points'] = [point]
            if len(self._places) > known:
                value['places'] = list(self._places)
        if news.of(TowerState):
            outages = self._outage()
            if outages != self._outages:
                self._outages = value['outages'] = outages
        return value or None

    def _point(self, sample: RadioSample) -> list[float | None]:
        radio, tower = sample.radio, self.fleet[Tower].get(sample.tower or '')
        place = ' · '.join(part for part in (tower.name if tower else None, radio.cell) if part)
        number = self._places.setdefault(place, len(self._places))
        return [sample.observed_at, radio.rsrp, radio.rsrq, radio.sinr, number]

    def _outage(self) -> list[dict[str, Any]]:
        now = [one for one in self._outages if one['to'] is not None]
        running = [one for one in self._outages if one['to'] is None]
        tower = self.fleet[Tower].get(state_of(self.fleet, self.id).tower or '')
        state = tower_state(self.fleet, tower.id) if tower else None
        if tower is not None and state is not None and state.status in OUT:
            return [*now, {'from': state.since, 'to': None, 'name': f'{tower.name} down'}]
        return [*now, *({**one, 'to': self.clock()} for one in running)]
