"""Says on every channel that the database or the notifier is behind, past both: written from the picture and sent at once.

The outbox cannot carry it, for it is in the database and the notifier empties it. What was told to whom stands in a file beside the data:
a restart tells nothing twice, and tells the recovery to those who were told. A message that is sent again has the same key.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import structlog

from domain.access.enterprises import Enterprise
from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, ProbableCause
from domain.channels.kinds import KINDS
from domain.channels.model import AnnouncedAlert, Answered, Channel, NotifiedBrowser, Outcome
from domain.channels.telling import OWN_PAGE, TellingService
from domain.common.errors import DomainError
from domain.common.own_parts import MEANINGS, OwnPart
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets

log = structlog.get_logger()

PAST_THE_OUTBOX = frozenset({OwnPart.NOTIFIER, OwnPart.DATABASE})
"""Of the poller an alert is raised, which is told as others are."""
AGAIN_S = 30.0
GIVE_UP_S = 3600.0
"""A recovery that a channel has not taken for so long is not told there any more."""

Send = Callable[[Any], Any]


@dataclass(slots=True)
class Said:
    """What was said of one part: ``told`` and ``told_over`` are ids of channels and browsers; ``over_at`` is set once it turns again."""

    since: float
    because: str
    told: list[str] = field(default_factory=list)
    told_over: list[str] = field(default_factory=list)
    over_at: float | None = None


class OwnMessages:
    """``send`` makes one attempt of a message; ``file`` is where it is kept what was said."""

    def __init__(
        self, *, fleets: Fleets, telling: TellingService, send: Send, file: Path | None,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._fleets = fleets
        self._telling = telling
        self._send = send
        self._file = file
        self._clock = clock
        self._said: dict[OwnPart, Said] = {}
        self._next: dict[tuple[OwnPart, str], float] = {}
        self._tasks: dict[tuple[OwnPart, str], asyncio.Task[None]] = {}

    def open(self) -> None:
        """Read what was said before the start. A file that cannot be read says nothing."""
        if self._file is None:
            return
        try:
            kept = json.loads(self._file.read_text())
            self._said = {OwnPart(part): Said(**said) for part, said in kept.items()}
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning('own_messages_not_read', error=str(error)[:200])

    async def close(self) -> None:
        """Drop what is under way; it is sent again after the next start."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def look(self) -> None:
        """Say what has begun and what is over; waits for no answer."""
        own, now = self._fleets.own_parts, self._clock()
        if not own.is_known and not own.behind:
            return
        behind = {one.part: one for one in own.behind if one.part in PAST_THE_OUTBOX}
        before = json.dumps(self._kept())
        for part, one in behind.items():
            said = self._said.setdefault(part, Said(since=one.since, because=one.because))
            if said.over_at is not None:  # it was over, and has begun anew before all were told
                self._said[part] = Said(since=one.since, because=one.because)
        for part, said in list(self._said.items()):
            if part not in behind and said.over_at is None:
                said.over_at = now
            if self._is_done(said, now):
                del self._said[part]
                continue
            for fleet in self._fleets:
                for channel in fleet[Channel].values():
                    for browser in _places(fleet, channel):
                        self._start(fleet, channel, browser, part, said, now)
        if json.dumps(self._kept()) != before:
            await self._keep()

    def _start(
        self, fleet: Fleet, channel: Channel, browser: NotifiedBrowser | None, part: OwnPart, said: Said, now: float
    ) -> None:
        place = _id(channel, browser)
        line = part, place
        if not channel.enabled or not KINDS[channel.kind].tells or self._next.get(line, 0.0) > now:
            return
        is_over = said.over_at is not None
        if place in (said.told_over if is_over else said.told) or (is_over and place not in said.told):
            return
        if line in self._tasks and not self._tasks[line].done():
            return
        self._next[line] = now + AGAIN_S
        self._tasks[line] = asyncio.create_task(self._tell(fleet.enterprise, channel, browser, part, said))

    async def _tell(
        self, enterprise: Enterprise, channel: Channel, browser: NotifiedBrowser | None, part: OwnPart, said: Said
    ) -> None:
        is_over, place = said.over_at is not None, _id(channel, browser)
        conversation = f'own-{part}-{int(said.since)}'
        key = f'{conversation}-{"over" if is_over else "behind"}-{place}'
        began = time.monotonic()
        try:
            message = self._telling.write_own(channel, key, _announced(enterprise, conversation, part, said), browser)
            answered: Answered = await self._send(message)
        except Exception:  # a secret of another key, a bug of a kind: the other channels go on
            log.exception('own_message_not_sent', channel=channel.id)
            return
        log.info('own_message_sent', part=part.value, channel=channel.id, outcome=answered.outcome, said=answered.said)
        if answered.outcome is Outcome.LATER:
            return
        (said.told_over if is_over else said.told).append(place)
        self._next.pop((part, place), None)
        await self._keep()
        if browser is None:  # how the browser of one person fares says nothing of the channel
            await self._note(channel, answered, time.monotonic() - began)

    async def _note(self, channel: Channel, answered: Answered, took_s: float) -> None:
        """How the channel fares, which people see of it; while the database is behind nothing can be kept."""
        if any(one.part is OwnPart.DATABASE for one in self._fleets.own_parts.behind):
            return
        try:
            await self._telling.beaten(channel, answered, took_s)
        except DomainError as error:
            log.warning('own_message_not_noted', channel=channel.id, error=error.detail)

    def _is_done(self, said: Said, now: float) -> bool:
        if said.over_at is None:
            return False
        there = {id for fleet in self._fleets for id, one in fleet[Channel].items() if one.enabled}
        there |= {id for fleet in self._fleets for id in fleet[NotifiedBrowser]}
        return not (set(said.told) & there) - set(said.told_over) or now - said.over_at >= GIVE_UP_S

    def _kept(self) -> Mapping[str, Any]:
        return {part.value: asdict(said) for part, said in self._said.items()}

    async def _keep(self) -> None:
        if self._file is None:
            return
        text, file = json.dumps(self._kept()), self._file

        def write() -> None:
            new = file.with_suffix('.new')
            new.write_text(text)
            new.replace(file)  # whole or not at all

        try:
            await asyncio.to_thread(write)
        except OSError as error:
            log.warning('own_messages_not_kept', error=str(error))


def _places(fleet: Fleet, channel: Channel) -> Iterator[NotifiedBrowser | None]:
    """Where a channel tells: the browsers of people, or the one address of its own."""
    if KINDS[channel.kind].people_only:
        yield from fleet[NotifiedBrowser].values()
    else:
        yield None


def _id(channel: Channel, browser: NotifiedBrowser | None) -> str:
    return channel.id if browser is None else browser.id


def _announced(enterprise: Enterprise, conversation: str, part: OwnPart, said: Said) -> AnnouncedAlert:
    is_over = said.over_at is not None
    return AnnouncedAlert(
        news=News.CLEARED if is_over else News.RAISED,
        at=said.over_at or said.since,
        alert=conversation,
        severity=Severity.CRITICAL,
        problem=MEANINGS[part],
        detail=said.because[:1000],
        object_kind='enterprise',
        object_id=enterprise.id,
        object_name=enterprise.name,
        alarm_type=AlarmType.EQUIPMENT,
        probable_cause=ProbableCause.EQUIPMENT_MALFUNCTION,
        raised_at=said.since,
        path=OWN_PAGE,
    )
