"""Live delivery: one flusher gathers what the transactor touched and sends every followed topic one small frame, a few times a second.

Frames travel on a WebSocket of our own (``/live``), not on NiceGUI's: a frame is encoded once for all its browsers, and a browser
that reads slowly is simply asked later: it gets the newest whole state then, never a backlog. The protocol stands in
``docs/live.md``.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from typing import Literal
from urllib.parse import parse_qsl

import msgspec
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from domain.accounts.model import Person
from domain.changes.transactor import Changed, Transactor
from domain.common.errors import DomainError, Invalid
from domain.journal.model import Recorded
from domain.sign_in.authentication import AccessService, concerns, ends_sessions
from domain.sign_in.model import Session
from ui.live.channel import Channel, Follower, News, Resolve
from ui.server.rates import Counted, Rate

log = structlog.get_logger(__name__)

FLUSH_S = 0.25
BEAT_S = 1.0
MOST_TOPICS = 40
MOST_CHARACTERS = 2000
MOST_FIELDS = 40
RESTART = 1012
"""Close code: the server goes; the page comes back by itself."""
SIGNED_OUT = 4401
"""Close code: the session ended; the page goes to the sign-in."""
CHANGED = 4409
"""Close code: its person is something else now (another enterprise, role or scope); the page is built anew."""
RUBBISH = 4400
"""Close code: it said something that no page says."""
MESSAGES_PER_S, MESSAGES_AT_ONCE = 20.0, 200
"""A page follows what it shows when it opens; one that says more than this is listened to more slowly."""
_UNSAID = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')  # a store may refuse them, and no page writes them
_UNREADABLE = 'This view cannot be read right now. It is tried again when you load the page.'

Place = tuple[str, tuple[object, ...]]
"""The enterprise, and the part of it that is seen: people who share both share channels."""


def place_of(person: Person) -> Place:
    """Where a person's topics are."""
    return person.enterprise, person.scope.key


class _Browser(Follower):
    """One open page."""

    def __init__(self, socket: WebSocket, session: Session, person: Person, *, owner: bool) -> None:
        super().__init__()
        self.socket = socket
        self.session = session
        self.person = person
        self.owner = owner
        self.place = place_of(person)
        self.beat_due = True
        self.writer: asyncio.Task[None] | None = None


class Live:
    """All open pages of this process and the topics they follow."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        access: AccessService,
        resolve: Resolve,
        clock: Callable[[], float] = time.time,
        flush_s: float = FLUSH_S,
    ) -> None:
        self.flush_s = flush_s
        self._transactor = transactor
        self._access = access
        self._resolve = resolve
        self._clock = clock
        self._channels: dict[Place, dict[str, Channel]] = {}
        self._news: dict[str, News] = {}
        self._browsers: set[_Browser] = set()
        self._flusher: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._refused = Counted('live_socket_closed')
        self._undo = (transactor.changed.subscribe(self._changed), transactor.committed.subscribe(self._committed))

    async def start(self) -> None:
        """Begin to flush."""
        self._flusher = asyncio.create_task(self._run(), name='live')

    async def stop(self) -> None:
        """Stop flushing and let every page know that the server goes."""
        for undo in self._undo:
            undo()
        if self._flusher is not None:
            self._flusher.cancel()
            await asyncio.gather(self._flusher, return_exceptions=True)
        for browser in list(self._browsers):
            self._close(browser, RESTART)
        await asyncio.gather(*self._closing)

    @property
    def browsers(self) -> int:
        """How many pages are open."""
        return len(self._browsers)

    @property
    def channels(self) -> int:
        """How many topics are followed."""
        return sum(len(channels) for channels in self._channels.values())

    async def serve(self, socket: WebSocket, session: Session, person: Person) -> None:
        """Talk to one page until it leaves or its session ends."""
        await socket.accept()
        browser = _Browser(socket, session, person, owner=self._access.is_owner(session))
        self._browsers.add(browser)
        browser.writer = asyncio.create_task(self._write(browser), name='live writer')
        rate = Rate(per_s=MESSAGES_PER_S, burst=MESSAGES_AT_ONCE)
        try:
            while (message := await socket.receive())['type'] == 'websocket.receive' and browser in self._browsers:
                await self._heard(browser, message.get('text') or '')
                await asyncio.sleep(rate.take())  # of those that wait already none would give way by itself
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: we closed it ourselves while it was being read
            pass
        finally:
            self._forget(browser)

    async def _heard(self, browser: _Browser, text: str) -> None:
        if not self._stands(browser):
            return
        try:
            message = msgspec.json.decode(text, type=_Message)
        except msgspec.DecodeError:
            self._refused.note('rubbish')
            self._close(browser, RUBBISH)
            return
        channels = self._channels.setdefault(browser.place, {})
        channel = channels.get(message.t)
        if message.op == 'unfollow':
            if channel is not None:
                self._leave(browser.place, browser, channel)
            return
        try:
            if channel not in browser.sent and len(browser.sent) >= MOST_TOPICS:
                raise Invalid('this page follows too much at once; close a view and load it again')
            make = self._resolve(browser.person, *_parsed(message.t))  # also for a shared one: may this person see it?
            if channel is None:
                channel = channels[message.t] = Channel(message.t, make())
        except DomainError as refusal:
            browser.refuse(message.t[:MOST_CHARACTERS], refusal.detail)
            return
        channel.followers.add(browser)
        browser.sent[channel] = None
        if not channel.ready:
            await self._open(browser.place, channel)
        browser.wake.set()

    async def _open(self, place: Place, channel: Channel) -> None:
        try:
            await channel.open()
        except DomainError as refusal:
            self._fail(place, channel, refusal.detail)
        except asyncio.CancelledError:
            if not channel.opening.cancelled():  # else only the topic was: no page follows it any more
                raise
        except Exception:  # of any kind, from the store; the page may ask again
            log.exception('topic_not_opened', topic=channel.name)
            self._fail(place, channel, _UNREADABLE)

    def _fail(self, place: Place, channel: Channel, detail: str) -> None:
        """Tell every page that follows it, and forget it: a topic that failed once would fail at every flush."""
        for follower in list(channel.followers):
            follower.refuse(channel.name, detail)
            self._leave(place, follower, channel)

    def _leave(self, place: Place, follower: Follower, channel: Channel) -> None:
        follower.leave(channel)
        channels = self._channels.get(place, {})
        if not channel.followers and channels.get(channel.name) is channel:
            del channels[channel.name]
            channel.opening.cancel()

    async def _write(self, browser: _Browser) -> None:
        """Send what is due; while a slow page holds a send up, its channels just move on."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await browser.wake.wait()
                browser.wake.clear()
                if browser.beat_due:
                    browser.beat_due = False
                    await browser.socket.send_text(f'{{"t":"beat","at":{self._clock():.3f}}}')
                while browser.errors:
                    await browser.socket.send_text(browser.errors.popleft())
                for channel in list(browser.sent):
                    sent = browser.sent.get(channel)
                    if not channel.ready or channel not in browser.sent or sent == channel.sequence:
                        continue
                    try:
                        frame = channel.frame(sent)
                    except Exception:  # the other topics of the page go on
                        self._fail(browser.place, channel, _UNREADABLE)
                        log.exception('topic_failed', topic=channel.name)
                        continue
                    browser.sent[channel] = channel.sequence
                    await browser.socket.send_text(frame)

    async def _run(self) -> None:
        beat = 0.0
        while True:
            started = time.perf_counter()
            self._flush()
            beat += self.flush_s
            if beat >= BEAT_S:
                beat = 0.0
                self._beat()
            await asyncio.sleep(max(0.01, self.flush_s - (time.perf_counter() - started)))

    def _flush(self) -> None:
        fresh, self._news = self._news, {}
        nothing = News()
        for place, channels in self._channels.items():
            for channel in list(channels.values()):
                try:
                    channel.flush(fresh.get(channel.topic.enterprise, nothing))
                except Exception:  # the other topics go on
                    log.exception('topic_failed', topic=channel.name)
                    self._fail(place, channel, _UNREADABLE)

    def _beat(self) -> None:
        for browser in list(self._browsers):
            if self._stands(browser):
                browser.beat_due = True
                browser.wake.set()

    def _stands(self, browser: _Browser) -> bool:
        """True while the page is what its person would get now; one that is not is closed."""
        owner = self._access.is_owner(browser.session)
        if owner is browser.owner and self._access.holds(browser.session, browser.person):
            return True
        self._close(browser, SIGNED_OUT if self._access.standing(browser.session) is None else CHANGED)
        return False

    def _close(self, browser: _Browser, code: int) -> None:
        """Send it nothing more, and say why; a page that does not read must not hold up the others."""
        self._forget(browser)

        async def close() -> None:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                await asyncio.wait_for(browser.socket.close(code), 1)

        task = asyncio.create_task(close(), name='live close')
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _forget(self, browser: _Browser) -> None:
        self._browsers.discard(browser)
        if browser.writer is not None:
            browser.writer.cancel()
        for channel in list(browser.sent):
            self._leave(browser.place, browser, channel)

    def _changed(self, changed: Changed) -> None:
        if ends_sessions(changed):
            for browser in list(self._browsers):
                if concerns(changed, browser.session):
                    self._stands(browser)
        news = self._news.setdefault(changed.enterprise, News())
        for kind, ids in changed.ids.items():
            news.ids.setdefault(kind, set()).update(ids)

    def _committed(self, enterprise: str, entries: list[Recorded]) -> None:
        self._news.setdefault(enterprise, News()).entries.extend(entries)


class _Message(msgspec.Struct):
    op: Literal['follow', 'unfollow', 'snapshot']
    t: str


def _parsed(topic: str) -> tuple[str, dict[str, str]]:
    """Name and query of ``devices?sort=name``."""
    name, _, text = topic.partition('?')
    try:
        query = dict(parse_qsl(text, max_num_fields=MOST_FIELDS))
    except ValueError:  # too many fields
        raise Invalid('this is not the name of a topic') from None
    if len(topic) > MOST_CHARACTERS or any(map(_UNSAID.search, (name, *query, *query.values()))):
        raise Invalid('this is not the name of a topic')
    return name, query
