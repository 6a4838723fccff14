"""``openssl s_server`` as the other side of a connection: TLS as old machines speak it."""

import asyncio
import base64
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.jobs.loopback import Authority
from tests.jobs.polling.probes.test_http import OAKLEY_GROUP_2

needs_openssl = pytest.mark.skipif(shutil.which('openssl') is None, reason='openssl is not installed')
HOST = '127.0.0.1'
FAULTS = {
    'weak DH': 'TLS: dh key too small',
    'TLS 1.0': 'TLS too old: 1.2 or newer is needed',
    'old cipher': 'TLS: the other side takes no cipher that is still safe',
    'expired': 'certificate expired',
    'another host': 'certificate is for another host',
    'self-signed': 'certificate is self-signed',
}
"""What is wrong, and the words for it."""


@asynccontextmanager
async def s_server(folder: Path, authority: Authority, fault: str, port: int) -> AsyncIterator[None]:
    """Run it with this fault; an HTTP answer would follow the handshake."""
    host = 'other.example' if fault == 'another host' else HOST
    days = -2 if fault == 'expired' else 30
    before = set(folder.glob('*.pem'))
    authority.server(host, days=days, self_signed=fault == 'self-signed', with_rsa=True)
    (chain,) = set(folder.glob('*.pem')) - before
    command = [
        'openssl',
        's_server',
        '-quiet',
        '-www',
        '-accept',
        f'{HOST}:{port}',
        '-cert',
        str(chain),
        '-key',
        str(chain),
    ]
    if fault == 'weak DH':
        parameters = folder / 'dh.params'
        der = b'\x30\x81\x87\x02\x81\x81\x00' + OAKLEY_GROUP_2 + b'\x02\x01\x02'
        pem = base64.encodebytes(der).decode()
        parameters.write_text(f'-----BEGIN DH PARAMETERS-----\n{pem}-----END DH PARAMETERS-----\n')
        command += ['-tls1_2', '-cipher', 'DHE:@SECLEVEL=0', '-dhparam', str(parameters)]
    elif fault == 'TLS 1.0':
        command += ['-tls1', '-cipher', 'ALL:@SECLEVEL=0']
    elif fault == 'old cipher':
        command += ['-tls1_2', '-cipher', 'AES128-SHA:@SECLEVEL=0']
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await listens(port)
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def tls_before(context: ssl.SSLContext, port: int, behind: int) -> AsyncIterator[None]:
    """Good TLS on a port, with a plain server behind it."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    serving = set[asyncio.Task[None] | None]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        there, back = await asyncio.open_connection(HOST, behind)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await asyncio.gather(carry(reader, back), carry(there, writer))
        finally:
            writer.close()
            back.close()

    server = await asyncio.start_server(serve, HOST, port, ssl=context)
    try:
        yield
    finally:
        server.close()
        for task in serving:  # a connection that is kept would outlive the fault
            if task is not None:
                task.cancel()
        await asyncio.sleep(0)


async def listens(port: int) -> None:
    """Wait until a port of this machine takes connections."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
