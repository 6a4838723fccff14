"""What topics share: their surroundings, and the window on a list that is held in memory."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from domain.application import ApplicationStore
from domain.common.notes import Notes
from domain.devices.model import Device, DeviceState
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower
from ui.live.channel import News


class BaseTopic:
    """A topic of one enterprise."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: ApplicationStore,
        clock: Callable[[], float],
        id: str = '',
        query: Mapping[str, str] | None = None,
    ) -> None:
        self.fleet = fleet
        self.store = store
        self.clock = clock
        self.id = id
        self.query = query or {}

    @property
    def enterprise(self) -> str:
        """Whose news it is made of."""
        return self.fleet.enterprise.id

    async def open(self) -> None:
        """Most topics live from memory alone."""

    def full(self) -> dict[str, Any]:
        """The whole state."""
        raise NotImplementedError

    def sight_moved(self, news: News) -> bool:
        """True when something may have come into a narrowed sight, or left it."""
        return bool(self.fleet.scope) and any(map(news.of, (Device, DeviceState, Tower)))


def told_notes(notes: Notes) -> list[dict[str, Any]] | None:
    """Notes as ``cells.js`` draws comments, the oldest first; ``None`` for none."""
    return [{'at': one.at, 'by': one.by, 'text': one.text} for one in notes] or None


class ObjectTopic(BaseTopic):
    """One object; a patch carries the top-level keys that changed."""

    kinds: ClassVar[tuple[type, ...]] = ()
    """Kinds whose movement may change the object; empty: any news."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._sent: dict[str, Any] | None = None

    def full(self) -> dict[str, Any]:
        """The whole object as of the newest flush."""
        if self._sent is None:
            self._sent = self.view()
        return self._sent

    def view(self) -> dict[str, Any]:
        """The object now."""
        raise NotImplementedError

    def concerned(self, news: News) -> bool:
        """True when the news may have changed the object."""
        return any(news.of(kind) for kind in self.kinds)

    def patch(self, news: News) -> dict[str, Any] | None:
        """The keys that changed."""
        if not self.concerned(news) and not self.sight_moved(news):
            return None
        before, after = self.full(), self.view()
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        self._sent = after
        return changed or None
