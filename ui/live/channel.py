"""What is followed, and the one frame that all followers of it share."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from domain.accounts.model import Person
from domain.journal.model import Recorded

MOST_ERRORS = 100

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
        self.sent: dict[Channel, int | None] = {}
        self.errors: deque[str] = deque(maxlen=MOST_ERRORS)
        self.due = False
        """There may be something to send."""

    def refuse(self, name: str, detail: str) -> None:
        """Tell that a topic is not to be had."""
        self.errors.append(encode({'t': name, 'error': detail}).decode())
        self.due = True

    def leave(self, channel: 'Channel') -> None:
        """Follow it no longer."""
        self.sent.pop(channel, None)
        channel.followers.discard(self)


Resolve = Callable[[Person, str, Mapping[str, str]], Callable[[], Topic]]
"""Looks whether a person may follow a name with its query, and gives the way to make the topic; both refuse with a ``DomainError``."""


class Channel:
    """A topic with its sequence, its newest frame and its followers."""

    def __init__(self, name: str, topic: Topic) -> None:
        self.name = name
        self.topic = topic
        self.sequence = 0
        self.followers: set[Follower] = set()
        self.opening: asyncio.Task[None] = asyncio.create_task(topic.open(), name=f'open {name[:80]}')
        self.ready = False
        self._early: list[News] = []
        self._patch = ''
        self._whole: tuple[int, str] | None = None

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
        self._patch = encode({'t': self.name, 'q': self.sequence, 'v': value}).decode()
        for follower in self.followers:
            follower.due = True

    def frame(self, sent: int | None) -> str:
        """What a follower needs that has seen the frame number ``sent``; the whole state is encoded once per sequence number."""
        if sent is not None and sent == self.sequence - 1:
            return self._patch
        if self._whole is None or self._whole[0] != self.sequence:
            frame = {'t': self.name, 'q': self.sequence, 'full': True, 'v': self.topic.full()}
            self._whole = (self.sequence, encode(frame).decode())
        return self._whole[1]
