"""A small message centre on this machine: it takes submissions over SMPP and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from domain.channels.kinds.gsm import BASIC, ESCAPE, EXTENSION, UCS2
from jobs.notifications.smpp_units import ANSWER, BIND_TRANSMITTER, ENQUIRE_LINK, HEAD, SUBMIT, UNBIND, Unit


@dataclass(frozen=True, slots=True)
class Submitted:
    """A part that came in."""

    sender: str
    number: str
    coding: int
    header: bytes
    text: str


@dataclass(slots=True)
class Centre:
    """``answers`` are statuses of the next submissions, ``bound`` that of a bind; ``None`` hangs."""

    port: int = 0
    bound: int = 0
    answers: list[int | None] = field(default_factory=list)
    got: list[Submitted] = field(default_factory=list)
    binds: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    lines: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.lines.append(writer)
        try:
            writer.write(Unit(ENQUIRE_LINK, 0, 77).written())  # a centre may ask at any time
            while True:
                length, command, _, sequence = HEAD.unpack(await reader.readexactly(HEAD.size))
                body = await reader.readexactly(length - HEAD.size)
                status, said = self.answer(command, body)
                if status is not None:
                    writer.write(Unit(command | ANSWER, status, sequence, said).written())
                if command == UNBIND:
                    break
        except (EOFError, OSError):
            pass
        writer.close()

    def answer(self, command: int, body: bytes) -> tuple[int | None, bytes]:
        """Status and body."""
        if command == BIND_TRANSMITTER:
            system_id, password = body.split(b'\0')[:2]
            self.binds.append((system_id.decode(), password.decode()))
            return self.bound, b'centre\0'
        if command == SUBMIT:
            status = self.answers.pop(0) if self.answers else 0
            if status == 0:
                self.got.append(read(body))
            return status, f'm{len(self.got)}\0'.encode()
        if command & ANSWER:
            self.asked += 1
            return None, b''
        return 0, b''


def read(body: bytes) -> Submitted:
    """A submission, by the order of its fields (SMPP 3.4, 4.4.1)."""
    _, rest = body.split(b'\0', 1)
    sender, rest = rest[2:].split(b'\0', 1)
    number, rest = rest[2:].split(b'\0', 1)
    esm, rest = rest[0], rest[3:]
    _, rest = rest.split(b'\0', 1)
    _, rest = rest.split(b'\0', 1)
    coding, size, octets = rest[2], rest[4], rest[5:]
    assert len(octets) == size <= 160
    header, octets = (octets[: octets[0] + 1], octets[octets[0] + 1 :]) if esm & 0x40 else (b'', octets)
    text = octets.decode('utf-16-be') if coding == UCS2 else from_gsm(octets)
    return Submitted(sender.decode(), number.decode(), coding, header, text)


def from_gsm(octets: bytes) -> str:
    """The text of the default alphabet."""
    named = {code: char for char, code in EXTENSION.items()}
    found, is_extended = '', False
    for code in octets:
        if code == ESCAPE and not is_extended:
            is_extended = True
            continue
        found += named[code] if is_extended else BASIC[code]
        is_extended = False
    assert not is_extended, 'torn apart'
    return found


@asynccontextmanager
async def centre(tls: ssl.SSLContext | None = None) -> AsyncIterator[Centre]:
    """A centre for the length of the block."""
    here = Centre()
    server = await asyncio.start_server(here.serve, '127.0.0.1', 0, ssl=tls)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        for line in here.lines:
            line.close()
