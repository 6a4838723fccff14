"""Whose fault a failed check is: the site's, or ours, because sites that have nothing in common fail at the same moment.

A resolver that does not answer, a route that is gone and an uplink that swallows everything make every site look dead. So a failure
that could be of that sort is believed only when other sites answer just then; where too few have been heard of, some are asked.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

from jobs.polling.probe import Symptom

FRESH_S = 1.0
"""Seconds for which it counts that another site answered, or did not: the moment in question is that of the failure."""
ENOUGH = 3
"""Sites whose answers are enough to go by without asking any."""
MOST_ASKED = 8
LEAST_HEARD = 2
"""With less than that to compare with, a failure is the site's, unless this machine itself shows that it is cut off."""
SHARE = 0.75
"""Of the other sites, so many fail when it is ours: one in the same room may answer all the while."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a check goes. Sites have nothing in common that differ in ``root``, the tower at the top of their backhaul, and in ``host``.

    ``way`` is what this machine needs to reach it, such as IPv6: sites of one way may all fail while those of another answer.
    """

    root: Hashable
    host: str
    way: Hashable = None

    def apart(self, other: 'Destination') -> bool:
        """True when both can only fail together for a reason that lies with neither."""
        return self.root != other.root and self.host != other.host


@dataclass(frozen=True, slots=True)
class Witness:
    """Another site, and how to ask it: ``ask`` says whether an answer came."""

    site: Destination
    ask: Callable[[], Awaitable[bool]]


def is_common(answers: Collection[bool]) -> bool:
    """True when so many other sites fail (``False``) that the cause is a common one."""
    failed = sum(not answered for answered in answers)
    return len(answers) >= LEAST_HEARD and failed >= SHARE * len(answers)


async def _shows_nothing() -> bool:
    return False


class CommonCause:
    """Decides on failures, by what was heard of other sites within a second. ``steady`` is a monotonic clock in seconds."""

    def __init__(self, *, steady: Callable[[], float], chance: random.Random | None = None) -> None:
        self._steady = steady
        self._chance = chance or random.Random()
        self._heard: dict[Symptom, dict[Destination, tuple[float, bool]]] = {symptom: {} for symptom in Symptom}
        self._asking: dict[tuple[Symptom, Hashable], asyncio.Future[dict[Destination, bool]]] = {}

    def hear(self, site: Destination, symptom: Symptom | None) -> None:
        """A check of that site has ended. An answer shows a way to it; that its name was known may be from memory."""
        self._heard[symptom or Symptom.NO_WAY][site] = self._steady(), symptom is None

    async def is_ours(
        self,
        site: Destination,
        symptom: Symptom,
        witnesses: Callable[[Symptom], Iterable[Witness]],
        *,
        cut_off: Callable[[], Awaitable[bool]] = _shows_nothing,
        anew: bool = False,
        since: float | None = None,
    ) -> bool:
        """True when the failure of this site is no more than what befalls the others too, or those that are reached in the same way.

        ``witnesses`` gives other checks that can be asked, which is done where too little was heard, and always with ``anew``. Failures
        that come meanwhile wait for the same answers. What answered before ``since``, when this failure began, may fail by now.
        ``cut_off`` is asked where there are too few of them and none answers: whether this machine shows without any that it cannot
        reach the site.
        """
        heard = self._fresh(symptom, since)
        if anew or len(_like(site, heard)) < ENOUGH:
            key = symptom, site.way
            asking = self._asking.get(key)
            if asking is None:
                asking = self._asking[key] = asyncio.ensure_future(self._ask(site, witnesses(symptom)))
                asking.add_done_callback(lambda _: self._asking.pop(key))
            heard |= await asyncio.shield(asking)
        answers = _like(site, heard).values()
        if len(answers) >= LEAST_HEARD:
            return is_common(answers)
        others = _apart(site, heard).values()
        return is_common(others) or (not any(answers) and await cut_off())

    def _fresh(self, symptom: Symptom, since: float | None) -> dict[Destination, bool]:
        heard, oldest = self._heard[symptom], self._steady() - FRESH_S
        for other in [other for other, (at, _) in heard.items() if at < oldest]:
            del heard[other]
        return {
            other: answered for other, (at, answered) in heard.items() if not answered or since is None or at >= since
        }

    async def _ask(self, site: Destination, witnesses: Iterable[Witness]) -> dict[Destination, bool]:
        apart = [witness for witness in witnesses if witness.site.apart(site)]
        others = {witness.site.root: witness for witness in apart}
        like = {witness.site.root: witness for witness in apart if witness.site.way == site.way}
        chosen = list((like if len(like) >= LEAST_HEARD else others).values())
        asked = self._chance.sample(chosen, min(MOST_ASKED, len(chosen)))
        answers = await asyncio.gather(*(witness.ask() for witness in asked))
        return {witness.site: answered for witness, answered in zip(asked, answers, strict=True)}


def _like(site: Destination, heard: Mapping[Destination, bool]) -> dict[Hashable, bool]:
    """The same of those that are reached in the same way."""
    return _apart(site, {other: answered for other, answered in heard.items() if other.way == site.way})


def _apart(site: Destination, heard: Mapping[Destination, bool]) -> dict[Hashable, bool]:
    """What was heard of sites that have nothing in common with this one, one answer for each root."""
    return {other.root: answered for other, answered in heard.items() if other.apart(site)}
