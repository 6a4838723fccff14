"""Several addresses of one name are asked side by side, and the first that answers wins (RFC 8305, Happy Eyeballs Version 2)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""Family, type, protocol, canonical name and socket address, as :func:`socket.getaddrinfo` answers."""
T = TypeVar('T')

DELAY_S = 0.25
"""Until the next address is asked beside those that have not answered: the Connection Attempt Delay of RFC 8305, section 5."""
MOST_ADDRESSES = 8
"""Asked of one name."""


class Race:
    """The addresses that one check has asked by now: what became of each, ``None`` while there is no answer."""

    def __init__(self) -> None:
        self.asked: dict[str, Exception | None] = {}


class NoneAnswered(OSError):
    """Every address of a name failed; ``race`` says how."""

    def __init__(self, race: Race) -> None:
        super().__init__('no address answered')
        self.race = race


def families_in_turn(infos: Sequence[AddrInfo]) -> list[AddrInfo]:
    """In the system's order (RFC 6724), but the families take turns, so that one of them cannot use up the time (RFC 8305, section 4)."""
    first = [info for info in infos if info[0] == infos[0][0]]
    others = [info for info in infos if info[0] != infos[0][0]]
    turns = zip_longest(first, others)
    return [info for pair in turns for info in pair if info is not None][:MOST_ADDRESSES]


async def first_to_answer(
    infos: Sequence[AddrInfo],
    ask: Callable[[AddrInfo], Awaitable[T]],
    *,
    race: Race | None = None,
    discard: Callable[[T], object] = lambda _: None,
    delay_s: float = DELAY_S,
) -> T:
    """What the first address answers that ``ask`` does not fail for; one that fails is followed by the next at once.

    An answer that comes too late is handed to ``discard``. Raises the failure of a single address, or ``NoneAnswered``.
    """
    if len(infos) == 1:
        return await ask(infos[0])
    race = race or Race()
    race.asked.clear()
    waiting, running = [*reversed(families_in_turn(infos))], dict[asyncio.Task[T], str]()
    try:
        while waiting or running:
            if waiting:
                info = waiting.pop()
                address = str(info[4][0])
                race.asked[address] = None
                running[asyncio.ensure_future(_asked(ask, info))] = address
            done, _ = await asyncio.wait(
                running, timeout=delay_s if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                failure = task.exception()
                if failure is None:
                    del running[task]
                    race.asked.clear()
                    return task.result()
                if not isinstance(failure, Exception):
                    raise failure
                race.asked[running.pop(task)] = failure
    finally:
        for task in running:
            task.cancel()
        for late in await asyncio.gather(*running, return_exceptions=True):
            if not isinstance(late, BaseException):
                discard(late)
    raise NoneAnswered(race)


async def _asked(ask: Callable[[AddrInfo], Awaitable[T]], info: AddrInfo) -> T:
    return await ask(info)
