"""One check of a tower, of any kind, within one deadline."""

import asyncio
import time
from pathlib import Path

from domain.checks.model import Check
from jobs.polling.addresses import Targets
from jobs.polling.failures import Wrong, race_words, words
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
            error = _nothing_came(attempt) if passed else words(late)
        except (OSError, Wrong, ValueError) as failure:
            error = words(failure)
        rtt_ms = (time.perf_counter() - began) * 1000
        return Answer(rtt_ms, error) if error else Answer(rtt_ms, flaw=attempt.flaw, remark=attempt.remark)

    async def close(self) -> None:
        """Give everything back."""
        for probe in self._probes.values():
            await probe.close()
        self._targets.close()


def _nothing_came(attempt: Attempt) -> str:
    """What to say at the deadline."""
    if attempt.instead:
        return attempt.instead
    if len(attempt.race.asked) > 1:
        return f'{race_words(attempt.race)}, within {attempt.timeout_s:g} s'
    return f'timed out after {attempt.timeout_s:g} s'
