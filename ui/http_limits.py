"""How much of this process a peer may hold, and how those who go beyond are told: sizes, times, places, and what is counted of them.

A connection is *known* once a request on it has shown a credential that opens something: a device's, a program's or a session's. All
others are strangers. Places are limited; when they run out, strangers leave, whoever has waited longest first, so that there is always
room for a newcomer to show what they have. A credential has a share of places, so that no tenant takes those of the others. ``ui/http_protocol.py`` and ``ui/socket_protocol.py`` keep to what stands here.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol

import structlog

from domain.errors import Throttled

log = structlog.get_logger(__name__)

CONNECTION = 'cellwarden.connection'
"""Where in the scope of a request or socket its connection stands."""

MOST_HEAD = 16 * 1024
"""Bytes of a request line and all header fields. Node.js takes as many; a page of ours sends under 2 KB, a proxy with a certificate 6."""
MOST_HEADERS = 100
"""Header fields of a request, the default of Apache httpd."""
MOST_TARGET = 8 * 1024
"""Bytes of a request target; RFC 9112, 3 asks for 8,000 at least."""
MOST_FRAMED = 4 * 1024 * 1024 + 64 * 1024
"""Bytes of a body with the framing of its chunks: twice the longest body that any path takes, so that a body is not all framing."""
MOST_PIPELINED = 16
"""Requests that may wait behind one another on a connection. Browsers send the next one after an answer."""
HEAD_S = 10.0
"""From the first byte of a request (of a new connection: from its beginning) to the end of its head."""
PRESSED_HEAD_S = 2.0
"""The same for strangers while three quarters of all places are taken."""
BODY_S = 120.0
"""From the head to the end of the body, at any rate."""
BODY_GRACE_S = 10.0
"""For so long a body may come as slowly as it likes; after that :data:`BODY_RATE` counts."""
BODY_RATE = 512
"""Bytes a second that a body has to come with on average: half of what the slowest cellular link carries."""
IDLE_S = 5.0
"""Between two requests of a connection."""
PROXY_IDLE_S = 75.0
"""The same for the trusted proxy, which must be the one to close first (60 s in nginx and HAProxy): it would send a request otherwise
on a connection that we are closing."""
STALL_S = 20.0
"""Without any progress of an answer that its reader does not take."""
LINGER_S = 2.0
"""After a refusal the peer may go on sending for so long before the connection is reset, so that the answer reaches it."""
LINGER_BYTES = 1024 * 1024
TICK_S = 0.5
"""How often deadlines are looked at: so late a connection may be closed."""
PER_DEVICE = 64
"""Connections at once that have shown the credential of one device. An agent has one; those it loses are closed within seconds."""
PER_CREDENTIAL = 512
"""The same for an API token, an enrolment token or a session: a collector of a whole fleet has some dozens, a browser six and its sockets."""
LINE_S = 60.0
"""At most one line of the log in so many seconds for each kind of refusal."""
MOST_ADDRESSES = 1000
"""Different addresses that are counted for a line; more are the same finding."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Places for connections: in all, and for those from one address that have shown no credential."""

    connections: int
    per_address: int

    @property
    def crowded(self) -> int:
        """From so many connections on, strangers have to be quick."""
        return self.connections * 3 // 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of refusal: its name in log and metrics and the answer, if one is given. ``urgent`` ones are for the operator to act on."""

    name: str
    status: int = 0
    title: str = ''
    detail: str = ''
    retry_after_s: int = 0
    urgent: bool = False

    def answer(self) -> bytes:
        """The whole answer (RFC 9110, 9457), after which the connection is closed."""
        slug = self.title.lower().replace(' ', '-')
        problem = {'type': f'urn:cellwarden:problem:{slug}', 'title': self.title, 'status': self.status}
        body = json.dumps({**problem, 'detail': self.detail}).encode()
        retry = f'retry-after: {self.retry_after_s}\r\n' if self.retry_after_s else ''
        head = (
            f'HTTP/1.1 {self.status} {self.title}\r\ncontent-type: application/problem+json\r\ncontent-length: {len(body)}\r\n'
            f'cache-control: no-store\r\n{retry}connection: close\r\n\r\n'
        )
        return head.encode() + body


BAD_REQUEST = Kind('bad_request', 400, 'Bad Request', 'this is no request in HTTP/1.1')
SLOW_HEAD = Kind('slow_head', 408, 'Request Timeout', f'a request begins with a whole head within {HEAD_S:.0f} s')
SLOW_BODY = Kind(
    'slow_body', 408, 'Request Timeout', f'a body comes with {BODY_RATE} bytes a second and in {BODY_S:.0f} s'
)
LARGE_BODY = Kind('large_body', 413, 'Content Too Large', f'a body has at most {MOST_FRAMED // 1024} KiB')
LONG_TARGET = Kind('long_target', 414, 'URI Too Long', f'a request target has at most {MOST_TARGET} bytes')
LARGE_HEAD = Kind(
    'large_head',
    431,
    'Request Header Fields Too Large',
    f'a request has at most {MOST_HEADERS} header fields and {MOST_HEAD // 1024} KiB of them',
)
CROWDED_ADDRESS = Kind(
    'crowded_address', 429, 'Too Many Requests', 'too many connections from this address show no credential', 10, True
)
CROWDED_CREDENTIAL = Kind(
    'crowded_credential', 429, 'Too Many Requests', 'too many connections have shown this credential', 10, True
)
FULL = Kind('full', 503, 'Service Unavailable', 'all connections are taken', 5, True)
SLOW_READER = Kind('slow_reader')
PIPELINED = Kind('pipelined')
MALFORMED_MESSAGE = Kind('malformed_message')
NO_DESCRIPTORS = Kind('no_descriptors', urgent=True)
KINDS = (
    BAD_REQUEST, SLOW_HEAD, SLOW_BODY, LARGE_BODY, LONG_TARGET, LARGE_HEAD, CROWDED_ADDRESS, CROWDED_CREDENTIAL, FULL, SLOW_READER, PIPELINED,
    MALFORMED_MESSAGE, NO_DESCRIPTORS,
)  # fmt: skip
ANSWERS: Mapping[Kind, bytes] = {kind: kind.answer() for kind in KINDS if kind.status}


class Refusals:
    """Counts refusals by kind and tells of them: one line of the log a minute for each kind, however many there are."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {kind.name: 0 for kind in KINDS}
        """Since the start, for :mod:`ui.api.metrics`."""
        self._untold: dict[Kind, int] = {}
        self._addresses: dict[Kind, set[str]] = {}
        self._told_at: dict[Kind, float] = {}

    def count(self, kind: Kind, address: str) -> None:
        """One more, from that address."""
        self.totals[kind.name] += 1
        self._untold[kind] = self._untold.get(kind, 0) + 1
        addresses = self._addresses.setdefault(kind, set())
        if len(addresses) < MOST_ADDRESSES:
            addresses.add(address)

    def tell(self, now: float, *, at_once: bool = False) -> None:
        """Write the lines that are due at ``now`` (s of any clock), or all that there are to write."""
        for kind in [each for each in self._untold if at_once or now - self._told_at.get(each, -math.inf) >= LINE_S]:
            count, addresses = self._untold.pop(kind), self._addresses.pop(kind)
            self._told_at[kind] = now
            say = log.warning if kind.urgent else log.info
            say('refused_connections', kind=kind.name, count=count, addresses=len(addresses))


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

    def __init__(self, limits: Limits, *, exempt: Callable[[str], bool] = lambda _: False) -> None:
        self.limits = limits
        self.exempt = exempt
        self.refusals = Refusals()
        self.now = 0.0
        """Seconds by a clock that moves with :meth:`tick`, and at most two ticks at once: a peer is not charged for our own absence."""
        self._moved_at: float | None = None
        self._all: set[Place] = set()
        self._waiting: dict[Place, None] = {}
        """Strangers whose turn it is, whoever has waited longest first."""
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

    def out_of_descriptors(self) -> None:
        """The system gave none for a new connection, whatever the limits say: strangers leave theirs."""
        self.refusals.count(NO_DESCRIPTORS, '')
        for _ in range(max(1, len(self._all) // 64)):
            if not self._make_room():
                return

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
    """Whoever asks has shown a credential that opens something: their connection is a known one from now on.

    ``CrowdedError`` when ``most`` others have shown it too; only the first that a connection shows is counted.
    """
    connection = scope.get(CONNECTION)
    if connection is not None and not connection.known:
        connection.become_known(f'{kind}/{id}', most)
