"""The last hour as a chart: ``pulse`` for who was there, ``pulse/checkins`` for how much was said."""

from typing import Any

from domain.access.permissions import Permission
from ui.live.activity import KEPT, Activity, Point
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow


class PulseTopic(BaseTopic):
    """Points ``[at, online, offline, violating]``, or ``[at, check-ins per minute]``."""

    def __init__(self, *, activity: Activity, **parts: Any) -> None:
        super().__init__(**parts)
        self._activity = activity
        self._points: list[Point] = []

    async def open(self) -> None:
        """Read the hour."""
        self._points = self._activity.points(self.fleet.enterprise.id)

    def full(self) -> dict[str, Any]:
        """Every point as of the newest flush."""
        return {'points': self._shown(self._points)}

    def patch(self, news: News) -> dict[str, Any] | None:
        """The steps that ended since the last flush."""
        after = self._points[-1][0] if self._points else 0
        fresh = self._activity.points(self.fleet.enterprise.id, after)
        if not fresh:
            return None
        self._points = [*self._points, *fresh][-KEPT:]
        return {'points': self._shown(fresh)}

    def _shown(self, points: list[Point]) -> list[list[float]]:
        if self.id == 'checkins':
            return [[point[0], point[4]] for point in points]
        return [list(point[:4]) for point in points]


TOPICS = (TopicRow('pulse', Permission.DEVICES_READ, PulseTopic, takes=('activity',), whole=True),)
