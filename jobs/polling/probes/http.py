"""Asks for a web address over HTTP or HTTPS; redirects are followed within reason.

Small web servers in radio gear bend HTTP and have the certificate of their maker. An answer is an answer: what bends is a remark, and
TLS that proves nothing makes it a degraded one. Every connection, of every hop, goes to an address that was judged.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from yarl import URL

from domain.checks.kinds.http import HttpTarget
from jobs.polling.cookies import Cookies
from jobs.polling.failures import Wrong, tls_words
from jobs.polling.http_exchange import ENOUGH_BODY, MOST_HEAD, deliver, exchange
from jobs.polling.probe import Attempt, Network
from jobs.polling.tls import certificate_words, ends_at, fingerprint, lenient, seen_words, shown_words, strict

__all__ = ['ENOUGH_BODY', 'MOST_REDIRECTS', 'HttpProbe']

MOST_REDIRECTS = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REMARK = 300
_NO_TLS = 'no TLS on this port'
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class HttpProbe:
    """Requests, and reads the answer to its end."""

    of: ClassVar[str] = HttpTarget.kind

    def __init__(self, network: Network) -> None:
        self._targets = network.targets
        self._authorities = network.authorities
        self._dates = network.dates
        self._strict: ssl.SSLContext | None = None
        self._lenient: ssl.SSLContext | None = None

    async def ask(self, target: HttpTarget, attempt: Attempt) -> None:
        """Request, and follow."""
        first = url = _url(target.url, 'the address cannot be used')
        cookies, bends = Cookies(), list[str]()
        for _ in range(MOST_REDIRECTS + 1):
            pin = target.certificate_sha256 if url.origin() == first.origin() else None
            async with self._connected(url, pin, attempt) as (reader, writer):
                if url.scheme == 'https' and url.origin() == first.origin():
                    attempt.certificate_until = ends_at(_certificate((reader, writer)))
                reply = await exchange(reader, writer, url, cookies.of(url))
                cookies.take(url, reply.all('set-cookie'))
                if self._dates is not None:
                    # by its address: what a portal answers in the place of all names is the word of one clock
                    peer = writer.get_extra_info('peername')
                    self._dates.note(str(peer[0]) if peer else url.host or '', reply.first('date'))
                if reply.status == target.expect_status:
                    await deliver(reader, reply)
                    attempt.remark = _remark([*bends, *reply.bends])
                    return
            bends += reply.bends
            location = reply.first('location') if reply.status in REDIRECTS else None
            if location is None:
                raise Wrong(f'HTTP {reply.status}, expected {target.expect_status}')
            url = _next(url, location)
        raise Wrong(f'more than {MOST_REDIRECTS} redirects')

    async def close(self) -> None:
        """Nothing is held here."""

    @asynccontextmanager
    async def _connected(self, url: URL, pin: str | None, attempt: Attempt) -> AsyncIterator[Streams]:
        if url.scheme == 'http':
            streams = await self._open(url, None, attempt)
        elif pin is not None:
            streams = await self._open(url, self._believing_nothing(), attempt)
            if fingerprint(certificate := _certificate(streams)) != pin:
                seen = f'SHA-256 {fingerprint(certificate)}' if certificate else 'none'
                _flaw(attempt, f'another certificate than expected: {seen}, expected {pin}')
        else:
            streams = await self._verified(url, attempt)
        try:
            yield streams
        finally:
            streams[1].transport.abort()

    async def _verified(self, url: URL, attempt: Attempt) -> Streams:
        """Over TLS that an authority vouches for; where there is none, over what there is, and that is a flaw."""
        if self._strict is None:
            self._strict = strict(self._authorities)
        try:
            return await self._open(url, self._strict, attempt)
        except ssl.SSLCertVerificationError as error:
            attempt.instead = certificate_words(error)  # what is known if the second connection takes too long
            streams = await self._open(url, self._believing_nothing(), attempt)
            _flaw(attempt, seen_words(error, _certificate(streams)))
        except ssl.SSLError as error:
            attempt.instead = tls_words(error)
            if attempt.instead == _NO_TLS:
                raise
            try:
                streams = await self._open(url, self._believing_nothing(), attempt)
            except OSError:
                raise error from None
            _flaw(attempt, f'{tls_words(error)}{shown_words(_certificate(streams))}')
        attempt.instead = ''
        return streams

    async def _open(self, url: URL, context: ssl.SSLContext | None, attempt: Attempt) -> Streams:
        connected = await self._targets.connect(url.host or '', url.port or 0, attempt.race)
        name = None if context is None else url.raw_host
        try:
            return await asyncio.open_connection(
                sock=connected,
                ssl=context,
                server_hostname=name,
                limit=MOST_HEAD,
                ssl_shutdown_timeout=None if context is None else 0.1,
            )
        except BaseException:
            connected.close()
            raise

    def _believing_nothing(self) -> ssl.SSLContext:
        if self._lenient is None:
            self._lenient = lenient()
        return self._lenient


def _certificate(streams: Streams) -> bytes:
    return bytes(streams[1].get_extra_info('ssl_object').getpeercert(binary_form=True) or b'')


def _flaw(attempt: Attempt, words: str) -> None:
    if words not in attempt.flaw:
        attempt.flaw = f'{attempt.flaw}; {words}' if attempt.flaw else words


def _remark(bends: list[str]) -> str:
    """``bends HTTP: Content-Length 2 times; a blank before the colon of Server``."""
    known = [*dict.fromkeys(bends)]
    return f'bends HTTP: {"; ".join(known)}'[:_MOST_REMARK] if known else ''


def _url(text: str, words: str) -> URL:
    try:
        return URL(text)
    except ValueError as error:
        raise Wrong(words) from error


def _next(url: URL, location: str) -> URL:
    words = 'redirected to an address that cannot be used'
    target = url.join(_url(location, words))
    if target.scheme not in ('http', 'https') or not target.host or target.user is not None:
        raise Wrong(words)
    return target
