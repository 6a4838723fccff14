"""One check of a tower: TCP connect or HTTP(S) request, within one deadline, and what went wrong in words a person reads at night."""

import asyncio
import contextlib
import errno
import os
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from domain.checks.model import Check, CheckKind
from jobs.polling.addresses import Refused, Targets

MOST_REDIRECTS = 3
ENOUGH_BODY = 64 * 1024
"""Bytes of an answer that are read: whoever delivers this much delivers. Nothing is decompressed."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
"""Errors that say something about this machine and nothing about the tower."""

_ERRNO = {
    errno.ECONNREFUSED: 'refused',
    errno.ECONNRESET: 'connection reset',
    errno.EPIPE: 'connection reset',
    errno.EHOSTUNREACH: 'no route to host',
    errno.ENETUNREACH: 'network unreachable',
    errno.ETIMEDOUT: 'no answer to the connection',
}
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
_OLD_TLS = ('UNSUPPORTED_PROTOCOL', 'TLSV1_ALERT_PROTOCOL_VERSION', 'VERSION_TOO_LOW')


class OurFault(Exception):
    """The check could not be made for want of something on this machine; it says nothing about the tower."""


class _Wrong(Exception):
    """An answer came and it is not the right one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``rtt_ms`` milliseconds until the whole answer was there; ``error`` is empty when all is well."""

    rtt_ms: float
    error: str = ''


class Checker:
    """Makes checks. ``authorities`` is a PEM file of certificate authorities to believe beside the system's."""

    def __init__(self, *, targets: Targets, authorities: Path | None = None) -> None:
        self._targets = targets
        self._authorities = authorities
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, check: Check) -> Answer:
        """Ask once; ends within ``timeout_s`` whatever the other side does. Raises ``OurFault``."""
        loop, began = asyncio.get_running_loop(), time.perf_counter()
        deadline = loop.time() + check.timeout_s
        error = ''
        try:
            async with asyncio.timeout_at(deadline):
                if check.kind is CheckKind.TCP:
                    (await self._connect(check.host or '', check.port or 0)).close()
                else:
                    await self._http(URL(check.url or ''), check.expect_status, deadline)
        except TimeoutError as late:
            error = f'timed out after {check.timeout_s:g} s' if loop.time() >= deadline else _words(late)
        except (OSError, aiohttp.ClientError, _Wrong, ValueError) as failure:
            error = _words(failure)
        return Answer((time.perf_counter() - began) * 1000, error)

    async def close(self) -> None:
        """Give everything back."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._targets.close()

    async def _connect(self, host: str, port: int) -> socket.socket:
        loop = asyncio.get_running_loop()
        failure: OSError | None = None
        for info in await self._targets.resolve(host, port):
            opened = self._targets.socket(info)
            try:
                await loop.sock_connect(opened, info[4])
            except BaseException as error:
                opened.close()
                if not isinstance(error, OSError):
                    raise
                failure = error
            else:
                return opened
        raise failure or Refused(f'{host} has no address')

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
                        raise _Wrong(f'HTTP {response.status}, expected {expected}')
            except aiohttp.ClientConnectorCertificateError as refused:
                raise _Wrong(await self._certificate(refused.certificate_error, url, deadline)) from refused
            url = _next(url, location)
        raise _Wrong(f'more than {MOST_REDIRECTS} redirects')

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
        opened = await self._connect(url.host or '', url.port or 443)
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
        raise _Wrong('redirected to an address that cannot be used') from error
    if target.scheme not in ('http', 'https') or not target.host or target.user is not None:
        raise _Wrong('redirected to an address that cannot be used')
    return target


def _words(error: Exception) -> str:
    """What went wrong, short. Raises ``OurFault`` for what is not the tower's."""
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError):
        return _words(error.os_error)
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return _tls(error.os_error)
    if isinstance(error, _Wrong | Refused):
        return str(error)
    if isinstance(error, ssl.SSLError):
        return _tls(error)
    if isinstance(error, socket.gaierror):
        return 'name lookup failed' if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL) else 'name not known'
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return 'closed the connection without an answer'
    if isinstance(error, aiohttp.ClientPayloadError):
        return 'the answer broke off'
    if isinstance(error, aiohttp.ClientResponseError):
        return 'the answer is not HTTP'
    if isinstance(error, aiohttp.InvalidURL):
        return 'the address cannot be used'
    if isinstance(error, OSError):
        if error.errno in OURS:
            raise OurFault(os.strerror(error.errno)) from error
        if isinstance(error, ConnectionResetError):
            return 'connection reset'  # in a TLS handshake asyncio says so without a number
        return _ERRNO.get(error.errno or 0) or (error.strerror or str(error) or type(error).__name__).lower()
    return str(error) or type(error).__name__


def _tls(error: OSError) -> str:
    reason = str(getattr(error, 'reason', '') or '')
    if any(old in reason for old in _OLD_TLS):
        return 'TLS too old: 1.2 or newer is needed'
    if reason in ('WRONG_VERSION_NUMBER', 'HTTP_REQUEST', 'RECORD_LAYER_FAILURE'):
        return 'no TLS on this port'
    return f'TLS: {reason.replace("_", " ").lower()}' if reason else 'TLS handshake failed'
