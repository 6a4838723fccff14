"""How much of this process a peer may hold, and how those who go beyond are told: sizes, times, and what is counted of refusals.

``ui/server/places.py`` holds the places; ``ui/server/http_protocol.py`` and ``ui/server/socket_protocol.py`` keep to what stands here.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

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
LINGER_BYTES = 3 * 1024 * 1024
"""Of it; more than the largest batch, or a proxy that is still sending one would answer 502 in the place of our refusal."""
TICK_S = 0.5
"""How often deadlines are looked at: so late a connection may be closed."""
PER_DEVICE = 64
"""Connections at once that have shown the credential of one device. An agent has one; those it loses are closed within seconds."""
PER_CREDENTIAL = 512
"""The same for an API token, an enrolment token or a session: a collector has some dozens, a browser six and its sockets."""
LINE_S = 60.0
"""At most one line of the log in so many seconds for each kind of refusal."""
MOST_ADDRESSES = 1000
"""Different addresses that are counted for a line; more are the same finding."""


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
    BAD_REQUEST, SLOW_HEAD, SLOW_BODY, LARGE_BODY, LONG_TARGET, LARGE_HEAD, CROWDED_ADDRESS, CROWDED_CREDENTIAL, FULL, SLOW_READER,
    PIPELINED, MALFORMED_MESSAGE, NO_DESCRIPTORS,
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
