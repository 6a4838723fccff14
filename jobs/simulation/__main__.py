"""``python -m jobs.simulation``: a demo fleet as a process of its own, beside the server it talks to."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import structlog

from jobs.parent_process import die_with_parent, parent_gone
from jobs.simulation.run import Options, simulate


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate until SIGTERM, SIGINT or the end of the parent process."""
    given = _arguments(arguments)
    parent = given.pop('with_parent') or os.getppid()
    die_with_parent(parent)
    options = Options(**given)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt='iso', utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(_until_told(options, parent))


def _arguments(arguments: Sequence[str] | None) -> dict[str, Any]:
    """The command line; the tokens may also come by environment, where other users of the machine cannot read them."""
    parser = argparse.ArgumentParser(prog='python -m jobs.simulation', description=__doc__)
    parser.add_argument('--server', required=True, help='address of the console, as http://127.0.0.1:8080')
    for name in ('enrol-token', 'api-token'):
        variable = f'CELLWARDEN_{name.replace("-", "_").upper()}'
        value = os.environ.get(variable)
        parser.add_argument(f'--{name}', default=value, required=value is None, help=f'or by {variable}')
    parser.add_argument('--devices', type=_count, default=500)
    parser.add_argument('--towers', type=_count, default=40)
    parser.add_argument('--seed', type=int, default=7, help='the same seed plays the same drama')
    parser.add_argument('--pace', type=_pace, default=1.0, help='seconds of the play that pass in one second')
    parser.add_argument('--messy', type=_share, default=0.0, help='share of devices that report wrongly in some way')
    parser.add_argument('--says-ready', action='store_true', help='write a line on stdout once the towers are known')
    parser.add_argument('--tells-story', action='store_true', help='tell on stdout what happens, break on stdin')
    parser.add_argument('--with-parent', type=int, help='process id of the one that starts it, and with which it ends')
    return vars(parser.parse_args(arguments))


def _count(text: str) -> int:
    if not 0 <= (number := int(text)) <= 100_000:
        raise argparse.ArgumentTypeError('a number from 0 to 100000')
    return number


def _share(text: str) -> float:
    if not 0 <= (number := float(text)) <= 1:
        raise argparse.ArgumentTypeError('a number from 0 to 1')
    return number


def _pace(text: str) -> float:
    if not 0.01 <= (number := float(text)) <= 100:
        raise argparse.ArgumentTypeError('a number from 0.01 to 100')
    return number


async def _until_told(options: Options, parent: int) -> None:
    """Simulate until a signal comes or the parent is gone; a crash of the simulation is raised."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: Ctrl-C then ends asyncio.run itself
            break
    tasks = [asyncio.create_task(job) for job in (simulate(options), stop.wait(), parent_gone(parent))]
    done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    for task in done:
        task.result()


if __name__ == '__main__':
    main()
