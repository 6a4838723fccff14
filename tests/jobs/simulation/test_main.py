import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from tests.jobs.simulation.console import Console, eventually

ARGUMENTS = ('--enrol-token', 'cwe_test', '--api-token', 'cwt_test', '--devices', '30', '--towers', '8', '--pace', '20')


async def start(console: Console) -> Process:
    command = (sys.executable, '-m', 'jobs.simulation', '--server', console.url, *ARGUMENTS)
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


async def test_the_fleet_fills_the_console_plays_its_drama_and_stops_at_once_when_told(console: Console) -> None:
    process = await start(console)
    assert process.stderr is not None
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not any('site_recovered' in line for line in lines):
            lines.append((await process.stderr.readline()).decode())
    assert len(console.devices) == 30
    assert len(console.towers) == 8
    assert 'towers_ready' in lines[0]
    assert any('fleet_ready' in line for line in lines)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode == 0
    assert out == b''
    assert b'Traceback' not in err


async def test_the_fleet_ends_with_the_process_that_started_it(console: Console) -> None:
    script = (
        'import subprocess, sys, time\n'
        'child = subprocess.Popen([sys.executable, "-m", "jobs.simulation", *sys.argv[1:]], stderr=subprocess.DEVNULL)\n'
        'print(child.pid, flush=True)\n'
        'time.sleep(60)\n'
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, '-c', script, '--server', console.url, *ARGUMENTS, stdout=PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    await eventually(lambda: len(console.devices) == 30, within=20)
    parent.kill()
    await parent.communicate()
    await eventually(lambda: not _runs(child), within=5)


def _runs(process: int) -> bool:
    """False when it is gone, or dead and waiting for the process that adopted it to notice."""
    try:
        os.kill(process, 0)
        return Path(f'/proc/{process}/stat').read_text().rpartition(')')[2].split()[0] != 'Z'
    except (ProcessLookupError, FileNotFoundError):
        return False
