"""Run the benchmarks: ``python -m tests.bench [NAME ...] [--devices N]``; nothing named runs all. Exit code 1 when a budget is missed."""

import argparse
import asyncio
import inspect
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import psutil

from tests.bench import (
    checkins,
    comeback,
    first_attempt,
    fleet,
    idle_page,
    inbox,
    outage,
    own_rules,
    pictures,
    start,
    status_page,
)
from tests.bench.report import Figure, quietly

BENCHES: Mapping[str, Callable[..., Awaitable[Sequence[Figure]]]] = {
    'checkins': checkins.bench,
    'fleet': fleet.bench,
    'paints': pictures.paints,
    'server_time': pictures.server_time,
    'page_to_page': pictures.page_to_page,
    'press': pictures.press,
    'idle_page': idle_page.bench,
    'start': start.bench,
    'comeback': comeback.bench,
    'outage': outage.bench,
    'own_rules': own_rules.bench,
    'first_attempt': first_attempt.bench,
    'inbox': inbox.inbox,
    'told': inbox.told,
    'status_page': status_page.bench,
}
GROUPS = {'pictures': ('paints', 'server_time', 'page_to_page', 'press', 'idle_page')}
"""Names for several at once."""


def main() -> int:
    """Run what was named and print every figure."""
    quietly()
    parser = argparse.ArgumentParser(prog='python -m tests.bench', description=__doc__)
    known = (*BENCHES, *GROUPS)
    parser.add_argument('names', nargs='*', metavar='NAME', help=f'one of {", ".join(known)}')
    parser.add_argument('--devices', type=int, metavar='N', help='how many, for those that have a fleet of their own')
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f'there is no benchmark {unknown[0]!r}; there are {", ".join(known)}')
    names = [each for name in asked.names for each in GROUPS.get(name, (name,))] or list(BENCHES)
    print(f'$ python -m tests.bench {" ".join(sys.argv[1:])}')
    print(
        f'  Python {platform.python_version()}, {psutil.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB'
    )
    missed = 0
    for name in names:
        bench = BENCHES[name]
        sized = asked.devices and 'devices' in inspect.signature(bench).parameters
        with tempfile.TemporaryDirectory(prefix='cw-bench-') as folder:
            for figure in asyncio.run(_run(bench(Path(folder), asked.devices) if sized else bench(Path(folder)))):
                print(figure, flush=True)
                missed += not figure.kept
    print(f'{missed} missed' if missed else 'all budgets kept')
    return 1 if missed else 0


async def _run(bench: Awaitable[Sequence[Figure]]) -> Sequence[Figure]:
    return await bench


if __name__ == '__main__':
    sys.exit(main())
