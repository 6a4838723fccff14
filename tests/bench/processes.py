"""The server as a child process: started, asked for its CPU time and memory, stopped."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil


class ServerProcess:
    """A running bench server."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self._process = psutil.Process(pid)

    @property
    def cpu_s(self) -> float:
        """CPU seconds so far, user and system."""
        times = self._process.cpu_times()
        return times.user + times.system

    @property
    def rss_mb(self) -> float:
        """Resident memory in MB (10^6 bytes)."""
        return float(self._process.memory_info().rss) / 1e6


@asynccontextmanager
async def running_server(folder: Path, *options: str) -> AsyncIterator[ServerProcess]:
    """The bench server on what was seeded in ``folder``; with ``anew`` each of its pages reads all that it shows."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        '-m',
        'tests.bench.server',
        str(folder),
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    line = await asyncio.wait_for(process.stdout.readline(), 120)
    try:
        yield ServerProcess(int(line), process.pid)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
