"""Asks a resolver for a name: over UDP, and over TCP when the answer did not fit (RFC 1035, RFC 7766)."""

import asyncio
import socket
from ipaddress import ip_address
from typing import ClassVar

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from domain.checks.kinds.dns import DnsTarget
from jobs.polling.failures import Wrong, words
from jobs.polling.probe import Attempt, Network
from jobs.polling.racing import AddrInfo

ASKS = 3
"""How often an attempt sends its question over UDP: a datagram may be lost."""
MOST_DATAGRAM = 65_535
MOST_NAMED = 3
"""Addresses that an error names."""
_REFUSALS = {
    dns.rcode.NXDOMAIN: 'NXDOMAIN: there is no such name',
    dns.rcode.SERVFAIL: 'SERVFAIL: the resolver could not find out',
    dns.rcode.REFUSED: 'REFUSED: the resolver does not answer this server',
    dns.rcode.FORMERR: 'FORMERR: the resolver does not understand the question',
    dns.rcode.NOTIMP: 'NOTIMP: the resolver answers no such questions',
}


class DnsProbe:
    """Asks one question, and judges the answer."""

    of: ClassVar[str] = DnsTarget.kind

    def __init__(self, network: Network) -> None:
        self._targets = network.targets

    async def ask(self, target: DnsTarget, attempt: Attempt) -> None:
        """Ask once."""
        kind = dns.rdatatype.from_text(target.record_type)
        query = dns.message.make_query(target.query_name, kind)  # plain: old resolvers of sites know no EDNS
        reply = await self._over_udp(query, target, attempt)
        if reply.flags & dns.flags.TC:
            attempt.instead = f'the answer is truncated, and over TCP none came within {attempt.timeout_s:g} s'
            try:
                reply = await self._over_tcp(query, target, attempt)
            except OSError as failure:
                raise Wrong(f'the answer is truncated, and over TCP: {words(failure)}') from failure
        _judge(reply, target, kind)

    async def close(self) -> None:
        """Nothing is held here."""

    async def _over_udp(self, query: dns.message.Message, target: DnsTarget, attempt: Attempt) -> dns.message.Message:
        """The first usable reply; a resolver with several addresses is asked at each, one a quarter of a second after the other."""

        async def ask(info: AddrInfo) -> dns.message.Message:
            loop, wire = asyncio.get_running_loop(), query.to_wire()
            # connected: the system hands on what the resolver sends and nothing else, and tells of a port that no program listens at
            with self._targets.socket((info[0], socket.SOCK_DGRAM, 0, *info[3:])) as opened:
                await loop.sock_connect(opened, info[4])
                for left in range(ASKS, 0, -1):
                    await loop.sock_sendall(opened, wire)
                    patience = (attempt.deadline - loop.time()) / left
                    try:
                        async with asyncio.timeout(
                            patience if left > 1 else None
                        ):  # the last one has until the deadline
                            return await _reply(opened, query, attempt)
                    except TimeoutError:
                        continue
            raise AssertionError('the last question is waited for until the deadline')

        return await self._targets.first(target.host, target.port, ask, attempt.race)

    async def _over_tcp(self, query: dns.message.Message, target: DnsTarget, attempt: Attempt) -> dns.message.Message:
        opened = await self._targets.connect(target.host, target.port, attempt.race)
        reader, writer = await asyncio.open_connection(sock=opened)
        try:
            wire = query.to_wire()
            writer.write(len(wire).to_bytes(2) + wire)
            size = int.from_bytes(await reader.readexactly(2))
            reply = _read(await reader.readexactly(size))
        except asyncio.IncompleteReadError:
            raise Wrong('the answer is truncated, and over TCP it broke off') from None
        finally:
            writer.transport.abort()
        if reply.id != query.id:
            raise Wrong('the answer has the id of another question')
        if reply.flags & dns.flags.TC:
            raise Wrong('the answer is truncated, over TCP too')
        return _to(query, reply)


async def _reply(opened: socket.socket, query: dns.message.Message, attempt: Attempt) -> dns.message.Message:
    """The first datagram with the id of the question. What has another one may be forged and ends nothing (RFC 5452)."""
    while True:
        reply = _read(await asyncio.get_running_loop().sock_recv(opened, MOST_DATAGRAM))
        if reply.id == query.id:
            return _to(query, reply)
        attempt.instead = 'the answer has the id of another question'


def _read(wire: bytes) -> dns.message.Message:
    try:
        return dns.message.from_wire(wire, question_only=_is_truncated(wire))  # it may be cut in the middle of a record
    except (dns.exception.DNSException, ValueError) as error:
        raise Wrong('the answer is garbled') from error


def _is_truncated(wire: bytes) -> bool:
    return bool(int.from_bytes(wire[2:4]) & dns.flags.TC)


def _to(query: dns.message.Message, reply: dns.message.Message) -> dns.message.Message:
    """The reply, if it is one to the question."""
    if not query.is_response(reply):
        raise Wrong('the answer is to another question')
    return reply


def _judge(reply: dns.message.Message, target: DnsTarget, kind: dns.rdatatype.RdataType) -> None:
    code = reply.rcode()
    if code != dns.rcode.NOERROR:
        raise Wrong(_REFUSALS.get(code) or f'the resolver answers {dns.rcode.to_text(code)}')
    if not isinstance(reply, dns.message.QueryMessage):
        raise Wrong('the answer is garbled')
    try:
        found = reply.resolve_chaining().answer  # through its aliases
    except dns.exception.DNSException as error:
        raise Wrong('the aliases in the answer lead nowhere') from error
    if found is None:
        if not reply.flags & (dns.flags.RA | dns.flags.AA):
            raise Wrong('the resolver looks up no names: it offers no recursion')
        raise Wrong(f'NODATA: the name has no {target.record_type} record')
    addresses = [str(ip_address(record.to_text())) for record in found]
    if target.expect_address is not None and target.expect_address not in addresses:
        more = f' and {len(addresses) - MOST_NAMED} more' if len(addresses) > MOST_NAMED else ''
        raise Wrong(f'{", ".join(sorted(addresses)[:MOST_NAMED])}{more}, expected {target.expect_address}')
