"""Messages over HTTP. The address is judged when it is connected to, redirects are not followed, and little of an answer is read."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
from yarl import URL

from domain.channels.kinds.kind import HttpMessage
from domain.channels.model import Answered, Outcome
from jobs.notifications.unreached import LOGIN_REFUSED, unreached
from jobs.polling.addresses import Targets
from jobs.polling.tls import ends_at, strict

ENOUGH_BODY = 4096
"""Bytes of an answer that are read."""
SHOWN = 300
"""Characters of it that are kept."""
PERMANENT = frozenset({400, 413, 414, 415, 422})
"""It is the message that is wrong. Other refusals (401, 404, a redirect …) are mended at the receiver or in the channel, within hours."""
GONE = 410
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=15)


class HttpTransport:
    """One session for all channels; connections are kept for a few seconds."""

    def __init__(
        self, *, targets: Targets, authorities: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._targets = targets
        self._authorities = authorities
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: HttpMessage) -> Answered:
        """Ask once."""
        kind = {'content-type': message.media_type} if message.body else {}
        headers = {**kind, 'user-agent': 'cellwarden', **message.headers}
        try:
            async with self._opened().request(
                message.method, message.url, data=message.body or None, headers=headers, allow_redirects=False
            ) as response:
                shown = _certificate_until(response)  # the connection is given back with the end of the body
                body = await response.content.read(ENOUGH_BODY)
                return replace(self._answered(response, body), certificate_until=shown)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failed(unreached_at(error, message.url, message.act))

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()
        self._targets.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = session_to(self._targets, self._authorities, TIMEOUT)
        return self._session

    def _answered(self, response: aiohttp.ClientResponse, body: bytes) -> Answered:
        status = response.status
        said = f'HTTP {status}'
        if text := _shown(body):
            said += f': {text}'
        if 200 <= status < 300:
            return Answered(outcome=Outcome.DELIVERED, said=said, code=status)
        if status == GONE:
            return Answered(outcome=Outcome.GONE, said=said, code=status)
        if status in PERMANENT:
            return Answered(outcome=Outcome.REFUSED, said=said, code=status)
        if status in (401, 403):
            said = f'{said}; {LOGIN_REFUSED}'
        if 300 <= status < 400:
            said = f'HTTP {status}, which leads to another address; set the channel to the right one'
        wait = retry_after(response.headers.get('retry-after', ''), self._clock())
        return Answered(outcome=Outcome.LATER, said=said, code=status, retry_after_s=wait)


def _certificate_until(response: aiohttp.ClientResponse) -> float | None:
    transport = response.connection.transport if response.connection is not None else None
    tls = transport.get_extra_info('ssl_object') if transport is not None else None
    return ends_at(tls.getpeercert(binary_form=True) or b'') if tls is not None else None


def session_to(targets: Targets, authorities: Path | None, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """A session that connects to permitted addresses alone, keeps no cookies and unpacks nothing."""
    connector = aiohttp.TCPConnector(
        ssl=strict(authorities),
        limit=0,  # who asks has bounds: another one here would let receivers that hang hold up the others
        resolver=_Resolver(targets),
        socket_factory=targets.socket,
        use_dns_cache=False,
        keepalive_timeout=5,
    )
    return aiohttp.ClientSession(
        connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
    )


class _Resolver(aiohttp.abc.AbstractResolver):
    """Names by way of :class:`jobs.polling.addresses.Targets`, which leaves out what may not be connected to."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[aiohttp.abc.ResolveResult]:
        """The permitted addresses of a host."""
        return [
            aiohttp.abc.ResolveResult(hostname=host, host=info[4][0], port=port, family=info[0], proto=info[2], flags=0)
            for info in await self._targets.resolve(host, port)
        ]

    async def close(self) -> None:
        """Nothing is held here."""


def retry_after(header: str, now: float) -> float | None:
    """Seconds to wait: a number of them, or a date (RFC 9110, 10.2.3). ``None`` for neither."""
    header = header.strip()
    if header.isascii() and header.isdigit() and len(header) < 10:
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (until if until.tzinfo is not None else until.replace(tzinfo=UTC)).timestamp() - now)


def unreached_at(error: Exception, url: str, act: str) -> str:
    """Why nothing was asked at that address, as a person reads it; ``act`` as in :func:`unreached`."""
    address = URL(url)
    return unreached(error, address.host or '', address.port or '', act)


def _failed(said: str) -> Answered:
    return Answered(outcome=Outcome.LATER, said=said[:SHOWN])


def _shown(body: bytes) -> str:
    text = body.decode('utf-8', 'replace')
    return ' '.join(''.join(each if each.isprintable() else ' ' for each in text).split())[:SHOWN]
