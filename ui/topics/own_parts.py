"""Whether poller, notifier and database of this server turn, for the line at the top of every page."""

from typing import Any

from domain.access.permissions import Permission
from domain.common.own_parts import Behind
from domain.fleet.fleets import Fleets
from ui.live.channel import News
from ui.topics.base import ObjectTopic
from ui.topics.rows import TopicRow


class OwnPartsTopic(ObjectTopic):
    """``{behind, because, since}`` of what has been behind the longest, ``more`` of the others; ``behind`` is ``None`` when all turn."""

    def __init__(self, *, fleets: Fleets, **parts: Any) -> None:
        super().__init__(**parts)
        self._own = fleets.own_parts
        self._seen: tuple[Behind, ...] = self._own.behind

    def concerned(self, news: News) -> bool:
        """True when something else is behind than at the last look, four times a second."""
        before, self._seen = self._seen, self._own.behind
        return before != self._seen

    def view(self) -> dict[str, Any]:
        """As it stands now."""
        behind = self._own.behind
        if not behind:
            return {'behind': None, 'because': None, 'since': None, 'more': None}
        first, *others = behind
        return {
            'behind': first.words,
            'because': first.because,
            'since': first.since,
            'more': '. '.join(f'{one.words}: {one.because}' for one in others) or None,
        }


TOPICS = (TopicRow('own-parts', Permission.DEVICES_READ, OwnPartsTopic, takes=('fleets',)),)
