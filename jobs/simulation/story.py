"""The story of a demo, told to the process that shows it: what happens, what comes next, what the pager said. One JSON object a line.

What is asked for comes the same way: a line that says what shall break.
"""

import asyncio
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice

from jobs.simulation.log_summary import names
from jobs.simulation.population import Fleet
from jobs.simulation.scenario import Event, What

LOOKED_AHEAD = 12
"""Events among which the next one is found that is worth a look."""
PLAIN = frozenset({What.SITE_RECOVERED, What.REPAIRED, What.WOKE_UP})
"""What puts right again is no news to wait for."""
BROKEN_S = 90.0
HUB = 'hub'
ALL_DOWN = 'all_down'


class Teller:
    """``says`` gets each line; ``is_on`` is false where no other process listens."""

    def __init__(self, *, is_on: bool, says: Callable[[str], None] = lambda line: print(line, flush=True)) -> None:  # noqa: T201
        self._is_on = is_on
        self._says = says

    def happened(self, event: Event, fleet: Fleet) -> None:
        """It happens now."""
        self._say('now', what=event.what.value, names=_names(event, fleet))

    def comes(self, event: Event, in_s: float, fleet: Fleet) -> None:
        """It happens next, in so many real seconds."""
        self._say('next', what=event.what.value, names=_names(event, fleet), in_s=round(in_s, 1))

    def all_down(self) -> None:
        """A hub was to fall, and none stands."""
        self._say('now', what=ALL_DOWN, names='')

    def paged(self, kind: str, problem: str) -> None:
        """The pager of the person on call was sent this."""
        self._say('pager', kind=kind, problem=problem)

    def _say(self, of: str, **said: object) -> None:
        if self._is_on:
            self._says(json.dumps({of: said}))


def with_next(events: Iterator[Event]) -> Iterator[tuple[Event, Event | None]]:
    """Each event with the one after it that is worth a look."""
    ahead = deque(islice(events, LOOKED_AHEAD))
    while ahead:
        event = ahead.popleft()
        ahead.extend(islice(events, 1))
        yield event, next((one for one in ahead if one.what not in PLAIN), None)


def fall_of_a_hub(fleet: Fleet, is_silent: Callable[[int], bool], at: float) -> tuple[Event, Event] | None:
    """The gateway with the fewest sites behind it falls silent with them, and comes back; ``None`` where all of them lie down already."""
    behind = {
        site.number: [other.number for other in fleet.sites if other.parent == site.number]
        for site in fleet.sites
        if site.kind == 'gateway' and not is_silent(site.number)
    }
    hub = min((one for one in behind if behind[one]), key=lambda one: (len(behind[one]), one), default=None)
    if hub is None:
        return None
    struck = (hub, *behind[hub])
    return Event(at, What.HUB_FELL, struck), Event(at + BROKEN_S, What.SITE_RECOVERED, struck)


async def asked() -> AsyncIterator[str]:
    """The lines that come on stdin, until it ends."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode('utf-8', 'replace').strip()


def _names(event: Event, fleet: Fleet) -> str:
    sites = [fleet.sites[number].name for number in event.sites]
    return names(sites or [fleet.devices[number].name for number in event.devices])
