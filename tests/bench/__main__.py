"""Run the benchmarks: ``python -m tests.bench [checkins] [fleet]``; nothing named runs all. Exit code 1 when a budget is missed."""

import asyncio
import logging
import platform
import sys
import tempfile
from pathlib import Path

import psutil

from tests.bench import checkins, fleet
from ui.logs import configure_logs

BENCHES = {'checkins': checkins.bench, 'fleet': fleet.bench}


def main() -> int:
    """Run what was named and print every figure."""
    configure_logs('text')
    logging.getLogger().setLevel(logging.WARNING)
    names = sys.argv[1:] or list(BENCHES)
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
