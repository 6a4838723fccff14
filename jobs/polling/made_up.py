"""A resolver that has addresses for a name that does not exist makes them up: the portal of a hotel, a filter, a provider that sells
mistyped names. What it says of other names is believed, unless it is the same."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from jobs.polling.racing import AddrInfo

NO_NAME = 'cellwarden.invalid.'
"""A name that every resolver knows not to exist (RFC 6761, 6.4): one that does not even say so answers nothing. The dot at its end keeps
search domains away."""
COUNTS_S = 1.0
"""For so long counts what the resolver said of it."""
WAITS_S = 0.3
"""For so long it is waited for: checks have deadlines, and a resolver knows by itself that there is no such name."""
SWALLOWS_S = 600.0
"""For so long a resolver that swallows the question is not asked again."""
MOST_NAMES = 50_000


class MadeUp(socket.gaierror):
    """What the resolver says of a name it says of every name."""

    def __init__(self, addresses: frozenset[str]) -> None:
        super().__init__(
            socket.EAI_FAIL, f'the resolver makes addresses up: it has {min(addresses)} for names that do not exist too'
        )


def numbers(found: Sequence[AddrInfo]) -> frozenset[str]:
    """The addresses alone."""
    return frozenset(str(info[4][0]) for info in found)


class Believed:
    """What names lead to, once it is sure that it was not made up. ``ask`` asks the resolver anew; ``steady`` is a monotonic clock."""

    def __init__(self, *, ask: Callable[[str], Awaitable[Sequence[AddrInfo]]], steady: Callable[[], float]) -> None:
        self._ask = ask
        self._steady = steady
        self._believed: dict[str, frozenset[str]] = {}
        self._says: tuple[float, frozenset[str]] = 0.0, frozenset()

    def doubt(self, host: str) -> None:
        """Compare it the next time, whatever was believed."""
        self._believed.pop(host, None)

    async def check(self, host: str, found: Sequence[AddrInfo]) -> None:
        """Raise ``MadeUp`` for what is said of every name. It is compared once, and again when the name has another address."""
        addresses = numbers(found)
        if addresses <= self._believed.get(host, frozenset()):
            return
        if made_up := addresses & await self._made_up():
            raise MadeUp(made_up)
        if len(self._believed) >= MOST_NAMES:
            self._believed.clear()
        self._believed[host] = addresses

    async def _made_up(self) -> frozenset[str]:
        until, made_up = self._says
        if until > self._steady():
            return made_up
        made_up, lasts_s = frozenset(), COUNTS_S
        try:
            async with asyncio.timeout(WAITS_S):
                made_up = numbers(await self._ask(NO_NAME))
        except TimeoutError:
            lasts_s = SWALLOWS_S
        except OSError:
            pass  # it is not known, as it should be
        self._says = self._steady() + lasts_s, made_up
        return made_up
