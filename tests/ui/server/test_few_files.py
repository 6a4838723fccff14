"""Across the server: what requests without a credential cost a process in memory, log lines and descriptors."""

import asyncio
import contextlib
import signal
import sys
import time
from asyncio import constants
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.ui.sockets import Peer, request

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def serving(log: Path, files: int = 0) -> AsyncIterator[tuple[psutil.Process, int]]:
    """A process that serves, and its port; it must end in order."""
    with log.open('wb') as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            '-m',
            'tests.ui.server.few_files',
            str(files),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=out,
        )
        try:
            assert process.stdout is not None
            port = int(await asyncio.wait_for(process.stdout.readline(), 60))
            yield psutil.Process(process.pid), port
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 60) == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def connected(port: int) -> Peer:
    return Peer(*await asyncio.open_connection('127.0.0.1', port))


async def test_a_head_without_end_costs_no_memory(tmp_path: Path) -> None:
    async with serving(tmp_path / 'log') as (process, port):
        before = process.memory_info().rss
        for said in (b'GET / HTTP/1.1\r\n' + b'a: b\r\n' * 4_000_000, b'GET /' + b'x' * 30_000_000):
            peer = await connected(port)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(peer.say(said), 20)
            peer.writer.transport.abort()
        assert process.memory_info().rss - before < 16_000_000


async def test_when_descriptors_run_out_others_get_in_and_the_log_stays_short(tmp_path: Path) -> None:
    async with serving(tmp_path / 'log', files=60) as (_, port):
        held = []
        for _ in range(6):
            held += await asyncio.gather(*(connected(port) for _ in range(100)))
        for said in (request('GET', '/healthz', authorization='Bearer good'), request()):
            began = time.monotonic()
            peer = await connected(port)
            held.append(peer)
            assert await peer.ask(said) == 200
            assert time.monotonic() - began < constants.ACCEPT_RETRY_DELAY, (
                'no connection waits until asyncio looks again'
            )
        for peer in held:
            peer.writer.transport.abort()
    lines = (tmp_path / 'log').read_text()
    assert 'Traceback' not in lines
    assert '"kind": "no_descriptors"' in lines
    assert len(lines) < 10_000


async def test_more_newcomers_at_once_than_descriptors_keep_nobody_waiting(tmp_path: Path) -> None:
    async with serving(tmp_path / 'log', files=60) as (process, port):
        process.suspend()  # until all of them wait to be taken in, so that they are in one turn of the loop
        held = await asyncio.gather(*(connected(port) for _ in range(100)))
        began = time.monotonic()
        process.resume()
        peer = await connected(port)
        assert await peer.ask(request()) == 200
        assert time.monotonic() - began < constants.ACCEPT_RETRY_DELAY
        for each in (*held, peer):
            each.writer.transport.abort()
