"""The signal history of one device."""

from typing import Any

from domain.cellular.radio import Radio, RadioSample
from domain.common.errors import NotFound
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerState
from ui.live.channel import News
from ui.topics.base import BaseTopic

HISTORY_S = 6 * 3600


MOST_POINTS = 1500


class SignalTopic(BaseTopic):
    """Signal history as points ``[at, rsrp, rsrq, sinr, place]``, with the outages of the serving tower.

    ``place`` counts in ``places``: the cell and the tower that the device was on.
    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        if self.id not in self.fleet[Device]:
            raise NotFound('there is no such device')
        self._points: list[list[float | None]] = []
        self._places: dict[str, int] = {}
        self._outages: list[dict[str, Any]] = []
        self._seen: tuple[float, Radio | None] = (0.0, None)

    async def open(self) -> None:
        """Read the past of the device."""
        now = self.clock()
        enterprise = self.fleet.enterprise.id
        samples = await self.store.samples(enterprise, self.id, now - HISTORY_S, now, MOST_POINTS)
        self._points = [self._point(sample) for sample in samples]
        self._outages = self._outage()

    def full(self) -> dict[str, Any]:
        """All points in reach."""
        if self.id not in self.fleet[Device]:  # a device may leave what is to be seen here
            return {'points': [], 'places': [], 'outages': []}
        return {'points': self._points, 'places': list(self._places), 'outages': self._outages}

    def patch(self, news: News) -> dict[str, Any] | None:
        """New points, and the outages when the tower moved."""
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
        if tower is not None and state is not None and state.status == 'down':
            return [*now, {'from': state.since, 'to': None, 'name': f'{tower.name} down'}]
        return [*now, *({**one, 'to': self.clock()} for one in running)]
