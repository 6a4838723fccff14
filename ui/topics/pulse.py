"""The last hour as a chart: ``pulse`` for who was there, ``pulse/checkins`` for how much was said."""

from typing import Any

from ui.channels import News
from ui.pulse import Point, Pulse
from ui.topics.base import BaseTopic


class PulseTopic(BaseTopic):
    """Points ``[at, online, offline, violating]``, or ``[at, check-ins per minute]``."""

    def __init__(self, *, pulse: Pulse, **parts: Any) -> None:
        super().__init__(**parts)
        self._pulse = pulse
        self._newest = 0.0

    def full(self) -> dict[str, Any]:
        """Every point of the hour."""
        return {'points': self._shown(self._pulse.points(self.fleet.enterprise.id))}

    def patch(self, news: News) -> dict[str, Any] | None:
        """The steps that ended since the last flush."""
        points = self._pulse.points(self.fleet.enterprise.id, self._newest)
        first, self._newest = not self._newest, points[-1][0] if points else self._newest
        return {'points': self._shown(points)} if points and not first else None

    def _shown(self, points: list[Point]) -> list[list[float]]:
        if self.id == 'checkins':
            return [[point[0], point[4]] for point in points]
        return [list(point[:4]) for point in points]
