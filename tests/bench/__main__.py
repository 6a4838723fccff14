"""Run the benchmarks: ``python -m tests.bench [NAME ...]``; nothing named runs all. Exit code 1 when a budget is missed."""

import argparse
import asyncio
import platform
import sys
import tempfile
from pathlib import Path

import psutil

from tests.bench import checkins, comeback, fleet, outage, pictures, start, status_page
from tests.bench.report import quietly

BENCHES = {
    'checkins': checkins.bench,
    'fleet': fleet.bench,
    'pictures': pictures.bench,
    'start': start.bench,
    'comeback': comeback.bench,
    'outage': outage.bench,
    'status_page': status_page.bench,
}


def main() -> int:
    """Run what was named and print every figure."""
    quietly()
    parser = argparse.ArgumentParser(prog='python -m tests.bench', description=__doc__)
    parser.add_argument('names', nargs='*', metavar='NAME', help=f'one of {", ".join(BENCHES)}')
    names = parser.parse_args().names or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f'there is no benchmark {unknown[0]!r}; there are {", ".join(BENCHES)}')
    print(f'$ python -m tests.bench {" ".join(names)}')
    print(
        f'  Python {platform.python_version()}, {psutil.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB'
    )
    missed = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix='cw-bench-') as folder:
            for figure in asyncio.run(BENCHES[name](Path(folder))):
                print(figure, flush=True)
                missed += not figure.kept
    print(f'{missed} missed' if missed else 'all budgets kept')
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
