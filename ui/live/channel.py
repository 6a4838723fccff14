"""What is followed, and the one frame that all followers of it share."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from domain.accounts.model import Person
from domain.journal.model import Recorded

MOST_ERRORS = 100
KEPT = 12
"""Patches of a topic that are kept, for pages that follow it from a state that they had before: three seconds of them."""

encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class News:
    """What happened in one enterprise since the last flush: ids whose live state moved, by kind, and new journal entries."""

    ids: dict[type, set[str]] = field(default_factory=dict)
    entries: list[Recorded] = field(default_factory=list)

    def of(self, kind: type) -> set[str]:
        """Ids of that kind that moved."""
        return self.ids.get(kind, set())


class Topic(Protocol):
    """One thing to follow, as one enterprise sees it."""

    @property
    def enterprise(self) -> str:
        """Whose news it is made of."""

    async def open(self) -> None:
        """Read what the live picture does not hold; called once, before anything else."""

    def full(self) -> dict[str, Any]:
        """The whole state, for a browser that begins, fell behind or comes back."""

    def patch(self, news: News) -> dict[str, Any] | None:
        """What a flush changes, or ``None``; called at every flush, with empty news too."""


class Follower:
    """A page that wants frames: the number of the newest one it was sent of each channel, and refusals that wait to be told."""

    def __init__(self) -> None:
        self.sent: dict[TopicChannel, int | None] = {}
        self.errors: deque[str] = deque(maxlen=MOST_ERRORS)
        self.missed: deque[str] = deque()
        """Frames that bring it from the state that it had before to the newest one."""
        self.due = False
        """There may be something to send."""

    def refuse(self, name: str, detail: str) -> None:
        """Tell that a topic is not to be had."""
        self.errors.append(encode({'t': name, 'error': detail}).decode())
        self.due = True

    def leave(self, channel: 'TopicChannel') -> None:
        """Follow it no longer."""
        self.sent.pop(channel, None)
        channel.followers.discard(self)


Resolve = Callable[[Person, str, Mapping[str, str]], Callable[[], Topic]]
"""Looks whether a person may follow a name with its query, and gives the way to make the topic; both refuse with a ``DomainError``."""


class TopicChannel:
    """A topic with its sequence, its newest frame and its followers."""

    def __init__(self, name: str, topic: Topic) -> None:
        self.name = name
        self.topic = topic
        self.id = secrets.token_hex(6)
        """Tells its numbers from those of another channel of the same name."""
        self.sequence = 0
        self.followers: set[Follower] = set()
        self.opening: asyncio.Task[None] = asyncio.create_task(topic.open(), name=f'open {name[:80]}')
        self.ready = False
        self._early: list[News] = []
        self._patches: deque[str] = deque(maxlen=KEPT)
        self._whole: tuple[int, str] | None = None
        self._state: tuple[int, dict[str, Any]] | None = None

    async def open(self) -> None:
        """Wait until there is a first frame. Raises the error for which the topic could not be read."""
        await asyncio.shield(self.opening)
        while self._early:  # happened while the past was being read; the topic knows what it has seen there already
            self.topic.patch(self._early.pop(0))
        self.frame(None)
        self.ready = True

    def flush(self, news: News) -> None:
        """Bring the topic up to date and wake its followers when there is something to tell."""
        if not self.ready:
            if news.ids or news.entries:
                self._early.append(news)
            return
        value = self.topic.patch(news)
        if value is None:
            return
        self.sequence += 1
        self._patches.append(encode({'t': self.name, 'q': self.sequence, 'v': value}).decode())
        for follower in self.followers:
            follower.due = True

    def frame(self, sent: int | None) -> str:
        """What a follower needs that has seen the frame number ``sent``; the whole state is encoded once per sequence number."""
        if sent is not None and sent == self.sequence - 1:
            return self._patches[-1]
        if self._whole is None or self._whole[0] != self.sequence:
            frame = {'t': self.name, 'q': self.sequence, 'full': True, 'of': self.id, 'v': self.topic.full()}
            self._whole = (self.sequence, encode(frame).decode())
        return self._whole[1]

    def since(self, id: str, number: int) -> list[str] | None:
        """The patches that lead from the state with that number to the newest; ``None`` when it is of another channel or too long ago."""
        behind = self.sequence - number
        if not self.ready or id != self.id or not 0 <= behind <= len(self._patches):
            return None
        return list(self._patches)[len(self._patches) - behind :]

    def state(self) -> dict[str, Any]:
        """The whole state as a page reads it; shared, so never to be changed."""
        if self._state is None or self._state[0] != self.sequence:
            value: dict[str, Any] = msgspec.json.decode(self.frame(None))['v']
            self._state = self.sequence, value
        return self._state[1]
