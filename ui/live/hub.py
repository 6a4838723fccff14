"""Live delivery: one flusher gathers what the transactor touched and sends every followed topic one small frame, a few times a second.

Frames travel on the connection that a page has anyway, NiceGUI's (:mod:`ui.live.page_sessions`). A frame is encoded once for all its
browsers, and a browser that reads slowly is simply sent nothing for a while: it gets the newest whole state then, never a backlog.
The protocol stands in ``docs/live.md``.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog

from domain.accounts.model import Person
from domain.changes.transactor import Changed, Transactor
from domain.common.errors import DomainError, Invalid
from domain.journal.model import Recorded
from ui.live.browser import MOST_WAITING, Browser, Message, Place, Way, place_of
from ui.live.channel import Follower, News, Resolve, TopicChannel

log = structlog.get_logger(__name__)

FLUSH_S = 0.25
BEAT_S = 1.0
MOST_TOPICS = 40
MOST_CHARACTERS = 2000
MOST_FIELDS = 40
AT_ONCE = 50
"""Pages that are sent their frames before others have their turn."""
_UNSAID = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')  # a store may refuse them, and no page writes them
_UNREADABLE = 'This view cannot be read right now. It is tried again when you load the page.'


class RubbishError(Exception):
    """A page said something that no page says, or too much; it is to be cut off. The words are for the log."""


class Live:
    """All open pages of this process and the topics they follow."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        resolve: Resolve,
        clock: Callable[[], float] = time.time,
        flush_s: float = FLUSH_S,
    ) -> None:
        self.flush_s = flush_s
        self._transactor = transactor
        self._resolve = resolve
        self._clock = clock
        self._channels: dict[Place, dict[str, TopicChannel]] = {}
        self._news: dict[str, News] = {}
        self._browsers: set[Browser] = set()
        self._beat = self._beat_now()
        self._flusher: asyncio.Task[None] | None = None
        self._undo = (transactor.changed.subscribe(self._changed), transactor.committed.subscribe(self._committed))

    async def start(self) -> None:
        """Begin to flush."""
        self._flusher = asyncio.create_task(self._run(), name='live')

    async def stop(self) -> None:
        """Stop flushing, and forget every page."""
        for undo in self._undo:
            undo()
        if self._flusher is not None:
            self._flusher.cancel()
            await asyncio.gather(self._flusher, return_exceptions=True)
        for browser in list(self._browsers):
            self.left(browser)

    @property
    def browsers(self) -> int:
        """How many pages are open."""
        return len(self._browsers)

    @property
    def channels(self) -> int:
        """How many topics are followed."""
        return sum(len(channels) for channels in self._channels.values())

    @property
    def polling(self) -> int:
        """How many of them are reached by long polling, since something between refuses WebSockets."""
        return sum(browser.way.polls for browser in self._browsers)

    def open(self, way: Way, person: Person) -> Browser:
        """A page is there; its session is the business of the caller, who says :meth:`left` in time."""
        browser = Browser(way, person)
        self._browsers.add(browser)
        self._beat = self._beat_now()
        self._send(browser)
        return browser

    def heard(self, browser: Browser, said: Sequence[Any]) -> None:
        """Take in what a page says, several things at a time; ``RubbishError`` for what no page says."""
        try:
            messages = msgspec.convert(said, list[Message])
        except msgspec.ValidationError:
            raise RubbishError('rubbish') from None
        for message in messages:
            if message.op == 'read':
                browser.credit.read(message.n)
            elif message.op != 'hello':
                browser.said.append(message)
        if len(browser.said) > MOST_WAITING:
            raise RubbishError('too many messages')
        if browser.said and browser.listening is None and browser in self._browsers:
            browser.listening = asyncio.create_task(self._listen(browser), name='live listen')
        self._send(browser)

    def left(self, browser: Browser) -> None:
        """A page is gone, or its session is; it is sent nothing more."""
        self._browsers.discard(browser)
        if browser.listening is not None:
            browser.listening.cancel()
        for channel in list(browser.sent):
            self.leave(browser.place, browser, channel)

    async def _listen(self, browser: Browser) -> None:
        """In the order in which it was said; of what is said too fast none gives way by itself."""
        try:
            while browser.said:
                await self._follow(browser, browser.said.popleft())
                self._send(browser)
                await asyncio.sleep(browser.rate.take())
        finally:
            browser.listening = None

    def join(self, follower: Follower, person: Person, name: str) -> TopicChannel:
        """Let it follow a topic from now on. Refuses with a ``DomainError``."""
        make = self._resolve(person, *_parsed(name))  # also for a shared one: may this person see it?
        channels = self._channels.setdefault(place_of(person), {})
        channel = channels.get(name)
        if channel is None:
            channel = channels[name] = TopicChannel(name, make())
        channel.followers.add(follower)
        follower.sent[channel] = None
        return channel

    async def _follow(self, browser: Browser, message: Message) -> None:
        channel = self._channels.setdefault(browser.place, {}).get(message.t)
        if message.op == 'unfollow':
            if channel is not None:
                self.leave(browser.place, browser, channel)
            return
        try:
            if channel not in browser.sent and len(browser.sent) >= MOST_TOPICS:
                raise Invalid('this page follows too much at once; close a view and load it again')
            channel = self.join(browser, browser.person, message.t)
        except DomainError as refusal:
            browser.refuse(message.t[:MOST_CHARACTERS], refusal.detail)
            return
        except Exception:  # what else the page says is heard all the same
            log.exception('topic_failed', topic=message.t[:MOST_CHARACTERS])
            browser.refuse(message.t[:MOST_CHARACTERS], _UNREADABLE)
            return
        if not channel.ready:
            await self.opened(browser.place, channel)
        missed = channel.since(message.of, message.q) if message.q is not None else None
        if missed is not None and channel in browser.sent:
            browser.missed.extend(missed)
            browser.sent[channel] = channel.sequence
        browser.due = True

    async def opened(self, place: Place, channel: TopicChannel) -> None:
        """Wait until a topic has its first state; one that cannot be read is told to its followers, and forgotten."""
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

    def _fail(self, place: Place, channel: TopicChannel, detail: str) -> None:
        """Tell every page that follows it, and forget it: a topic that failed once would fail at every flush."""
        for follower in list(channel.followers):
            follower.refuse(channel.name, detail)
            self.leave(place, follower, channel)

    def leave(self, place: Place, follower: Follower, channel: TopicChannel) -> None:
        """Let it follow a topic no longer; one without followers is forgotten."""
        follower.leave(channel)
        channels = self._channels.get(place, {})
        if not channel.followers and channels.get(channel.name) is channel:
            del channels[channel.name]
            channel.opening.cancel()

    def _send(self, browser: Browser) -> None:
        """Send what is due, if the page has read enough of what it was sent before; while it has not, its channels just move on."""
        credit = browser.credit
        if not (browser.due or browser.beat_due) or not credit.is_open or browser not in self._browsers:
            return
        frames: list[str] = []
        for waiting in (browser.errors, browser.missed):
            while waiting:
                frames.append(waiting.popleft())
                credit.spend(len(frames[-1]))
        browser.due = False
        for channel in list(browser.sent):
            if not credit.is_open:
                browser.due = True
                break
            try:
                frame = browser.frame(channel)
            except Exception:  # the other topics of the page go on
                self._fail(browser.place, channel, _UNREADABLE)
                log.exception('topic_failed', topic=channel.name)
                continue
            if frame is not None:
                frames.append(frame)
                credit.spend(len(frame))
        if credit.mark_due:
            frames.append(f'{{"t":"beat","at":{self._clock():.3f},"n":{credit.mark()}}}')
        elif browser.beat_due:
            frames.append(self._beat)
            credit.spend(len(self._beat))
        browser.beat_due = False
        if frames:
            browser.way.send(frames)

    async def _run(self) -> None:
        beat = 0.0
        while True:
            started = time.perf_counter()
            self._flush()
            beat += self.flush_s
            if beat >= BEAT_S:
                beat = 0.0
                self._beat = self._beat_now()
                for browser in self._browsers:
                    browser.beat_due = True
            for number, browser in enumerate(list(self._browsers), 1):
                self._send(browser)
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(max(0.01, self.flush_s - (time.perf_counter() - started)))

    def _beat_now(self) -> str:
        return f'{{"t":"beat","at":{self._clock():.3f}}}'

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

    def _changed(self, changed: Changed) -> None:
        news = self._news.setdefault(changed.enterprise, News())
        for kind, ids in changed.ids.items():
            news.ids.setdefault(kind, set()).update(ids)

    def _committed(self, enterprise: str, entries: list[Recorded]) -> None:
        self._news.setdefault(enterprise, News()).entries.extend(entries)


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
