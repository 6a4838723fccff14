"""One HTTP/1 request and its answer, read as a browser reads it: small web servers in radio gear bend RFC 9112, and yet they answer.

What bends is noted and no failure. What must hold is a status line, the deadline of the caller, and the bounds on what is read.
"""

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from yarl import URL

from jobs.polling.failures import Wrong

MOST_HEAD = 64 * 1024
"""Bytes of all header lines; an answer with more is none that a browser would take either."""
ENOUGH_BODY = 64 * 1024
"""Bytes of an answer that are read: a server that delivers this much delivers. Nothing is decompressed."""
MOST_INTERIM = 8
_PLAIN_VERSION = re.compile(rb'HTTP/1\.\d ')
_STATUS_LINE = re.compile(rb'(?i)(HTTP/1\.\d[ \t]+)(\d{3})(?:[ \t].*)?')
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_BODY = frozenset({204, 304})


@dataclass(slots=True)
class Reply:
    """An answer's status and headers by small name, in order; ``bends`` names what the standard does not allow."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    bends: list[str] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(self.all(name)), None)

    def bend(self, what: str) -> None:
        """Note what bends the standard, once."""
        if what not in self.bends:
            self.bends.append(what)


class _Lines:
    """Reads lines, ``most`` bytes of them."""

    def __init__(self, reader: asyncio.StreamReader, most: int) -> None:
        self._reader = reader
        self._left = most
        self.rest = b''
        """A last line that has no end."""

    async def next(self, reply: Reply) -> bytes | None:
        """A line without its end; ``None`` at the end of everything."""
        try:
            line = await self._reader.readline()
        except ValueError as error:  # longer than the reader's buffer
            raise Wrong('a line of the answer has no end') from error
        self._left -= len(line)
        if self._left < 0:
            raise Wrong('too many lines in the answer')
        if not line.endswith(b'\n'):
            self.rest = line
            return None
        if not line.endswith(b'\r\n'):
            reply.bend('lines end without CR')  # RFC 9112, 2.2
        return line.rstrip(b'\r\n')


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: URL, cookies: Mapping[str, str]
) -> Reply:
    """Ask for ``url`` and read the head of the answer. Raises ``Wrong`` for what is no HTTP, and ``OSError``."""
    writer.write(_request(url, cookies))
    lines = _Lines(reader, MOST_HEAD)
    for _ in range(MOST_INTERIM):
        reply = await _head(lines)
        if reply.status >= 200:
            return reply
    raise Wrong('nothing but interim answers')


async def deliver(reader: asyncio.StreamReader, reply: Reply) -> None:
    """Read the body to its end, or as much as is enough. Raises ``Wrong`` when it breaks off."""
    if reply.status in _NO_BODY:
        return
    if 'chunked' in (reply.first('transfer-encoding') or '').lower():
        if reply.first('content-length') is not None:
            reply.bend('Content-Length beside chunks')  # RFC 9112, 6.1
        await _chunks(reader, reply)
        return
    length = _length(reply)
    try:
        if length is None:
            await _to_the_end(reader)
        else:
            await reader.readexactly(min(length, ENOUGH_BODY))
    except asyncio.IncompleteReadError as error:
        raise Wrong('the answer broke off') from error
    except (ConnectionError, ssl.SSLError) as error:
        if length is not None:
            raise Wrong('the answer broke off') from error
        reply.bend('the connection is cut at the end')  # its end was the end of the body (RFC 9112, 6.3)


def _request(url: URL, cookies: Mapping[str, str]) -> bytes:
    host = f'[{url.raw_host}]' if ':' in (url.raw_host or '') else url.raw_host
    lines = [
        f'GET {url.raw_path_qs or "/"} HTTP/1.1',
        f'Host: {host}' if url.is_default_port() else f'Host: {host}:{url.port}',
        'User-Agent: cellwarden',
        'Accept: */*',
        'Accept-Encoding: identity',
        'Connection: close',
    ]
    if cookies:
        lines.append('Cookie: ' + '; '.join(f'{name}={value}' for name, value in cookies.items()))
    return '\r\n'.join([*lines, '', '']).encode('latin-1', 'replace')


async def _head(lines: _Lines) -> Reply:
    reply = Reply()
    line = await lines.next(reply)
    if line is None and not lines.rest:
        raise Wrong('closed the connection without an answer')
    while line == b'':
        reply.bend('empty lines before the status line')
        line = await lines.next(reply)
    if line is None and lines.rest[:5].upper() == b'HTTP/':
        raise Wrong('the answer broke off')
    found = _STATUS_LINE.fullmatch(line or b'')
    if found is None:
        raise Wrong('the answer is not HTTP')
    if not _PLAIN_VERSION.fullmatch(found[1]):
        reply.bend('a status line that is spelled otherwise')
    reply.status = int(found[2])
    while line := await lines.next(reply):
        _header(line, reply)
    if line is None:
        reply.bend('the headers have no end')
    return reply


def _header(line: bytes, reply: Reply) -> None:
    """A header line, or what it bends (RFC 9112, 5)."""
    if line[:1] in b' \t':
        reply.bend('a header goes on in the next line')
        if reply.headers:
            name, value = reply.headers[-1]
            reply.headers[-1] = (name, f'{value} {_text(line)}')
        return
    name_bytes, colon, value_bytes = line.partition(b':')
    name = _text(name_bytes)
    if not colon:
        reply.bend(f'a header without a colon, {name[:40]!r}')
        return
    if name_bytes != name_bytes.rstrip():
        reply.bend(f'a blank before the colon of {name[:40]}')
    elif not _TOKEN.fullmatch(name_bytes):
        reply.bend(f'{name[:40]!r} is no name of a header')
    reply.headers.append((name.lower(), _text(value_bytes)))


def _text(raw: bytes) -> str:
    return ''.join(each if each.isprintable() else ' ' for each in raw.decode('latin-1')).strip()


def _length(reply: Reply) -> int | None:
    """How long the body is; where several lengths are said the shortest, for more may never come."""
    said = reply.all('content-length')
    numbers = [int(each) for value in said for each in value.split(',') if re.fullmatch(r'[0-9]{1,15}', each.strip())]
    if len(said) > 1:
        reply.bend(f'Content-Length {len(said)} times')  # RFC 9110, 8.6
    if said and not numbers:
        reply.bend(f'Content-Length {said[0][:20]!r}')
    elif len(set(numbers)) > 1:
        reply.bend('Content-Length ' + ' and '.join(map(str, sorted(set(numbers))[:3])))
    return min(numbers, default=None)


async def _to_the_end(reader: asyncio.StreamReader) -> None:
    left = ENOUGH_BODY
    while left > 0 and (some := await reader.read(left)):
        left -= len(some)


async def _chunks(reader: asyncio.StreamReader, reply: Reply) -> None:
    """RFC 9112, 7.1; trailers are of no interest."""
    left, lines = ENOUGH_BODY, _Lines(reader, 8 * ENOUGH_BODY)
    while left > 0:
        line = await lines.next(reply)
        if line is None:
            raise Wrong('the answer broke off')
        size = line.partition(b';')[0].strip()
        if not re.fullmatch(rb'[0-9A-Fa-f]{1,12}', size):
            reply.bend('chunks without a size')
            return
        count = int(size, 16)
        if count == 0:
            return
        try:
            await reader.readexactly(min(count, left))
        except asyncio.IncompleteReadError as error:
            raise Wrong('the answer broke off') from error
        left -= count
        if left > 0 and await lines.next(reply) is None:
            raise Wrong('the answer broke off')
