"""Asks for a web address over HTTP or HTTPS; redirects are followed within reason, certificates are verified."""

import asyncio
import contextlib
import socket
import ssl
from datetime import UTC, datetime
from typing import ClassVar

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from domain.checks.kinds.http import HttpTarget
from jobs.polling.addresses import Targets
from jobs.polling.failures import Wrong, tls_words
from jobs.polling.probe import Attempt, Network

MOST_REDIRECTS = 3
ENOUGH_BODY = 64 * 1024
"""Bytes of an answer that are read: a server that delivers this much delivers. Nothing is decompressed."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# X509_V_ERR_* of OpenSSL
_CERTIFICATE = {
    9: 'certificate not valid yet',
    10: 'certificate expired',
    18: 'certificate is self-signed',
    19: 'certificate of an unknown authority',
    20: 'certificate of an unknown authority',
    21: 'certificate of an unknown authority',
    23: 'certificate revoked',
    62: 'certificate is for another host',
    64: 'certificate is for another host',
}
_EXPIRED = 10
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which the ssl module does not name."""
_WORDS: dict[type[aiohttp.ClientError], str] = {
    aiohttp.ServerDisconnectedError: 'closed the connection without an answer',
    aiohttp.ClientPayloadError: 'the answer broke off',
    aiohttp.ClientResponseError: 'the answer is not HTTP',
    aiohttp.InvalidURL: 'the address cannot be used',
}


class HttpProbe:
    """Requests, and reads the answer to its end."""

    of: ClassVar[str] = HttpTarget.kind

    def __init__(self, network: Network) -> None:
        self._targets = network.targets
        self._authorities = network.authorities
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, target: HttpTarget, attempt: Attempt) -> None:
        """Request once."""
        try:
            await self._http(URL(target.url), target.expect_status, attempt.deadline)
        except aiohttp.ClientError as failure:
            plain = _plain(failure)
            if plain is failure:
                raise
            raise plain from failure

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _http(self, url: URL, expected: int, deadline: float) -> None:
        session = self._session or self._open()
        for _ in range(MOST_REDIRECTS + 1):
            try:
                async with session.get(url, allow_redirects=False) as response:
                    if response.status == expected:
                        await _deliver(response)
                        return
                    location = response.headers.get('Location') if response.status in REDIRECTS else None
                    if location is None:
                        raise Wrong(f'HTTP {response.status}, expected {expected}')
            except aiohttp.ClientConnectorCertificateError as refused:
                raise Wrong(await self._certificate(refused.certificate_error, url, deadline)) from refused
            url = _next(url, location)
        raise Wrong(f'more than {MOST_REDIRECTS} redirects')

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,
            force_close=True,
            use_dns_cache=False,
            resolver=_Resolver(self._targets),
            socket_factory=lambda info: self._targets.socket(info),
            ssl=self._context(),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            read_bufsize=16 * 1024,
            headers={'User-Agent': 'cellwarden', 'Accept-Encoding': 'identity'},
        )
        return self._session

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._authorities is not None:
            context.load_verify_locations(self._authorities)
        return context

    async def _certificate(self, error: Exception, url: URL, deadline: float) -> str:
        code = getattr(error, 'verify_code', 0)
        words = _CERTIFICATE.get(code) or f'certificate refused: {getattr(error, "verify_message", error)}'
        if code == _EXPIRED:
            loop = asyncio.get_running_loop()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout((deadline - loop.time()) / 2):  # the words matter more than their date
                    words += f' {await self._expiry(url):%Y-%m-%d}'
        return words

    async def _expiry(self, url: URL) -> datetime:
        """The end of a certificate that is right in all but its time; a refused one cannot be looked at, so it is fetched again."""
        context = self._context()
        context.verify_flags |= _NO_CHECK_TIME
        opened = await self._targets.connect(url.host or '', url.port or 443)
        _, writer = await asyncio.open_connection(sock=opened, ssl=context, server_hostname=url.host)
        try:
            certificate = writer.get_extra_info('peercert')
        finally:
            writer.transport.abort()
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate['notAfter']), UTC)


class _Resolver(AbstractResolver):
    """Lets aiohttp ask our targets for the addresses of a name."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=at[0], port=port, family=family, proto=proto, flags=0)
            for family, _, proto, _, at in await self._targets.resolve(host, port)
        ]

    async def close(self) -> None:
        """Nothing is held here."""


async def _deliver(response: aiohttp.ClientResponse) -> None:
    read = 0
    async for chunk in response.content.iter_any():
        read += len(chunk)
        if read >= ENOUGH_BODY:
            return


def _next(url: URL, location: str) -> URL:
    try:
        target = url.join(URL(location))
    except ValueError as error:
        raise Wrong('redirected to an address that cannot be used') from error
    if target.scheme not in ('http', 'https') or not target.host or target.user is not None:
        raise Wrong('redirected to an address that cannot be used')
    return target


def _plain(error: aiohttp.ClientError) -> Exception:
    """The error of the system behind one of aiohttp's, or the words for it."""
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return Wrong(tls_words(error.os_error))
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError):
        return error.os_error
    if isinstance(error, OSError):
        return error
    words = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), '')
    return Wrong(words or str(error) or type(error).__name__)
