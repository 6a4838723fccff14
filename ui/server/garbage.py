"""The garbage collector: when it passes, how long it holds the process up, and what it has freed, for ``/metrics``.

What pages and connections tie into circles has to be collected, a fleet has no circles. So the fleet is taken out of the collector's
sight once it is loaded, and what came after it is passed whenever it has grown by a few hundred thousand objects: some 20 MB.
"""

import gc
import time
from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

THRESHOLDS = (10_000, 20, 1)
"""Objects made and not freed until the youngest are looked at, such looks until the middle ones are, and of those until all are.

Each closed connection leaves a circle of a dozen objects (asyncio's transport and its own callback), 2 KB: so the youngest are looked at
after 800 connections, which takes a millisecond.
"""
_GENERATIONS = 3


class Collections:
    """Counts collections from :meth:`start` to :meth:`stop`, by generation (2: all)."""

    def __init__(self) -> None:
        self.runs = [0] * _GENERATIONS
        self.seconds = [0.0] * _GENERATIONS
        self.longest_s = [0.0] * _GENERATIONS
        self.freed = [0] * _GENERATIONS
        self._began = 0.0

    def start(self) -> None:
        """From now on each collection is counted."""
        if self._passes not in gc.callbacks:
            gc.callbacks.append(self._passes)

    def stop(self) -> None:
        """Count no more."""
        if self._passes in gc.callbacks:
            gc.callbacks.remove(self._passes)

    def _passes(self, phase: str, info: dict[str, Any]) -> None:
        if phase == 'start':
            self._began = time.perf_counter()
            return
        generation, took = info['generation'], time.perf_counter() - self._began
        self.runs[generation] += 1
        self.seconds[generation] += took
        self.longest_s[generation] = max(self.longest_s[generation], took)
        self.freed[generation] += info['collected']

    def collect(self) -> Iterator[Metric]:
        """Called by the registry of figures."""
        runs = CounterMetricFamily('cellwarden_gc_runs', 'Passes of the garbage collector', labels=['generation'])
        seconds = CounterMetricFamily('cellwarden_gc_seconds', 'Time they took, all waiting', labels=['generation'])
        longest = GaugeMetricFamily('cellwarden_gc_longest_seconds', 'Longest of them', labels=['generation'])
        freed = CounterMetricFamily('cellwarden_gc_freed', 'Objects they have freed', labels=['generation'])
        for generation in range(_GENERATIONS):
            name = [str(generation)]
            runs.add_metric(name, self.runs[generation])
            seconds.add_metric(name, self.seconds[generation])
            longest.add_metric(name, self.longest_s[generation])
            freed.add_metric(name, self.freed[generation])
        yield from (runs, seconds, longest, freed)
