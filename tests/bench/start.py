"""How long the server takes to be ready with 100,000 devices, and how long Python takes to import it."""

import asyncio
import sys
import time
from pathlib import Path

from tests.bench.processes import running_server
from tests.bench.report import Figure
from tests.bench.seed import seed

TURNS = 3


async def bench(folder: Path, devices: int = 100_000) -> list[Figure]:
    """The middle of three starts, against the middle of three processes that read the same rows."""
    await seed(folder, devices)
    ready, bare, imported = [], [], []
    for _ in range(TURNS):
        imported.append(await _seconds('-c', 'import ui.main'))
        bare.append(await _seconds('-m', 'tests.bench.rows', str(folder / 'cellwarden.sqlite3')))
        began = time.perf_counter()
        async with running_server(folder):
            ready.append(time.perf_counter() - began)
    middle, loop = _middle(ready), _middle(bare)
    return [
        Figure(
            work=f'start with {devices:,} devices, process to ready',
            measured=f'{middle:.1f} s, {_middle(imported):.1f} s of them to import the program',
            against=f'a process that reads the same rows and decodes their JSON, {loop:.1f} s',
            ratio=middle / loop,
            unit='x',
            at_most=2.5,
        )
    ]


async def _seconds(*arguments: str) -> float:
    """How long a Python process with these arguments takes, its own start included."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.DEVNULL)
    if await process.wait():
        raise RuntimeError(f'{arguments} failed')
    return time.perf_counter() - began


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
