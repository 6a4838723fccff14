"""One check of a tower, of any kind, within one deadline."""

import asyncio
import time
from collections.abc import Hashable
from pathlib import Path

from domain.checks.model import Check
from domain.common.answer_dates import AnswerDates
from jobs.polling.addresses import Refused, Targets, version_of
from jobs.polling.failures import Wrong, race_words, symptom_of, words
from jobs.polling.made_up import NO_NAME
from jobs.polling.probe import Attempt, CheckAnswer, Network, Symptom
from jobs.polling.probes import PROBES


class Checker:
    """Makes checks. ``authorities`` is a PEM file of certificate authorities to believe beside the system's.

    ``dates`` hears what answers say of our clock.
    """

    def __init__(self, *, targets: Targets, authorities: Path | None = None, dates: AnswerDates | None = None) -> None:
        self._targets = targets
        self._probes = {key: probe(Network(targets, authorities, dates)) for key, probe in PROBES.items()}

    async def ask(self, check: Check) -> CheckAnswer:
        """Ask once; ends within ``timeout_s`` whatever the other side does. Raises ``OurFault``."""
        loop, began = asyncio.get_running_loop(), time.perf_counter()
        attempt = Attempt(check.timeout_s, loop.time() + check.timeout_s)
        error, symptom, refused = '', None, False
        addresses = self._targets.remembered(check.target.host)
        try:
            async with asyncio.timeout_at(attempt.deadline):
                await self._probes[check.target.kind].ask(check.target, attempt)
        except TimeoutError as late:
            passed = loop.time() >= attempt.deadline
            error = _nothing_came(attempt) if passed else words(late)
            symptom = None if attempt.instead else symptom_of(late)
            if passed and not attempt.race.asked and self._targets.looks_up(check.target.host):
                error, symptom = f'name lookup took longer than {attempt.timeout_s:g} s', Symptom.NO_NAME
        except (OSError, Wrong, ValueError) as failure:
            error, symptom, refused = words(failure), symptom_of(failure), isinstance(failure, Refused)
        rtt_ms = (time.perf_counter() - began) * 1000
        addresses = addresses or self._targets.remembered(check.target.host)
        proven = attempt.certificate_until is not None and not attempt.flaw
        if error:
            return CheckAnswer(rtt_ms, error, symptom=symptom, refused=refused, addresses=addresses, proven=proven)
        return CheckAnswer(
            rtt_ms,
            flaw=attempt.flaw,
            remark=attempt.remark,
            certificate_until=attempt.certificate_until,
            addresses=addresses,
            proven=proven,
        )

    async def look_up(self, check: Check) -> frozenset[str]:
        """The addresses that the resolver has for the host of a check, asked anew. Raises ``OSError``."""
        async with asyncio.timeout(check.timeout_s):
            await self._targets.look_up(check.target.host)
        return self._targets.remembered(check.target.host)

    def forget(self, check: Check) -> None:
        """Ask for the name of its host anew the next time."""
        self._targets.forget(check.target.host)

    async def is_cut_off(self, check: Check, symptom: Symptom) -> bool:
        """True when this machine itself shows why the check fails so: its resolver answers nothing, or it has no route to the site."""
        host = check.target.host
        if symptom is Symptom.NO_WAY:
            try:
                async with asyncio.timeout(check.timeout_s):
                    found = await self._targets.resolve(host, 0)
                return not any(self._targets.has_route(info) for info in found)
            except TimeoutError:
                pass  # of the resolver: the check ended before the name was known
            except OSError:
                return False
        answered = await asyncio.gather(*(self._is_answered(name, check.timeout_s) for name in (host, NO_NAME)))
        return not any(answered)

    def way(self, check: Check, symptom: Symptom | None) -> Hashable:
        """What of this machine the site needs where it may fail so: to look it up or not, and ways to which sorts of addresses."""
        families: frozenset[int] = (
            frozenset()
            if symptom in (Symptom.NO_NAME, Symptom.ELSEWHERE)
            else self._targets.families(check.target.host)
        )
        return not version_of(check.target.host), families

    async def _is_answered(self, name: str, timeout_s: float) -> bool:
        try:
            async with asyncio.timeout(timeout_s):
                return await self._targets.is_answered(name)
        except TimeoutError:
            return False

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
