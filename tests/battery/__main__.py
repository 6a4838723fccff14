"""Faults and attacks against real servers: ``python -m tests.battery [NAME …] [--store sqlite|postgres]``; nothing named runs all.

A line for each figure: ``kept`` or ``MISSED``, or ``not run`` and why. Exit code 1 when anything was missed or not run.
"""

import argparse
import asyncio
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.battery.case import Case, Databases, NotRun, Store, staged
from tests.battery.cases import CASES
from tests.bench.report import Figure, quietly
from ui.server.process import raise_file_limit

MOST_S = 900.0
"""Of a whole run. Cases that would begin later are not run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was named and print every figure."""
    parser = argparse.ArgumentParser(prog='python -m tests.battery', description=__doc__)
    parser.add_argument('names', nargs='*', metavar='NAME', help=f'one of {", ".join(case.name for case in CASES)}')
    parser.add_argument('--store', type=Store, choices=list(Store), help='only on this store')
    given = parser.parse_args(arguments)
    known = {case.name: case for case in CASES}
    if unknown := [name for name in given.names if name not in known]:
        parser.error(f'there is no case {unknown[0]!r}; there are {", ".join(known)}')
    chosen = [known[name] for name in given.names] or list(CASES)
    runs = [(case, store) for case in chosen for store in Store if store in _stores(case, given.store)]
    if not runs:
        parser.error(f'none of these can be run on {given.store}')
    print(f'$ python -m tests.battery {" ".join(given.names)}'.rstrip())
    print(
        f'  Python {platform.python_version()}, {psutil.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB'
    )
    began = time.monotonic()
    missed, not_run, figures = asyncio.run(run_all(runs, began + MOST_S))
    words = [f'{missed} missed' if missed else '', f'{not_run} not run' if not_run else '']
    told = ', '.join(filter(None, words)) or 'all kept'
    print(f'{told}; {figures} figures of {len(runs)} cases in {time.monotonic() - began:.0f} s')
    return 1 if missed or not_run or not figures else 0


def _stores(case: Case, asked: Store | None) -> Sequence[Store]:
    if asked is None:
        return case.stores
    return [asked] if asked in (*case.stores, *case.also) else []


async def run_all(runs: Sequence[tuple[Case, Store]], until: float) -> tuple[int, int, int]:
    """How many figures were missed, how many cases were not run, how many figures there were."""
    missed = not_run = figures = 0
    with tempfile.TemporaryDirectory(prefix='cw-battery-') as folder, ExitStack() as stack:
        databases = Databases(Path(folder), stack)
        for case, store in runs:
            try:
                if time.monotonic() > until:
                    raise NotRun(f'{MOST_S / 60:.0f} minutes have passed')
                for figure in await _one(case, store, databases, until):
                    figures += 1
                    missed += not figure.kept
            except NotRun as why:
                not_run += 1
                print(f'not run {store:8} {case.name:12} {why}', flush=True)
    return missed, not_run, figures


async def _one(case: Case, store: Store, databases: Databases, until: float) -> list[Figure]:
    """Tell the figures of one case as they come; an error in it is a figure that was missed."""
    found: list[Figure] = []
    trouble = ''
    began = time.monotonic()
    within_s = min(case.within_s, until - began)

    def tell(figure: Figure) -> None:
        found.append(figure)
        print(line(case, store, figure), flush=True)

    try:
        async with staged(store, databases, case.name) as stage:
            try:
                async with asyncio.timeout(within_s):
                    async for figure in case.run(stage):
                        tell(figure)
            except TimeoutError:
                trouble = f'not done within {within_s:.0f} s'
    except NotRun:
        raise
    except Exception as error:  # noqa: BLE001 - the next case has surroundings of its own
        trouble = f'{type(error).__name__}: {" ".join(str(error).split())[:300]}'
    if trouble:
        tell(Figure(work='ended early', measured=trouble, against='', ratio=1, at_most=0))
    print(f'        {store:8} {case.name:12} {time.monotonic() - began:.0f} s', flush=True)
    return found


def line(case: Case, store: Store, figure: Figure) -> str:
    """Verdict, where, what, figure, limit, and what else was seen."""
    more = '; '.join(filter(None, (figure.measured, figure.against)))
    return f'{figure.verdict:7} {store:8} {case.name:12} {figure.work}: {figure.told}{f" - {more}" if more else ""}'


if __name__ == '__main__':
    quietly()
    raise_file_limit()
    sys.exit(main())
