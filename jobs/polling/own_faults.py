"""Failures of checks that are ours: which checks they befall, and the alert about this server instead of one for each tower."""

import random
import time
from collections.abc import Callable, Collection, Hashable, Iterator
from functools import partial
from typing import Protocol

import structlog

from domain.changes.transactor import Transactor
from domain.checks.model import Check, CheckState, CheckStatus
from domain.towers.model import Tower
from domain.towers.service import TowerService
from jobs.polling.addresses import version_of
from jobs.polling.common_cause import CommonCause, Destination, Witness
from jobs.polling.failures import OurFault
from jobs.polling.homes import TRUSTED_AFTER_S, Homes
from jobs.polling.plan import Plan
from jobs.polling.probe import CheckAnswer, Symptom

log = structlog.get_logger()

MOST_LOOKED_AT = 2_000
"""Checks among which those are looked for that are reached as the failed one is."""
MOST_CONSIDERED = 200
"""Checks among which the witnesses are chosen."""
MOST_SOON = 50
"""Checks that are made at their retry interval meanwhile, so that the end is noticed soon."""
MOST_ABOVE = 64
MOST_NAMED = 3
"""Addresses that the alert names."""


class Asks(Protocol):
    """What makes a check, see :class:`jobs.polling.checker.Checker`."""

    async def ask(self, check: Check) -> CheckAnswer:
        """Ask once, within the check's timeout. Raises ``OurFault`` for what is not the tower's."""

    async def is_cut_off(self, check: Check, symptom: Symptom) -> bool:
        """True when this machine itself shows why the check fails so: its resolver answers nothing, or it has no route to the site."""

    def way(self, check: Check, symptom: Symptom | None) -> Hashable:
        """What of this machine the site needs where it may fail so: to look it up or not, and ways to which sorts of addresses."""

    async def look_up(self, check: Check) -> frozenset[str]:
        """The addresses that the resolver has for the host of a check, asked anew. Raises ``OSError``."""

    def forget(self, check: Check) -> None:
        """Ask for the name of its host anew the next time."""

    async def close(self) -> None:
        """Give everything back."""


class OwnFaults:
    """Tells failures that are ours from those of a site. ``plans`` are all checks that are kept up."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        towers: TowerService,
        checker: Asks,
        plans: Callable[[], Collection[Plan]],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transactor = transactor
        self._towers = towers
        self._checker = checker
        self._plans = plans
        self._steady = steady
        self._chance = random.Random()
        self._cause = CommonCause(steady=steady)
        self._homes = Homes(steady=steady)
        self._befallen: dict[str, tuple[Plan, Symptom]] = {}

    def is_asked_soon(self, plan: Plan) -> bool:
        """True for a check that does not wait for its turn, because its failure was ours."""
        return plan.check.id in self._befallen and len(self._befallen) <= MOST_SOON

    async def is_ours(self, plan: Plan, answer: CheckAnswer) -> bool:
        """True when the answer says nothing about the site; the tower keeps the state that it has."""
        if plan.gone:
            return False
        if await self._is_out_of_date(plan, answer):
            return True
        if await self._leads_astray(plan, answer):
            self._checker.forget(plan.check)  # so that the end is noticed soon
            if not plan.gone:
                await self._begin(plan, Symptom.ELSEWHERE, self._whither(plan, answer))
            return True
        if answer.refused:
            await self._end(plan)
            return False
        if not answer.error:
            self._homes.settle(plan.check.target.host, answer.addresses)
        symptom = answer.symptom
        site = self._site(plan, symptom)
        was_well = self._has_answered(plan)
        if symptom is None or was_well:  # what never answered says nothing by its silence
            self._cause.hear(site, symptom)
        since = self._steady() - answer.rtt_ms / 1000 if was_well else None
        if symptom is not None and await self._is_ours(plan, site, symptom, since):
            if not plan.gone:  # it may have gone while others were asked
                await self._begin(plan, symptom, answer.error)
            return True
        await self._end(plan)
        return False

    async def _is_out_of_date(self, plan: Plan, answer: CheckAnswer) -> bool:
        """True when the check went to an address that was remembered, and by now its name leads home again."""
        host = plan.check.target.host
        if not self._homes.is_away(host, answer.addresses):
            return False
        try:
            addresses = await self._checker.look_up(plan.check)
        except OSError:
            return False
        return bool(addresses & self._homes.of(host))

    async def _leads_astray(self, plan: Plan, answer: CheckAnswer) -> bool:
        """True when the name leads to where it never was well, and those of others do so at this moment."""
        host = plan.check.target.host
        if not self._homes.is_away(host, answer.addresses) or answer.proven:
            return False
        if not answer.error and self._homes.away_s(host) > TRUSTED_AFTER_S:
            return False
        site = self._site(plan, Symptom.ELSEWHERE)

        def witnesses(symptom: Symptom) -> Iterator[Witness]:
            for other in self._comparable(site, symptom):
                if self._homes.of(other.check.target.host):
                    yield Witness(self._site(other, symptom), partial(self._is_at_home, other, answer.addresses))

        return await self._cause.is_ours(site, Symptom.ELSEWHERE, witnesses, anew=True, least=1)

    async def _is_at_home(self, plan: Plan, elsewhere: frozenset[str]) -> bool | None:
        """True when its name leads to where it was well, or to a new address of its own where it is well too: that one has moved.

        ``None`` of one that failed before, and has such an address: it may have moved and be down there.
        """
        try:
            addresses = await self._checker.look_up(plan.check)
            if not self._homes.is_away(plan.check.target.host, addresses):
                return bool(addresses)
            if addresses & elsewhere:
                return False
            is_well = not (await self._checker.ask(plan.check)).error
            return is_well if is_well or self._has_answered(plan) else None
        except (OSError, OurFault):
            return False

    def _whither(self, plan: Plan, answer: CheckAnswer) -> str:
        host = plan.check.target.host
        home, now = (', '.join(sorted(each)[:MOST_NAMED]) for each in (self._homes.of(host), answer.addresses))
        return f'{host} leads to {now}, not to {home}'

    async def _is_ours(self, plan: Plan, site: Destination, symptom: Symptom, since: float | None) -> bool:
        cut_off = partial(self._checker.is_cut_off, plan.check, symptom)
        return await self._cause.is_ours(site, symptom, partial(self._witnesses, site), cut_off=cut_off, since=since)

    def befallen(self, symptom: Symptom) -> int:
        """How many checks cannot be made for now because of a fault of ours that shows like this."""
        return sum(has is symptom for _, has in self._befallen.values())

    def forget(self, check_id: str) -> None:
        """The check is not kept up any more."""
        self._befallen.pop(check_id, None)

    async def _begin(self, plan: Plan, symptom: Symptom, error: str) -> None:
        is_new = not any(one.enterprise == plan.enterprise for one, _ in self._befallen.values())
        self._befallen[plan.check.id] = plan, symptom
        if is_new:
            log.error('towers_cannot_be_asked', symptom=symptom.value, error=error, check=plan.check.label)
            await self._towers.polling_impaired(plan.enterprise, symptom.value, f'{plan.check.label}: {error}')

    async def _end(self, plan: Plan) -> None:
        """Of a check that answers, or fails alone: where its last failure was ours, does what befell it befall the others still?"""
        befallen = self._befallen.pop(plan.check.id, None)
        over = {plan.enterprise}
        if befallen is not None:
            symptom = befallen[1]
            site = self._site(plan, symptom)
            others = [
                id
                for id, (other, has) in self._befallen.items()
                if has is symptom and self._way(other, has) == site.way
            ]
            if others and not await self._befalls_still(site, symptom):
                over |= {self._befallen.pop(id)[0].enterprise for id in others if id in self._befallen}
        for enterprise in over:
            if not any(one.enterprise == enterprise for one, _ in self._befallen.values()):
                await self._towers.polling_recovered(enterprise)

    async def _befalls_still(self, site: Destination, symptom: Symptom) -> bool:
        if symptom is Symptom.ELSEWHERE:  # where this name is right again, the others are looked up anew at their turn
            return self._homes.has_left(site.host)
        return await self._cause.is_ours(site, symptom, partial(self._witnesses, site), anew=True)

    def _witnesses(self, site: Destination, symptom: Symptom) -> Iterator[Witness]:
        """Those that are reached as the site is, and any others, for where there are too few of them."""
        for plan in filter(self._has_answered, self._comparable(site, symptom)):
            yield Witness(self._site(plan, symptom), partial(self._answers, plan, symptom))

    async def _answers(self, plan: Plan, symptom: Symptom) -> bool | None:
        """As a witness: whether the name of the site can be looked up now, or whether anything comes back from it at all. What answers or
        is silent where its name leads by mistake says nothing."""
        try:
            if symptom is Symptom.NO_NAME:
                await self._checker.look_up(plan.check)
                return True
            answer = await self._checker.ask(plan.check)
        except (OSError, OurFault):
            return False
        return None if self._homes.is_away(plan.check.target.host, answer.addresses) else answer.symptom is None

    def _comparable(self, site: Destination, symptom: Symptom) -> Iterator[Plan]:
        plans = list(self._plans())
        plans = self._chance.sample(plans, min(MOST_LOOKED_AT, len(plans)))
        like = [plan for plan in plans if self._way(plan, symptom) == site.way]
        for some in (like, plans) if symptom is Symptom.NO_WAY else (like,):
            yield from some[:MOST_CONSIDERED]

    def _has_answered(self, plan: Plan) -> bool:
        state = self._transactor.fleets.of(plan.enterprise)[CheckState].get(plan.check.id)
        return state is not None and state.status in (CheckStatus.OK, CheckStatus.DEGRADED)

    def _site(self, plan: Plan, symptom: Symptom | None) -> Destination:
        towers, top = self._transactor.fleets.of(plan.enterprise)[Tower], plan.tower
        for _ in range(MOST_ABOVE):
            tower = towers.get(top)
            if tower is None or tower.parent is None or tower.parent not in towers:
                break
            top = tower.parent
        host = plan.check.target.host
        at = frozenset({host.strip('[]')}) if version_of(host) else self._homes.of(host)
        return Destination(top, host, self._way(plan, symptom), at)

    def _way(self, plan: Plan, symptom: Symptom | None) -> Hashable:
        return self._checker.way(plan.check, symptom)
