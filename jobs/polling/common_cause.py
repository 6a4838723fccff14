"""Whose fault a failed check is: the site's, or ours, because sites that have nothing in common fail at the same moment.

A resolver that does not answer, a route that is gone and an uplink that swallows everything make every site look dead. So a failure
that could be of that sort is believed only when other sites answer just then; where too few have been heard of, some are asked.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from jobs.polling.probe import Symptom

T = TypeVar('T')

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
    """Where a check goes. Sites have nothing in common that differ in ``root``, the tower at the top of their backhaul, in ``host``,
    and in the addresses ``at`` which they are at home: many names may lead to one machine that stands before them.

    ``way`` is what this machine needs to reach it, such as IPv6: sites of one way may all fail while those of another answer.
    """

    root: Hashable
    host: str
    way: Hashable = None
    at: frozenset[str] = frozenset()

    def apart(self, other: 'Destination') -> bool:
        """True when both can only fail together for a reason that lies with neither."""
        return self.root != other.root and self.host != other.host and not self.at & other.at


@dataclass(frozen=True, slots=True)
class Witness:
    """Another site, and how to ask it: ``ask`` says whether an answer came, or ``None`` when what was asked was not that site."""

    site: Destination
    ask: Callable[[], Awaitable[bool | None]]


def is_common(answers: Collection[bool], least: int = LEAST_HEARD) -> bool:
    """True when so many other sites fail (``False``) that the cause is a common one."""
    failed = sum(not answered for answered in answers)
    return len(answers) >= least and failed >= SHARE * len(answers)


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
        least: int = LEAST_HEARD,
    ) -> bool:
        """True when the failure of this site is no more than what befalls the others too, or those that are reached in the same way.

        ``witnesses`` gives other checks that can be asked, which is done where too little was heard, and always with ``anew``. Failures
        that come meanwhile wait for the same answers. What answered before ``since``, when this failure began, may fail by now.
        ``cut_off`` is asked where there are too few of them and none answers: whether this machine shows without any that it cannot
        reach the site. ``least`` is how many there are to be.
        """
        heard = self._fresh(symptom, since)
        if anew or len(_like(site, heard)) < ENOUGH:
            under_way = self._asking.get((symptom, site.way))
            if under_way is not None:
                heard |= await asyncio.shield(under_way)
            if under_way is None or len(_like(site, heard)) < least:  # it may have been about this very site alone
                heard |= await self._ask_others(site, symptom, witnesses)
        answers = _like(site, heard).values()
        if len(answers) >= least:
            return is_common(answers, least)
        others = _apart(site, heard).values()
        return is_common(others, least) or (not any(answers) and await cut_off())

    async def _ask_others(
        self, site: Destination, symptom: Symptom, witnesses: Callable[[Symptom], Iterable[Witness]]
    ) -> dict[Destination, bool]:
        key = symptom, site.way
        asking = self._asking[key] = asyncio.ensure_future(self._ask(site, witnesses(symptom)))
        try:
            return await asyncio.shield(asking)
        finally:
            if self._asking.get(key) is asking:
                del self._asking[key]

    def _fresh(self, symptom: Symptom, since: float | None) -> dict[Destination, bool]:
        heard, oldest = self._heard[symptom], self._steady() - FRESH_S
        for other in [other for other, (at, _) in heard.items() if at < oldest]:
            del heard[other]
        return {
            other: answered for other, (at, answered) in heard.items() if not answered or since is None or at >= since
        }

    async def _ask(self, site: Destination, witnesses: Iterable[Witness]) -> dict[Destination, bool]:
        apart = {witness.site: witness for witness in witnesses if witness.site.apart(site)}
        like = _one_each({other: witness for other, witness in apart.items() if other.way == site.way})
        chosen = list((like if len(like) >= LEAST_HEARD else _one_each(apart)).values())
        asked = self._chance.sample(chosen, min(MOST_ASKED, len(chosen)))
        answers = await asyncio.gather(*(witness.ask() for witness in asked))
        pairs = zip(asked, answers, strict=True)
        return {witness.site: answered for witness, answered in pairs if answered is not None}


def _like(site: Destination, heard: Mapping[Destination, bool]) -> dict[Hashable, bool]:
    """The same of those that are reached in the same way."""
    return _apart(site, {other: answered for other, answered in heard.items() if other.way == site.way})


def _apart(site: Destination, heard: Mapping[Destination, bool]) -> dict[Hashable, bool]:
    """What was heard of sites that have nothing in common with this one."""
    return _one_each({other: answered for other, answered in heard.items() if other.apart(site)})


def _one_each(of: Mapping[Destination, T]) -> dict[Hashable, T]:
    """One for each root, and one for each address: ten names behind one machine are one witness."""
    roots = {site.root: (site, each) for site, each in of.items()}
    return {min(site.at, default=site.root): each for site, each in roots.values()}
