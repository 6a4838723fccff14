"""The fleet on the wire: one heap of what is due, a few workers, and every device's turn when its time has come."""

import asyncio
import contextlib
import heapq
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random

import structlog

from jobs.simulation.backoff import Backoff
from jobs.simulation.client import Away, ConsoleClient, ConsoleRefused, Json
from jobs.simulation.device import Member, Observation
from jobs.simulation.facts import news
from jobs.simulation.log_summary import LogSummary
from jobs.simulation.misbehaviour import Manner, Misbehaviour
from jobs.simulation.world import World

log = structlog.get_logger()
WORKERS = 32
"""Requests under way at a time; the client's pool has as many connections."""
_KEEP_ALL = 100_000  # observations that wait for the server over all devices, which bounds memory
_KEEP_ONE = 120
_REFUSED_S = 60.0  # until a device that was turned away tries again
_LINES = 20  # refusals that are logged; a fleet that is turned away as a whole would fill the log
_REJECTING = 0.08  # share of devices whose quarantine hook is missing


@dataclass(frozen=True, slots=True)
class Chore:
    """A command that is being carried out, or (without one) a repair that follows a quarantine."""

    command: Json | None = None


@dataclass(order=True, slots=True)
class _Due:
    at: float
    order: int
    member: Member = field(compare=False)
    chore: Chore | None = field(compare=False)


class Workers:
    """Lets every device of ``world`` enrol and check in. ``scene`` gives the seconds of the scenario, ``pace`` how many pass in one."""

    def __init__(
        self,
        client: ConsoleClient,
        world: World,
        *,
        enrol_token: str,
        rng: Random,
        scene: Callable[[], float],
        pace: float = 1.0,
        misbehaviour: Callable[[int], Misbehaviour | None] = lambda number: None,
    ) -> None:
        self._client = client
        self._world = world
        self._token = enrol_token
        self._rng = rng
        self._scene = scene
        self._pace = pace
        self._backoff = Backoff(rng)
        self._members = [
            Member(device, Manner(device, misbehaviour(device.number)), slot=rng.random())
            for device in world.fleet.devices
        ]
        self._most = max(3, min(_KEEP_ONE, _KEEP_ALL // max(1, len(self._members))))
        self._heap: list[_Due] = []
        self._order = count()
        self._wake = asyncio.Event()
        self._absent = set(range(len(self._members)))
        self._lines = 0
        self._summary = LogSummary()
        self.complete = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; ``complete`` is set once every device has enrolled and checked in for the first time."""
        now = time.monotonic()
        for member in self._members:
            self._schedule(member, now)
        if not self._absent:
            self.complete.set()
        queue: asyncio.Queue[_Due] = asyncio.Queue(maxsize=WORKERS)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed(queue))
            group.create_task(self._summary.tell())
            for _ in range(WORKERS):
                group.create_task(self._work(queue))

    def joined(self) -> int:
        """How many devices have enrolled and checked in for the first time."""
        return len(self._members) - len(self._absent)

    def nudge(self, numbers: Iterable[int]) -> None:
        """These devices noticed something worth telling: they check in at once."""
        now = time.monotonic()
        for number in numbers:
            member = self._members[number]
            if member.busy:
                member.hurry = True
            elif member.credential:
                self._schedule(member, now)

    async def _feed(self, queue: asyncio.Queue[_Due]) -> None:
        while True:
            self._wake.clear()
            wait = self._heap[0].at - time.monotonic() if self._heap else 60.0
            if wait > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
                continue
            item = heapq.heappop(self._heap)
            if item.chore is None:
                if item.member.due != item.at or item.member.busy:
                    continue  # it was called up earlier than this entry says
                item.member.busy = True
            await queue.put(item)

    async def _work(self, queue: asyncio.Queue[_Due]) -> None:
        while True:
            item = await queue.get()
            if item.chore is not None:
                await self._do(item.member, item.chore)
                continue
            pause = await self._turn(item.member)
            item.member.busy = False
            if item.member.hurry and self._backoff.is_open:
                pause = 0.0
            item.member.hurry = False
            self._schedule(item.member, time.monotonic() + pause)

    def _schedule(self, member: Member, at: float, chore: Chore | None = None) -> None:
        if chore is None:
            member.due = at
        heapq.heappush(self._heap, _Due(at, next(self._order), member, chore))
        if self._heap[0].at == at:
            self._wake.set()

    async def _turn(self, member: Member) -> float:
        """What a device does when it is due; returns the seconds until it is due again."""
        fresh = not member.credential
        if not fresh:
            if self._world.condition(member.device.number).asleep:
                return self._pause(member)
            self._observe(member)
        if not self._backoff.is_open:
            return self._backoff.opens_at - time.monotonic() + self._rng.uniform(0, 2) if fresh else self._pause(member)
        try:
            if fresh:
                await self._enrol(member)
                self._observe(member)
            await self._deliver(member)
        except Away as away:
            self._backoff.shut(str(away))
        except ConsoleRefused as refusal:
            return self._turned_away(member, refusal)
        if not member.credential:
            return self._rng.uniform(1, 3)
        self._arrived(member)
        return self._pause(member, least=0.0 if fresh else 0.5)

    def _arrived(self, member: Member) -> None:
        if self._absent:
            self._absent.discard(member.device.number)
            if not self._absent:
                self.complete.set()

    def _pause(self, member: Member, least: float = 0.5) -> float:
        """Seconds until the device's own slot of the interval comes round again, with jitter, after ``least`` intervals or more.

        Slots are spread evenly, so the fleet comes in evenly also after it was enrolled, or kept waiting, all at once.
        """
        now, interval = time.monotonic(), member.interval_s
        slot = member.slot * interval
        turns = math.ceil((now + least * interval - slot) / interval)
        return max(0.0, slot + (turns + self._rng.uniform(-0.05, 0.05)) * interval - now)

    def _observe(self, member: Member) -> None:
        scene = self._scene()
        fresh = news(member.told, self._world.facts(member.device, scene))
        if fresh:
            member.told = {**member.told, **fresh}
        radio = self._world.radio(member.device, scene)
        member.keep(Observation(datetime.now(UTC), fresh, radio), self._most)

    async def _enrol(self, member: Member) -> None:
        answer = await self._client.call(
            'POST', '/enrolments', self._token, member.enrolment(), needs=('device_id', 'credential')
        )
        self._backoff.answered()
        member.enrolled(
            str(answer.body['credential']), float(answer.body.get('interval_s') or member.device.interval_s)
        )

    async def _deliver(self, member: Member) -> None:
        """Send what waits, oldest first, while the device has service; without it everything waits on."""
        if not member.backlog or member.backlog[-1].radio is None:
            return
        while member.backlog and self._backoff.is_open:
            said = member.next_check_in()
            answer = await self._client.call(
                'POST', '/checkins', member.credential, said, needs=('accepted', 'received_at')
            )
            self._backoff.answered()
            if member.manner.repeats:
                await self._client.call('POST', '/checkins', member.credential, said)
            member.delivered()
            member.interval_s = float(answer.body.get('interval_s') or member.interval_s)
            for command in answer.body.get('commands') or ():
                if command['id'] not in member.answering:
                    member.answering.add(command['id'])
                    self._schedule(member, time.monotonic() + self._rng.uniform(1, 3), Chore(command))

    def _turned_away(self, member: Member, refusal: ConsoleRefused) -> float:
        """What follows from a refusal; returns the seconds until the device tries again."""
        if refusal.status == 401 and member.credential:
            member.credential = ''
            return self._rng.uniform(0.2, 2)
        if refusal.status == 429:
            return (refusal.retry_after or 5) * self._rng.uniform(1, 1.5)
        if refusal.passing:
            self._backoff.shut(str(refusal), refusal.retry_after or 0)
            return self._pause(member) if member.credential else self._rng.uniform(1, 5)
        if member.backlog and member.credential:
            member.backlog.popleft()  # it would be refused again and hold up the others
        if self._lines < _LINES:
            self._lines += 1
            log.warning('device_refused', device=member.device.name, because=str(refusal))
        return _REFUSED_S * self._rng.uniform(0.8, 1.2)

    async def _do(self, member: Member, chore: Chore) -> None:
        number = member.device.number
        if chore.command is None:
            self._world.repair(number)
            self.nudge([number])
            return
        command, outcome = chore.command, self._outcome(member, chore.command['action'])
        try:
            path = f'/commands/{command["id"]}/result'
            await self._client.call('POST', path, member.credential, outcome, needs=('id',))
        except (Away, ConsoleRefused) as problem:
            if isinstance(problem, Away) or problem.passing:
                wait = (problem.retry_after if isinstance(problem, ConsoleRefused) else None) or 3.0
                self._schedule(member, time.monotonic() + wait * self._rng.uniform(1, 2), chore)
            else:
                member.answering.discard(command['id'])
            return
        member.answering.discard(command['id'])
        self._carry_out(member, command['action'], outcome)

    def _outcome(self, member: Member, action: str) -> Json:
        if action in ('lock', 'unlock'):
            return {'outcome': 'confirmed', 'detail': f'screen {action}ed'}
        if action not in ('quarantine', 'release'):
            return {'outcome': 'rejected', 'detail': f'no hook for {action}'}
        if action == 'quarantine' and member.device.phase < _REJECTING:
            return {'outcome': 'rejected', 'detail': 'no hook for quarantine'}
        return {'outcome': 'confirmed', 'detail': 'management only' if action == 'quarantine' else 'full network'}

    def _carry_out(self, member: Member, action: str, outcome: Json) -> None:
        self._summary.answered(member.device.name, action, outcome['outcome'])
        if outcome['outcome'] != 'confirmed' or action not in ('quarantine', 'release'):
            return
        self._world.restrict(member.device.number, quarantined=action == 'quarantine')
        if action == 'quarantine':  # a person comes to put it right
            self._schedule(member, time.monotonic() + self._rng.uniform(25, 60) / self._pace, Chore())
        self.nudge([member.device.number])
