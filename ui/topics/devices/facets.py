"""The counts in the filter menus of the device list, followed while a menu is open."""

import time
from typing import Any

from domain.devices.listing.facets import facets
from domain.devices.model import Device, DeviceState, Reporting
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.devices.list import device_query
from ui.topics.pacing import Pace


class FacetsTopic(BaseTopic):
    """How many devices each choice of each filter would find, by the query of the list."""

    def __init__(self, *, pace: Pace, **parts: Any) -> None:
        super().__init__(**parts)
        self._pace = pace
        self._question = device_query(self.query)
        self._sent = self._count()
        self._moved = False

    def full(self) -> dict[str, Any]:
        """All counts as of the newest flush."""
        return {'facets': self._sent}

    def patch(self, news: News) -> dict[str, Any] | None:
        """The counts of the filters in which one moved."""
        self._moved = self._moved or bool(news.of(DeviceState) or news.of(Device) or news.of(Reporting))
        if not self._moved or not self._pace.is_free(self._counted_at):
            return None
        before = self._sent
        self._sent, self._moved = self._count(), False
        moved = {name: counts for name, counts in self._sent.items() if before.get(name) != counts}
        return {'facets': moved} if moved else None

    def _count(self) -> dict[str, dict[str, int]]:
        self._counted_at = time.monotonic()
        with self._pace.spending():
            return facets(self.fleet, self._question)
