"""The story of a demo, for the card on its overview."""

from typing import Any

from domain.access.permissions import Permission
from ui.live.channel import News
from ui.operator.story import Story, Told
from ui.topics.base import ObjectTopic
from ui.topics.rows import TopicRow


class DemoTopic(ObjectTopic):
    """``coming``, ``happened``, ``broken`` and ``paged`` in words, each with its moment; nothing where no demo runs."""

    def __init__(self, *, story: Story | None, **parts: Any) -> None:
        super().__init__(**parts)
        self._story = story
        self._seen: tuple[Told | None, ...] = ()

    def concerned(self, news: News) -> bool:
        """True when the story went on."""
        before, self._seen = self._seen, self._told()
        return before != self._seen

    def view(self) -> dict[str, Any]:
        """As it is told now."""
        names = ('coming', 'happened', 'broken', 'paged')
        told = dict(zip(names, self._told(), strict=True))
        return {
            **{name: one.words if one is not None else None for name, one in told.items()},
            **{f'{name}_at': one.at if one is not None else None for name, one in told.items()},
            **{f'{name}_href': one.href if one is not None else None for name, one in told.items()},
            **{f'{name}_page': one.page if one is not None else None for name, one in told.items()},
        }

    def _told(self) -> tuple[Told | None, ...]:
        story = self._story
        return (
            (story.coming, story.happened, story.broken, story.paged) if story is not None else (None, None, None, None)
        )


TOPICS = (TopicRow('demo', Permission.DEVICES_READ, DemoTopic, takes=('story',), whole=True),)
