"""What strangers cost a real server: its memory, its log, its descriptors."""

import asyncio
import contextlib
import resource
from pathlib import Path

import httpx
import psutil

from tests.real.server import Server, bearer, free_port, running_server


async def connected(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection('127.0.0.1', server.port)


async def test_a_head_without_end_costs_no_memory(tmp_path: Path) -> None:
    async with running_server(tmp_path / 'data') as server:
        process = psutil.Process(server.pid)
        before = process.memory_info().rss
        for said in (b'GET / HTTP/1.1\r\n' + b'a: b\r\n' * 6_000_000, b'GET /' + b'x' * 40_000_000):
            reader, writer = await connected(server)
            with contextlib.suppress(ConnectionError):
                writer.write(said)
                await asyncio.wait_for(writer.drain(), 30)
            with contextlib.suppress(ConnectionError):
                assert (await reader.read(13))[9:12] in (b'431', b'414', b'')
            writer.transport.abort()
        assert process.memory_info().rss - before < 16_000_000
        async with httpx.AsyncClient(base_url=server.address) as client:
            assert 'kind="large_head"} 1.0' in (await client.get('/metrics')).text


async def test_when_descriptors_run_out_devices_get_in_and_the_log_stays_short(tmp_path: Path) -> None:
    server = Server(
        tmp_path / 'data', free_port(), {'CELLWARDEN_CONNECTIONS': '400', 'CELLWARDEN_CONNECTIONS_PER_ADDRESS': '400'}
    )
    await server.start()
    try:
        enterprise = (await server.operate('enterprise add', name='Port of Delft', starter=False))['id']
        token = (await server.operate('token enrolment', enterprise=enterprise, name='roll-out'))['secret']
        async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
            enrolled = await client.post(
                '/api/v1/enrolments', json={'name': 'crane-1', 'kind': 'tablet'}, headers=bearer(token)
            )
            credential = enrolled.json()['credential']
        used = psutil.Process(server.pid).num_fds()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 40, used + 40))  # fewer than its places need
        held = []
        for _ in range(8):
            held += await asyncio.gather(*(connected(server) for _ in range(100)))
        async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
            said = {'sequence': 1, 'observed_at': '2027-01-15T08:00:00Z'}
            answer = await client.post('/api/v1/checkins', json=said, headers=bearer(credential))
            assert answer.status_code == 200, answer.text
            assert (await client.get('/healthz')).status_code == 200
        for _, writer in held:
            writer.transport.abort()
        assert await server.stop() == 0
        lines = server.log.read_text()
        assert 'Traceback' not in lines
        assert 'no_descriptors' in lines
        assert len(lines) < 10_000
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
