"""One check of a tower, of any kind, within one deadline."""

import asyncio
import time
from pathlib import Path

from domain.checks.model import Check
from jobs.polling.addresses import Targets
from jobs.polling.failures import Wrong, words
from jobs.polling.probe import Answer, Attempt, Network
from jobs.polling.probes import PROBES


class Checker:
    """Makes checks. ``authorities`` is a PEM file of certificate authorities to believe beside the system's."""

    def __init__(self, *, targets: Targets, authorities: Path | None = None) -> None:
        self._targets = targets
        self._probes = {key: probe(Network(targets, authorities)) for key, probe in PROBES.items()}

    async def ask(self, check: Check) -> Answer:
        """Ask once; ends within ``timeout_s`` whatever the other side does. Raises ``OurFault``."""
        loop, began = asyncio.get_running_loop(), time.perf_counter()
        attempt = Attempt(check.timeout_s, loop.time() + check.timeout_s)
        error = ''
        try:
            async with asyncio.timeout_at(attempt.deadline):
                await self._probes[check.target.kind].ask(check.target, attempt)
        except TimeoutError as late:
            passed = loop.time() >= attempt.deadline
            error = (attempt.instead or f'timed out after {check.timeout_s:g} s') if passed else words(late)
        except (OSError, Wrong, ValueError) as failure:
            error = words(failure)
        return Answer((time.perf_counter() - began) * 1000, error)

    async def close(self) -> None:
        """Give everything back."""
        for probe in self._probes.values():
            await probe.close()
        self._targets.close()
