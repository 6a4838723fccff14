"""What pages show at first: the states of the topics that a page follows, taken before it is sent.

The topics go on for a while, as if the page followed them, so that its line can take up where its picture ends.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.accounts.model import Person
from domain.common.errors import DomainError
from ui.live.browser import Place, place_of
from ui.live.channel import Follower, TopicChannel
from ui.live.hub import MOST_TOPICS, Live

log = structlog.get_logger(__name__)

HOLD_S = 20.0
"""How long topics go on for a page whose line is not there yet; one that comes later is sent the whole state."""
MOST_HELD = 400
"""So often, for two hundred pages whose frame was sent early and takes its figures by itself; the oldest go first."""
WITHIN_S = 0.25
"""The longest that a page waits for topics that are read from the store; one that is not ready by then is drawn as still to come."""
_KEY = 'cellwarden.pictures'


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of one topic, and the frame in which it travels."""

    state: Mapping[str, Any]
    frame: str


class Pictures:
    """Takes the states for pages."""

    def __init__(self, live: Live, *, hold_s: float = HOLD_S, within_s: float = WITHIN_S) -> None:
        self._live = live
        self._hold_s = hold_s
        self._within_s = within_s
        self._held: deque[tuple[Place, Follower]] = deque()

    async def take(self, person: Person, names: Sequence[str]) -> dict[str, Snapshot]:
        """The states by the names of the topics; what the person may not see or what is not ready in time is left out."""
        follower, place = Follower(), place_of(person)
        channels: list[TopicChannel] = []
        for name in names[:MOST_TOPICS]:
            try:
                channels.append(self._live.join(follower, person, name))
            except DomainError:
                continue  # its component says so when it follows
            except Exception:
                log.exception('topic_failed', topic=name)
        self._held.append((place, follower))
        while len(self._held) > MOST_HELD:
            self._release()
        try:
            await self._wait(place, [channel for channel in channels if not channel.ready])
        finally:
            asyncio.get_running_loop().call_later(self._hold_s, self._let_go, follower)
        # no await from here on: all are of one moment
        found = {}
        for channel in channels:
            if channel.ready and channel in follower.sent:
                try:
                    found[channel.name] = Snapshot(channel.state(), channel.frame(None))
                except Exception:
                    log.exception('topic_failed', topic=channel.name)
        return found

    async def _wait(self, place: Place, channels: Sequence[TopicChannel]) -> None:
        if not channels:
            return
        opening = [asyncio.ensure_future(self._live.opened(place, channel)) for channel in channels]
        await asyncio.wait(opening, timeout=self._within_s)

    def _let_go(self, follower: Follower) -> None:
        while self._held and any(one is follower for _, one in self._held):
            self._release()

    def _release(self) -> None:
        place, follower = self._held.popleft()
        for channel in list(follower.sent):
            self._live.leave(place, follower, channel)


class PicturesAtHand:
    """Lets pages find the pictures of their process."""

    def __init__(self, app: ASGIApp, *, pictures: Pictures) -> None:
        self._app = app
        self._pictures = pictures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope['type'] == 'http':
            scope[_KEY] = self._pictures
        await self._app(scope, receive, send)


def pictures_of(scope: Scope) -> Pictures | None:
    """Those that a request finds."""
    found: Pictures | None = scope.get(_KEY)
    return found
