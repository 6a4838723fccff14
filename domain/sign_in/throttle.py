"""Slows down guessing: at an account, and from an address, whether the account exists or not.

Every guess is written down before it is looked at and taken back when it was right, so that neither a crowd of guesses at once nor a
restart gets past the limit. NIST SP 800-63B-4 (3.2.2) allows 100 failures on an account; here that many reach it in a day. The known
browsers of an account have a part of them to themselves, so that no other browser can lock its owner out (OWASP: device cookies).
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.access.enterprises import INSTALLATION
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Throttled
from domain.sign_in.model import Guesses

DAY_S = 86_400.0
MOST_TOLD = 10_000
"""Waits that are remembered as recorded, and addresses whose refusals were."""
_UNITS = ((3600, 'hour'), (60, 'minute'), (1, 'second'))


@dataclass(frozen=True, slots=True)
class Budget:
    """``free`` guesses have no wait, then it doubles from 1 s up to ``slowest_s``; ``most`` are looked at in ``window_s`` seconds."""

    free: int
    most: int
    window_s: float
    slowest_s: float

    def wait_s(self, times: tuple[float, ...], now: float) -> float:
        """Seconds until the next guess is looked at, after guesses at ``times`` (within the window, oldest first); 0 for at once."""
        if len(times) >= self.most:
            return min(times[-self.most], now) + self.window_s - now
        surplus = len(times) - self.free
        pause = min(2.0**surplus, self.slowest_s) if surplus >= 0 else 0.0
        return max(0.0, min(times[-1], now) + pause - now) if times else 0.0  # the clock may have been set back


STRANGERS = Budget(free=5, most=90, window_s=DAY_S, slowest_s=300)
KNOWN = Budget(free=5, most=10, window_s=DAY_S, slowest_s=60)
"""With those of unknown browsers these are the 100 guesses a day that reach an account."""
ADDRESS = Budget(free=20, most=100, window_s=3600, slowest_s=60)
"""Many people may share an address; one that tries many accounts is slowed to one guess a minute."""


class Aim(StrEnum):
    """What is being guessed; each has budgets of its own."""

    PASSWORD = 'password'  # noqa: S105 (a word, not a password)
    CODE = 'code'
    LINK = 'link'
    """A secret in an address; it is guessed at no account, so what counts is where from."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess that was written down at ``at`` under ``keys`` and may now be looked at."""

    keys: tuple[str, ...]
    at: float


class TooMany(Throttled):
    """Refused without being looked at; ``news`` is false when the same wait was recorded before and need not be again."""

    def __init__(self, detail: str, *, retry_after: int, news: bool) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.news = news


class _Refused(Exception):
    """So many seconds are still to wait, says what is counted under ``key``."""

    def __init__(self, wait: float, key: str, now: float) -> None:
        super().__init__(wait, key, now)
        self.wait, self.key, self.now = wait, key, now


class Throttle:
    """Asked before every password, code or recovery code is looked at."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor
        self._told: dict[str, float] = {}

    async def begin(self, aim: Aim, at: str, *, address: str, known: bool = False) -> Guess:
        """Write down a guess at ``at`` (an e-mail address or an account's id; it need not exist) before it is looked at.

        ``known`` is for a browser that has signed in to this account before, or is signed in now. Raises ``Throttled`` when it must not
        be looked at yet, right or not; ``Unavailable`` when it cannot be written down.
        """
        own = [(_key(f'{aim} known', at), KNOWN)]
        strangers = [(_key(aim, at), STRANGERS), (_key('address', network(address)), ADDRESS)]

        def decide(tx: Transaction) -> Guess:
            refused = []
            for way in (own, strangers) if known else (strangers,):
                wait, key = max((budget.wait_s(_times(tx, key, budget), tx.now), key) for key, budget in way)
                if wait <= 0:
                    return self._write(tx, way)
                refused.append((wait, key))
            raise _Refused(*min(refused), tx.now)

        try:
            return await self._transactor.transact(decide, INSTALLATION)
        except _Refused as refused:
            raise self._refusal(refused.wait, refused.key, refused.now) from None

    def right(self, tx: Transaction, guess: Guess) -> None:
        """It was right: take it back, inside the decision that acts on it."""
        for key in guess.keys:
            row = tx.find(Guesses, INSTALLATION, key)
            if row is not None and guess.at in row.times:
                times = list(row.times)
                times.remove(guess.at)
                tx.put(replace(row, times=tuple(times)))

    async def forget(self, by: float) -> None:
        """Let go of what no longer counts at the moment ``by``, epoch seconds."""

        def decide(tx: Transaction) -> None:
            for row in list(tx.all(Guesses, INSTALLATION)):
                if row.newest_at <= by - DAY_S:
                    tx.put(replace(row, times=()))

        await self._transactor.transact(decide, INSTALLATION)
        now = self._transactor.clock()
        self._told = {key: until for key, until in self._told.items() if until > now}

    def _write(self, tx: Transaction, budgets: list[tuple[str, Budget]]) -> Guess:
        for key, budget in budgets:
            times = (*_times(tx, key, budget), tx.now)
            tx.put(Guesses(id=key, times=times, newest_at=tx.now))
        return Guess(tuple(key for key, _ in budgets), tx.now)

    def _refusal(self, wait: float, key: str, now: float) -> TooMany:
        news = self._told.get(key, 0.0) < now
        if news:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()  # which costs a few entries more
            self._told[key] = now + wait
        seconds = max(1, math.ceil(wait))
        return TooMany(f'too many wrong guesses; try again in {spoken(seconds)}', retry_after=seconds, news=news)


class Sparing:
    """Says whether to record what any client can cause: each time at first, and seldom from an address that goes on and on.

    Else one machine could fill the audit trail. It remembers nothing over a restart, which costs a few entries more.
    """

    def __init__(self) -> None:
        self._told: dict[str, tuple[float, ...]] = {}
        self._tidy_at = 64

    def tells(self, address: str, now: float) -> bool:
        """True when what came from ``address`` is to be recorded, ``now`` in epoch seconds; it then counts against :data:`ADDRESS`."""
        key, since = network(address), now - ADDRESS.window_s
        times = tuple(at for at in self._told.get(key, ()) if at > since)
        if ADDRESS.wait_s(times, now) > 0:
            return False
        if len(self._told) >= self._tidy_at:
            self._told = {other: known for other, known in self._told.items() if known[-1] > since}
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            self._tidy_at = max(64, 2 * len(self._told))
        self._told[key] = (*times, now)
        return True


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer has at least."""
    try:
        found = ipaddress.ip_address(address.partition('%')[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def spoken(seconds: int) -> str:
    """A wait in words, never shorter than it is."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds > size or size == 1)
    number = math.ceil(seconds / size)
    return f'{number} {unit}' + ('s' if number != 1 else '')


def _times(tx: Transaction, key: str, budget: Budget) -> tuple[float, ...]:
    row = tx.find(Guesses, INSTALLATION, key)
    return tuple(at for at in row.times if at > tx.now - budget.window_s) if row is not None else ()


def _key(kind: str, what: str) -> str:
    return hashlib.sha256(f'{kind}\0{what}'.encode('utf-8', 'surrogatepass')).hexdigest()
