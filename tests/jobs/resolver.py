"""A resolver on this machine that answers as a test says, over UDP and TCP on one port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from tests.jobs.loopback import LOCAL, listening

Reply = Callable[[dns.message.QueryMessage], bytes | None]
"""What goes back for a question; nothing for silence."""


def records(*lines: str, code: int = dns.rcode.NOERROR, flags: int = dns.flags.RA) -> Reply:
    """A reply with these records, each as in a zone file without its class: ``mme.example. A 10.20.0.7``."""

    def reply(query: dns.message.QueryMessage) -> bytes:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.Flag(flags)
        answer.set_rcode(dns.rcode.Rcode(code))
        for line in lines:
            name, kind, value = line.split()
            answer.answer.append(dns.rrset.from_text(name, 60, 'IN', kind, value))
        return answer.to_wire()

    return reply


def truncated(query: dns.message.QueryMessage) -> bytes:
    """A reply that says there is more than fits, cut in the middle of a record."""
    whole = records('mme.example. A 10.20.0.7', flags=dns.flags.RA | dns.flags.TC)(query)
    assert whole is not None
    return whole[:-3]


@dataclass(slots=True)
class Resolver:
    """Where it listens, and what it was asked over what."""

    port: int
    asked: list[tuple[str, dns.message.QueryMessage]] = field(default_factory=list)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply, resolver: Resolver) -> None:
        self._reply = reply
        self._resolver = resolver
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        answer = _answered('udp', data, self._reply, self._resolver)
        if answer is not None:
            self._transport.sendto(answer, addr)


def _answered(over: str, wire: bytes, reply: Reply, resolver: Resolver) -> bytes | None:
    query = dns.message.from_wire(wire)
    assert isinstance(query, dns.message.QueryMessage)
    resolver.asked.append((over, query))
    return reply(query)


@asynccontextmanager
async def resolving(reply: Reply, over_tcp: Reply | None = None) -> AsyncIterator[Resolver]:
    """A resolver for the length of the block. Without ``over_tcp`` it takes no connections."""
    resolver = Resolver(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert over_tcp is not None
        size = int.from_bytes(await reader.readexactly(2))
        answer = _answered('tcp', await reader.readexactly(size), over_tcp, resolver)
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
            await writer.drain()

    async with AsyncExitStack() as stack:
        port = 0 if over_tcp is None else await stack.enter_async_context(listening(serve))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Datagrams(reply, resolver), local_addr=(LOCAL, port)
        )
        stack.callback(transport.close)
        resolver.port = transport.get_extra_info('sockname')[1]
        yield resolver


def framed(reply: Reply) -> Reply:
    """The same as it goes over TCP, after its length."""

    def whole(query: dns.message.QueryMessage) -> bytes | None:
        wire = reply(query)
        return None if wire is None else len(wire).to_bytes(2) + wire

    return whole
