"""Places for connections: who has one, who leaves when they run out.

A connection is *known* once a request on it has shown a credential that opens something: a device's, a program's or a session's. All
others are strangers. Places are limited; when they run out, strangers leave, the one that has waited longest first, so that there is always
room for a newcomer to show its credential. A credential has a share of places, so that no tenant takes those of the others.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol

from domain.common.errors import Throttled
from ui.server.http_limits import (
    CROWDED_ADDRESS,
    CROWDED_CREDENTIAL,
    FULL,
    NO_DESCRIPTORS,
    PER_CREDENTIAL,
    PRESSED_HEAD_S,
    TICK_S,
    Kind,
    Refusals,
)

CONNECTION = 'cellwarden.connection'
"""Where in the scope of a request or socket its connection stands."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Places for connections: in all, and for those from one address that have shown no credential."""

    connections: int
    per_address: int

    @property
    def crowded(self) -> int:
        """From so many connections on, strangers have to be quick."""
        return self.connections * 3 // 4


class CrowdedError(Throttled):
    """The connections of a credential are too many; this one stays a stranger."""

    title = CROWDED_CREDENTIAL.title

    def __init__(self) -> None:
        super().__init__(CROWDED_CREDENTIAL.detail, retry_after=CROWDED_CREDENTIAL.retry_after_s)


class Place(Protocol):
    """A connection as :class:`Connections` knows it."""

    known: bool
    credential: str
    """The first that was shown on it, as ``kind/id``; empty for none."""
    address: str
    deadline: float
    """By :attr:`Connections.now`; infinite while it is our turn."""

    def overdue(self) -> None:
        """The deadline has passed: end it, or set a new one."""

    def leave_for(self, kind: Kind) -> None:
        """Make room now, and say why."""

    @property
    def is_idle(self) -> bool:
        """True when nothing is lost by closing it: between two requests."""


class Connections:
    """All connections of this process. ``exempt`` tells which peers (the trusted proxy) no address's share is counted for."""

    def __init__(self, limits: ConnectionLimits, *, exempt: Callable[[str], bool] = lambda _: False) -> None:
        self.limits = limits
        self.exempt = exempt
        self.refusals = Refusals()
        self.now = 0.0
        """Seconds by a clock that moves with :meth:`tick`, and at most two ticks at once: a peer is not charged for our own absence."""
        self._moved_at: float | None = None
        self._all: set[Place] = set()
        self._waiting: dict[Place, None] = {}
        """Strangers whose turn it is, the one that has waited longest first."""
        self._busy: dict[Place, None] = {}
        """Strangers who wait for an answer, and those on sockets."""
        self._by_address: dict[str, dict[Place, None]] = {}
        self._by_credential: dict[str, int] = {}
        """How many known connections there are of each."""

    def __len__(self) -> int:
        return len(self._all)

    @property
    def strangers(self) -> int:
        """Connections that have shown no credential."""
        return len(self._waiting) + len(self._busy)

    def join(self, place: Place) -> None:
        """A new connection. Room is made for it, if need be by those who have waited longest."""
        if len(self._all) >= self.limits.connections and not self._make_room():
            place.leave_for(FULL)
            return
        self._all.add(place)
        self._waiting[place] = None
        if self.exempt(place.address):
            return
        neighbours = self._by_address.setdefault(place.address, {})
        if len(neighbours) >= self.limits.per_address:
            leaving = next((each for each in neighbours if each in self._waiting), next(iter(neighbours)))
            self.leave(leaving)
            leaving.leave_for(CROWDED_ADDRESS)
        self._by_address.setdefault(place.address, {})[place] = None

    def leave(self, place: Place) -> None:
        """A connection is gone."""
        self._all.discard(place)
        self._forget(place)
        if place.credential:
            self._uncount(place.credential)
            place.credential = ''

    def know(self, place: Place, credential: str, most: int) -> None:
        """It has shown a credential, which may have ``most`` connections; raises ``CrowdedError``. The proxy's are not counted."""
        if place in self._all and not self.exempt(place.address):
            count = self._by_credential.get(credential, 0)
            if count >= most:
                self.refusals.count(CROWDED_CREDENTIAL, place.address)
                raise CrowdedError
            self._by_credential[credential] = count + 1
            place.credential = credential
        self._forget(place)

    def stand_in(self, place: Place, successor: Place) -> None:
        """A connection goes on as a socket."""
        self._all.add(successor)
        successor.credential, place.credential = place.credential, ''
        if not place.known:
            self._busy[successor] = None
            if place in self._by_address.get(place.address, ()):
                self._by_address[place.address][successor] = None
        self.leave(place)

    def asks(self, stranger: Place) -> None:
        """A stranger's request is complete."""
        if self._waiting.pop(stranger, False) is None:
            self._busy[stranger] = None

    def answered(self, stranger: Place) -> None:
        """It is a stranger's turn again."""
        if self._busy.pop(stranger, False) is None:
            self._waiting[stranger] = None

    def tick(self, clock: float) -> None:
        """Look at all deadlines; ``clock`` is the monotonic clock (s)."""
        if self._moved_at is not None:
            self.now += min(clock - self._moved_at, 2 * TICK_S)
        self._moved_at = clock
        crowded = len(self._all) >= self.limits.crowded
        for place in [each for each in self._all if each.deadline <= self.now]:
            place.overdue()
        if crowded:
            latest = self.now + PRESSED_HEAD_S
            for place in self._waiting:
                place.deadline = min(place.deadline, latest)
        self.refusals.tell(clock)

    def out_of_descriptors(self) -> bool:
        """The system gave none for a new connection, whatever the limits say: strangers leave theirs. False when none could."""
        self.refusals.count(NO_DESCRIPTORS, '')
        left = 0
        while left < max(1, len(self._all) // 64) and self._make_room():
            left += 1
        return left > 0

    def _make_room(self) -> bool:
        place = next(self._who_may_go(), None)
        if place is None:
            return False
        self.leave(place)  # its descriptor is free a moment later, which the reserve is for
        place.leave_for(FULL)
        return True

    def _who_may_go(self) -> Iterator[Place]:
        yield from self._waiting
        yield from self._busy
        yield from (each for each in self._all if each.known and each.is_idle)

    def _uncount(self, credential: str) -> None:
        left = self._by_credential[credential] - 1
        if left:
            self._by_credential[credential] = left
        else:
            del self._by_credential[credential]

    def _forget(self, place: Place) -> None:
        self._waiting.pop(place, None)
        self._busy.pop(place, None)
        neighbours = self._by_address.get(place.address)
        if neighbours is not None and neighbours.pop(place, False) is None and not neighbours:
            del self._by_address[place.address]


def neighbourhood(host: str) -> str:
    """Whose share a connection counts for: an IPv4 address, of IPv6 the /64 that one subscriber has (RFC 6177)."""
    if ':' not in host:
        return host
    try:
        address = ip_address(host.partition('%')[0])
    except ValueError:
        return host
    mapped = getattr(address, 'ipv4_mapped', None)
    return str(mapped) if mapped is not None else address.exploded[:19]


def vouch(scope: Mapping[str, Any], kind: str, id: str, *, most: int = PER_CREDENTIAL) -> None:
    """The client has shown a credential that opens something: their connection is a known one from now on.

    ``CrowdedError`` when ``most`` others have shown it too; only the first that a connection shows is counted.
    """
    connection = scope.get(CONNECTION)
    if connection is not None and not connection.known:
        connection.become_known(f'{kind}/{id}', most)
