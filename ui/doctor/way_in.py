"""A probe of the way in as a program comes: from this machine to the public address, through whatever stands before this server.

It shows no credential, so that what answers, when it is this server, is a refusal of ours; anything else answers in its place. Of the
largest batch it sends the head alone and asks whether the body may come (``Expect``, RFC 9110, 10.1.1).
"""

import asyncio
import base64
import json
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.common.tls_words import certificate_words, handshake_words
from ui.doctor.model import NO_SERVER, Said, fault, ok, unknown, warning
from ui.doctor.sources import Sources

WITHIN_S = 4.0
BATCH = 2 * 1024 * 1024
"""Bytes of the largest batch of check-ins."""
_MOST_HEAD, _MOST_BODY = 65_536, 4096
_KEY = base64.b64encode(b'cellwarden-docto').decode()
_UPGRADE = (
    'GET {path}/api/v1/events HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
    f'Sec-WebSocket-Key: {_KEY}\r\n'
)
_LARGEST = (
    'POST {path}/api/v1/checkins:batch HTTP/1.1\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n'
    f'Content-Length: {BATCH}\r\n'
)
_GO_ON, _TOO_LARGE, _NO_UPGRADE = 100, 413, 426
_OURS = 'urn:cellwarden:'
_ADVICE = 'docs/operating.md, "Behind a proxy", has the settings.'


@dataclass(frozen=True, slots=True)
class _Heard:
    """An answer: its status, what calls itself the server, and whether it proves to be ours."""

    status: int
    server: str
    is_ours: bool


async def way_in(of: Sources) -> Said:
    """Whether the public address leads here, WebSockets and the largest batch included."""
    if of.running is None:
        return unknown(NO_SERVER)
    public = of.settings.public_url.rstrip('/')
    if not public:
        return unknown('No public_url is set, so that the way in is not known.')
    try:
        trusted = await asyncio.to_thread(ssl.create_default_context) if public.startswith('https:') else None
        async with asyncio.timeout(WITHIN_S):
            socket, batch = [await _asked(public, head, trusted) for head in (_UPGRADE, _LARGEST)]
    except (TimeoutError, OSError, ValueError, EOFError, asyncio.LimitOverrunError) as error:
        return unknown(
            f'{public} cannot be asked from this machine: {_words(error)}.',
            'Ask it from another machine (curl); where names or routes lead out and not back in, that is as it should be.',
        )  # fmt: skip
    figures = {'socket': socket.status, 'batch': batch.status}
    if not socket.is_ours:
        spoke = socket.server or 'something that gives no name'
        return fault(
            f'{public} does not lead here: {spoke} answers {socket.status} in its place.',
            f'Let the proxy pass all paths to this server, and its answers as they are. {_ADVICE}', figures=figures,
        )  # fmt: skip
    if batch.status == _TOO_LARGE or not (batch.is_ours or batch.status == _GO_ON):
        return warning(
            f'The proxy refuses bodies that this server takes: {batch.status} for a batch of 2 MiB.',
            f'Set its limit to 4 MiB (client_max_body_size 4m). {_ADVICE}', figures=figures,
        )  # fmt: skip
    if socket.status == _NO_UPGRADE:
        return warning(
            f'The proxy does not pass WebSockets on: {socket.status}. Pages poll instead, and programs get no events.',
            f'Let it pass Upgrade and Connection, over HTTP/1.1. {_ADVICE}', figures=figures,
        )  # fmt: skip
    return ok(f'{public} leads here, WebSockets and the largest batch included.', figures=figures)


async def _asked(public: str, head: str, trusted: ssl.SSLContext | None) -> _Heard:
    """The first answer to a request of which the head alone is sent."""
    url = urlsplit(public)
    host, port = url.hostname or '', url.port or (443 if trusted is not None else 80)
    reader, writer = await asyncio.open_connection(host, port, ssl=trusted, limit=_MOST_HEAD)
    try:
        more = f'Host: {url.netloc}\r\nUser-Agent: cellwarden-doctor\r\n\r\n'
        writer.write((head.format(path=url.path) + more).encode('latin-1', 'replace'))
        await writer.drain()
        status, *lines = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(':') for line in lines)}
        length = fields.get('content-length', '')
        body = await reader.readexactly(int(length)) if length.isdecimal() and int(length) <= _MOST_BODY else b''
        return _Heard(int(status.split()[1]), fields.get('server', '')[:60], _is_ours(body))
    except IndexError:
        raise ValueError('the answer is not HTTP') from None
    finally:
        writer.transport.abort()


def _is_ours(body: bytes) -> bool:
    try:
        return str(json.loads(body).get('type', '')).startswith(_OURS)
    except (ValueError, AttributeError, RecursionError):
        return False


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_words(error.verify_code, error.verify_message)
    if isinstance(error, ssl.SSLError):
        return handshake_words(error.reason or '')
    if isinstance(error, TimeoutError):
        return 'no answer in time'
    return getattr(error, 'strerror', None) or str(error) or type(error).__name__
