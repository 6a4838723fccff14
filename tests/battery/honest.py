"""Honest devices: they check in at a steady pace while something else goes on, from a process of their own.

In the process of the attack they would wait for the attacker. Each sends its next check-in when that is due, so what one had to wait is
counted from the moment at which it wanted to speak: a server that is silent for 8 s is seen by all who would have spoken then.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.bench.checkins import checkin
from tests.bench.http_load import post

ROOM = 2**26
"""Bytes of the one line that tells all."""
UNDER_WAY_S = 3.0
"""What was asked before the end may be answered this long after it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One check-in: when it was due (monotonic), how long until its answer (s), the answer's status, 0 for none."""

    device: str
    sequence: int
    due: float
    waited_s: float
    status: int


@dataclass(slots=True)
class Honest:
    """The devices while they talk; ``told`` once they have stopped."""

    process: asyncio.subprocess.Process
    told: list[Told] = field(default_factory=list)

    async def stop(self) -> list[Told]:
        """Let them end; what was not answered within 3 s is told with the time it has waited."""
        if not self.told and self.process.returncode is None:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(b'stop\n')
            line = await asyncio.wait_for(self.process.stdout.readline(), 30)
            self.told = [Told(*each) for each in json.loads(line)]
            await self.process.wait()
        return self.told


@asynccontextmanager
async def honest(
    port: int,
    devices: Sequence[tuple[str, str]],
    *,
    per_s: float = 40.0,
    first: int = 2,
    timeout_s: float = 30.0,
    connect_anew: bool = False,
) -> AsyncIterator[Honest]:
    """``devices`` (id, credential) check in, ``per_s`` of them a second in all, with sequences from ``first`` on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        '-m',
        'tests.battery.honest',
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=ROOM,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        order = {
            'port': port,
            'devices': devices,
            'every_s': len(devices) / per_s,
            'first': first,
            'timeout_s': timeout_s,
            'connect_anew': connect_anew,
        }
        process.stdin.write(json.dumps(order).encode() + b'\n')
        await asyncio.wait_for(process.stdout.readline(), 30)
        yield Honest(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def enough(began: float) -> float:
    """Now, or 2 s after ``began``: an attack that is refused at once leaves devices no time to check in beside it."""
    await asyncio.sleep(max(0.0, began + 2 - time.monotonic()))
    return time.monotonic()


def percentile(waits: Iterable[float], share: float) -> float:
    """The wait that ``share`` of all do not exceed; 0 of none."""
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def between(told: Iterable[Told], start: float, end: float) -> list[Told]:
    """Those that were due in this span."""
    return [each for each in told if start <= each.due < end]


def acknowledged(told: Iterable[Told]) -> dict[str, set[int]]:
    """Sequences that were answered with 200, by device."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for each in told:
        if each.status == 200:
            found[each.device].add(each.sequence)
    return found


class _Device:
    def __init__(self, order: dict[str, Any], number: int, told: list[Told]) -> None:
        self._order = order
        self._id, self._credential = order['devices'][number]
        self._every_s: float = order['every_s']
        self._offset_s = self._every_s * number / len(order['devices'])
        self._chance = Random(number)
        self._told = told
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def talk(self, began: float, over: asyncio.Event) -> None:
        """Until ``over``, or cancelled with a check-in under way."""
        due, sequence = began + self._offset_s, self._order['first']
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), max(0.0, due - time.monotonic()))
            if over.is_set():
                return
            status = 0
            try:
                async with asyncio.timeout(self._order['timeout_s']):
                    status = await self._say(sequence)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                self._leave()
            except asyncio.CancelledError:
                self._note(sequence, due, 0)
                self._leave()
                raise
            self._note(sequence, due, status)
            if status == 0:
                await asyncio.sleep(0.05)  # no server there
            sequence += 1
            due += self._every_s
            if (behind := time.monotonic() - due) > 5.0:  # it will not say all that it would have said meanwhile
                due += behind - behind % self._every_s

    def _note(self, sequence: int, due: float, status: int) -> None:
        self._told.append(Told(self._id, sequence, due, time.monotonic() - due, status))

    async def _say(self, sequence: int) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection('127.0.0.1', self._order['port'])
        reader, writer = self._streams
        said = checkin(sequence, self._chance)
        said['radio'] = {**self._radio(said), 'arfcn': sequence}  # tells which check-in a sample is of
        writer.write(post('/api/v1/checkins', self._credential, json.dumps(said).encode()))
        head = (await reader.readuntil(b'\r\n\r\n')).lower()
        if (at := head.find(b'content-length: ')) >= 0:
            await reader.readexactly(int(head[at + 16 :].split(b'\r', 1)[0]))
        else:
            self._leave()
        if self._order['connect_anew'] or b'connection: close' in head:
            self._leave()
        return int(head.split(b' ', 2)[1])

    def _radio(self, said: dict[str, object]) -> dict[str, object]:
        radio = said['radio']
        assert isinstance(radio, dict)
        return radio

    def _leave(self) -> None:
        if self._streams is not None:
            with suppress(OSError, RuntimeError):
                self._streams[1].transport.abort()
            self._streams = None


async def _main() -> None:
    loop = asyncio.get_running_loop()
    order = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    told: list[Told] = []
    began, over = time.monotonic(), asyncio.Event()
    devices = [_Device(order, number, told) for number in range(len(order['devices']))]
    talks = [asyncio.create_task(device.talk(began, over)) for device in devices]
    print('ready', flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    over.set()
    _, late = await asyncio.wait(talks, timeout=UNDER_WAY_S)
    for talk in late:
        talk.cancel()
    await asyncio.gather(*talks, return_exceptions=True)
    print(json.dumps([(t.device, t.sequence, t.due, t.waited_s, t.status) for t in told]), flush=True)


if __name__ == '__main__':
    asyncio.run(_main())
