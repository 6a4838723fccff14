"""Time on a machine that others use too: what came too early is told by the clock, what came too late by one's own share of it."""

import os
import threading
import time
from pathlib import Path


class Stopwatch:
    """Begins when it is made, for the thread that makes it."""

    def __init__(self) -> None:
        self._task = f'{os.getpid()}/task/{threading.get_native_id()}'
        self._began, self._queued = time.monotonic(), queued_s(self._task)

    @property
    def wall_s(self) -> float:
        """Seconds by the clock."""
        return time.monotonic() - self._began

    @property
    def own_s(self) -> float:
        """The same without those in which the thread was ready to run and others held the CPU."""
        return self.wall_s - (queued_s(self._task) - self._queued)


def queued_s(task: int | str) -> float:
    """Seconds that a process's main thread, or a task, was ready to run and had to wait (Linux, scheduler statistics of the kernel)."""
    try:
        return int(Path(f'/proc/{task}/schedstat').read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
