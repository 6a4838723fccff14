"""Servers on this machine that meet a check well or badly, and certificates for them."""

import asyncio
import datetime
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from domain.checks.kinds.http import HttpTarget
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check
from jobs.polling.made_up import NO_NAME
from jobs.polling.racing import AddrInfo

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOCAL = '127.0.0.1'


async def eventually(condition: Callable[[], object], within_s: float = 30) -> None:
    """Wait until the condition holds; it is looked at often, and the test fails when it never does."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, 'it never came true'
        await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(
    handler: Handler, *, port: int = 0, tls: ssl.SSLContext | None = None, host: str = LOCAL
) -> AsyncIterator[int]:
    """A server on loopback for the length of the block; its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await handler(reader, writer)
        finally:
            tasks.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def http(status: str = '200 OK', *headers: str, body: bytes = b'well') -> Handler:
    """Answers every request with this."""
    lines = [f'HTTP/1.1 {status}', f'Content-Length: {len(body)}', *headers, '', '']

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'\r\n\r\n')
        writer.write('\r\n'.join(lines).encode() + body)
        await writer.drain()

    return handle


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A tarpit: accepts, reads, never answers."""
    while await reader.read(1024):
        pass


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers at once and delivers the body a byte at a time, for ever."""
    await reader.readuntil(b'\r\n\r\n')
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
    while True:
        writer.write(b'.')
        await writer.drain()
        await asyncio.sleep(0.02)


def tcp(port: int, *, id: str = 'tcp', timeout_s: float = 2, **more: float) -> Check:
    """A TCP check of a local port."""
    return Check(id=id, target=TcpTarget(LOCAL, port), timeout_s=timeout_s, **more)  # type: ignore[arg-type]


def web(url: str | int, *, id: str = 'http', expect: int = 200, timeout_s: float = 2, **more: float) -> Check:
    """An HTTP check of a local port or a whole address."""
    address = f'http://{LOCAL}:{url}/status' if isinstance(url, int) else url
    return Check(id=id, target=HttpTarget(address, expect), timeout_s=timeout_s, **more)  # type: ignore[arg-type]


class Authority:
    """A certificate authority of our own; ``path`` is its PEM file, the one to believe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Authority of the tests')])
        own = self._built(self._name, self._key.public_key(), days=3650)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.path = folder / 'authority.pem'
        self.path.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def server(
        self, host: str = LOCAL, *, days: int = 30, self_signed: bool = False, with_rsa: bool = False
    ) -> ssl.SSLContext:
        """A server's context with a certificate for ``host``; one of less than no days has expired."""
        key: Key = rsa.generate_private_key(65537, 2048) if with_rsa else ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        alternative: x509.GeneralName
        try:
            alternative = x509.IPAddress(ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        built = self._built(name, key.public_key(), days=days, issuer=name if self_signed else self._name)
        built = built.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        certificate = built.sign(key if self_signed else self._key, hashes.SHA256())
        chain = self._folder / f'{certificate.serial_number:x}.pem'
        chain.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _built(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        *,
        days: int,
        issuer: x509.Name | None = None,
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer or self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=365))
            .not_valid_after(now + datetime.timedelta(days=days))
        )


def leading_to(*infos: AddrInfo) -> Callable[..., Sequence[AddrInfo]]:
    """A resolver that has these for every name that exists."""

    def lookup(host: str, *_: object, **__: object) -> Sequence[AddrInfo]:
        if host == NO_NAME:
            raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')
        return infos

    return lookup
