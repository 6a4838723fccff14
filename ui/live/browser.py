"""An open page as live delivery knows it: what it follows, what it was sent, and what it says."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from domain.accounts.model import Person
from ui.live.channel import Follower, TopicChannel
from ui.live.credit import Credit
from ui.server.rates import Rate

MESSAGES_PER_S, MESSAGES_AT_ONCE = 20.0, 200
"""A page follows what it shows when it opens; one that says more than this is listened to more slowly."""
MOST_WAITING = 400
"""Messages that may wait meanwhile; a page that says still more is cut off, and comes back by itself."""

Place = tuple[str, tuple[object, ...]]
"""The enterprise, and the part of it that is seen: people who share both share channels."""


class Way(Protocol):
    """Where frames go."""

    @property
    def polls(self) -> bool:
        """True when they are fetched by long polling."""

    def send(self, frames: Sequence[str]) -> None:
        """Send frames, JSON each, in one message; never waits."""


class Message(msgspec.Struct):
    """What a page says: that it is there, what it wants to follow, or up to which mark (:mod:`ui.live.credit`) it has read.

    One that has a state of the topic ``t`` already says which: number ``q`` of the channel ``of``.
    """

    op: Literal['hello', 'follow', 'unfollow', 'snapshot', 'read']
    t: str = ''
    n: int = 0
    q: int | None = None
    of: str = ''


def place_of(person: Person) -> Place:
    """Where a person's topics are."""
    return person.enterprise, person.scope.key


class Browser(Follower):
    """One open page."""

    def __init__(self, way: Way, person: Person) -> None:
        super().__init__()
        self.way = way
        self.person = person
        self.place = place_of(person)
        self.credit = Credit()
        self.beat_due = True
        self.said: deque[Message] = deque()
        self.listening: asyncio.Task[None] | None = None
        self.rate = Rate(per_s=MESSAGES_PER_S, burst=MESSAGES_AT_ONCE)

    def frame(self, channel: TopicChannel) -> str | None:
        """What it needs of a channel now, and note that it is sent."""
        sent = self.sent.get(channel)
        if not channel.ready or channel not in self.sent or sent == channel.sequence:
            return None
        frame = channel.frame(sent)
        del self.sent[channel]  # the one that waited longest comes first when there is not room for all
        self.sent[channel] = channel.sequence
        return frame
