"""The poller: every check of every tower at its interval, off a heap that knows which is next. The schedule only fires :meth:`tick`.

Checks keep a stable place in their interval (by their id), so ten thousand of them are an even stream, also after a restart, and a
missed turn is not made up for. A failing check may take long, so failing ones never get the last places: a fleet of tarpits cannot
hold up the towers that answer.
"""

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from domain.changes.transactor import Changed, Transactor
from domain.checks.model import CheckResult, CheckState, CheckStatus
from domain.common.errors import NotFound
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower, TowerState, TowerStatus
from domain.towers.reach import asked_next, needs_to_ask, siblings_to_ask
from domain.towers.service import TowerService
from jobs.polling.lags import Lags
from jobs.polling.own_faults import Asks, OwnFaults
from jobs.polling.plan import Plan
from jobs.polling.probe import CheckAnswer, Symptom
from jobs.polling.trouble import Trouble

SOON_PER_S = 200
"""New and overdue checks start at once, but no more than this many a second."""
OVERDUE = 1.5
"""A check last made longer ago than this many intervals does not wait for its place."""
AWAY_S = 5.0
"""When nothing was started for this long, the process was stopped or stuck: what came due meanwhile does not begin all at once."""
AT_ONCE = 20
"""Checks made out of turn that all begin at once; of more they begin one after the other."""


class Poller:
    """Polls from :meth:`watch_all` to :meth:`close`, driven by :meth:`tick`; at most ``limit`` checks at once, one per address.

    ``reserved`` of these places are for checks that answered last time. ``steady`` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        *,
        transactor: Transactor,
        towers: TowerService,
        checker: Asks,
        limit: int = 1000,
        reserved: int = 200,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.runs = 0
        """Checks made."""
        self.failed = 0
        """Checks that found something wrong."""
        self._transactor = transactor
        self._towers = towers
        self._checker = checker
        self._limit = limit
        self._most_failing = max(1, limit - reserved)
        self._steady = steady
        self._own_faults = OwnFaults(
            transactor=transactor, towers=towers, checker=checker, plans=lambda: self._plans.values(), steady=steady
        )
        self._ahead = transactor.clock() - steady()
        self._pumped = self._now()
        self._plans: dict[str, Plan] = {}
        self._of_tower: dict[str, tuple[str, ...]] = {}
        self._due: list[tuple[float, int, Plan]] = []
        self._number = itertools.count()  # two plans can be due at the same moment
        self._ready: deque[Plan] = deque()
        self._ready_failing: deque[Plan] = deque()
        self._busy: dict[str, deque[Plan]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._running_failing = 0
        self._lags = Lags()
        self._trouble = Trouble()
        self._turned_at: float | None = None
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def faults(self) -> int:
        """Checks that this machine could not make, or whose result could not be kept."""
        return self._trouble.faults

    def watch_all(self) -> None:
        """Plan every check of every tower, and follow what changes from here on; call once the live picture is loaded."""
        fresh: list[Plan] = []
        for fleet in self._transactor.fleets:
            for tower in fleet[Tower].values():
                fresh += self._plan(fleet, tower.id, tower)
        self._admit(fresh)
        if self._unsubscribe is None:
            self._unsubscribe = self._transactor.changed.subscribe(self._notice)

    async def tick(self) -> None:
        """Start what is due and has room; never waits for an answer."""
        self._pump()
        self._turned_at = self._now()

    def behind(self) -> tuple[float, str] | None:
        """How late it is (s), and why; ``None`` before its first turn. Failing checks wait on purpose, and do not count."""
        if self._turned_at is None:
            return None
        now = self._now()
        waits_s = now - self._ready[0].due if self._ready else 0.0
        no_place = waits_s, f'{len(self._ready):,} checks are due and have no place'
        return max((now - self._turned_at, 'checks are not begun'), no_place, self._trouble.lasts(now))

    async def close(self) -> None:
        """Stop polling; checks under way are dropped."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._due.clear()
        self._ready.clear()
        self._ready_failing.clear()
        self._plans.clear()
        self._of_tower.clear()
        for others in self._busy.values():
            others.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._checker.close()

    def lag(self, quantile: float) -> tuple[float, float]:
        """How late the recent checks began, as seconds and as a share of their interval, at this quantile (0 to 1)."""
        return self._lags.at(quantile)

    def figures(self) -> dict[str, float]:
        """For people and programs: ``planned`` checks are kept up, ``waiting`` ones are due and have no place or share a busy target.

        ``no_name``, ``no_way`` and ``elsewhere`` cannot be made for now, for a fault of ours.
        """
        lag_s, lag_share = self.lag(0.99)
        return {
            'planned': len(self._plans),
            'running': len(self._tasks),
            'waiting': len(self._ready) + len(self._ready_failing) + sum(map(len, self._busy.values())),
            'runs_total': self.runs,
            'failed_total': self.failed,
            'faults_total': self.faults,
            'no_name': self._own_faults.befallen(Symptom.NO_NAME),
            'no_way': self._own_faults.befallen(Symptom.NO_WAY),
            'elsewhere': self._own_faults.befallen(Symptom.ELSEWHERE),
            'lag_p99_seconds': lag_s,
            'lag_p99_interval_ratio': lag_share,
        }

    def _now(self) -> float:
        return self._steady() + self._ahead

    def _notice(self, changed: Changed) -> None:
        fleet = self._transactor.fleets.of(changed.enterprise)
        if moved := changed.ids.get(TowerState):
            self._hurry_towers(asked_next(fleet, moved))
        if ids := changed.ids.get(Tower):
            self._admit([plan for tower_id in ids for plan in self._plan(fleet, tower_id, fleet[Tower].get(tower_id))])

    def _plan(self, fleet: Fleet, tower_id: str, tower: Tower | None) -> list[Plan]:
        """Drop the plans of checks that are gone or changed; the plans that are new."""
        checks = {check.id: check for check in tower.checks} if tower is not None else {}
        for check_id in self._of_tower.pop(tower_id, ()):
            if checks.get(check_id) != self._plans[check_id].check:
                self._plans.pop(check_id).gone = True
                self._own_faults.forget(check_id)
        if checks:
            self._of_tower[tower_id] = tuple(checks)
        fresh = [Plan(fleet.enterprise.id, tower_id, check) for check in checks.values() if check.id not in self._plans]
        self._plans.update((plan.check.id, plan) for plan in fresh)
        return fresh

    def _admit(self, fresh: Sequence[Plan]) -> None:
        now, wall = self._now(), self._transactor.clock()
        for plan in fresh:
            state = self._transactor.fleets.of(plan.enterprise)[CheckState].get(plan.check.id)
            plan.failing = state is not None and state.status in (CheckStatus.SOFT, CheckStatus.FAILING)
            rested = state is not None and state.checked_at is not None and state.status is not CheckStatus.SOFT
            if rested and state is not None and wall - (state.checked_at or 0) <= OVERDUE * plan.check.interval_s:
                self._put(plan, plan.slot(now))
            else:
                self._put(plan, self._soon(plan, len(fresh), now))

    def _put(self, plan: Plan, due: float) -> None:
        plan.due, plan.lined_up = due, False
        heapq.heappush(self._due, (due, next(self._number), plan))

    def _pump(self) -> None:
        now = self._now()
        if now - self._pumped > AWAY_S:
            self._spread(now)
        self._pumped = now
        for plan in self._take_due(now):
            self._line_up(plan)
        while self._ready and len(self._tasks) < self._limit:
            self._start(self._ready.popleft(), now)
        while self._ready_failing and len(self._tasks) < self._limit and self._running_failing < self._most_failing:
            self._start(self._ready_failing.popleft(), now)

    def _spread(self, now: float) -> None:
        """Checks that came due while the process was stopped begin soon, one after the other, as new ones do."""
        missed = list(self._take_due(now))
        for plan in missed:
            self._put(plan, self._soon(plan, len(missed), now))

    def _take_due(self, now: float) -> Iterator[Plan]:
        """Those whose moment has come; one that was put at an earlier moment is not asked again at its former one."""
        while self._due and self._due[0][0] <= now:
            due, _, plan = heapq.heappop(self._due)
            if plan.due == due and not plan.lined_up:
                plan.lined_up = True
                yield plan

    def _hurry_towers(self, tower_ids: Iterable[str]) -> None:
        self._hurry(check for id in tower_ids for check in self._of_tower.get(id, ()))

    def _hurry(self, check_ids: Iterable[str]) -> None:
        plans, now = [self._plans[id] for id in check_ids if id in self._plans], self._now()
        for plan in plans:
            soon = self._soon(plan, len(plans), now) if len(plans) > AT_ONCE else now
            if not plan.lined_up and plan.due > soon:
                self._put(plan, soon)

    def _soon(self, plan: Plan, of: int, now: float) -> float:
        return now + plan.phase * min(plan.check.interval_s, of / SOON_PER_S)

    def _line_up(self, plan: Plan) -> None:
        (self._ready_failing if plan.failing else self._ready).append(plan)

    def _start(self, plan: Plan, now: float) -> None:
        if plan.gone:
            return
        others = self._busy.get(plan.address)
        if others is not None:
            others.append(plan)
            return
        self._busy[plan.address] = deque()
        self._running_failing += plan.failing
        self._lags.add(now - plan.due, plan.check.interval_s)
        task = asyncio.create_task(self._run(plan, plan.failing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._pump())

    async def _run(self, plan: Plan, was_failing: bool) -> None:
        try:
            answer = await self._checker.ask(plan.check)
            if await self._own_faults.is_ours(plan, answer):
                self._trouble.faults += 1
            elif not plan.gone:
                plan.failing = bool(answer.error)
                self.runs += 1
                self.failed += plan.failing
                await self._record(plan, answer)
            self._trouble.note(None, len(self._tasks), self._now())
        except NotFound:
            pass  # retired while it was being asked; the transactor tells so next
        except Exception as trouble:  # noqa: BLE001 our fault, the store's, even a bug: none may end the polling of this check
            self._trouble.note(trouble, len(self._tasks), self._now())
        finally:
            self._running_failing -= was_failing
            for other in self._busy.pop(plan.address):
                self._line_up(other)
            if self._plans.get(plan.check.id) is plan:
                self._again(plan)

    async def _record(self, plan: Plan, answer: CheckAnswer) -> None:
        ok = not answer.error
        result = CheckResult(
            plan.tower,
            plan.check.id,
            self._transactor.clock(),
            ok,
            answer.rtt_ms if ok else None,
            answer.error,
            flaw=answer.flaw,
            remark=answer.remark,
            asked=not answer.refused,
            certificate_until=answer.certificate_until,
        )
        status = await self._towers.record_check(plan.enterprise, plan.tower, result)
        if not ok and status is not TowerStatus.UNREACHABLE:
            fleet = self._transactor.fleets.of(plan.enterprise)
            self._hurry_towers(needs_to_ask(fleet, plan.tower, plan.check.id))
            self._hurry(siblings_to_ask(fleet, plan.tower, plan.check.id))

    def _again(self, plan: Plan) -> None:
        now = self._now()
        state = self._transactor.fleets.of(plan.enterprise)[CheckState].get(plan.check.id)
        is_soft = state is not None and state.status is CheckStatus.SOFT
        if is_soft or self._own_faults.is_asked_soon(plan):
            self._put(plan, now + plan.check.retry_interval_s)
        else:
            # half an interval on: one made out of turn finds back to its place, one made in its place gets the next
            self._put(plan, plan.slot(max(plan.due + plan.check.interval_s / 2, now)))
