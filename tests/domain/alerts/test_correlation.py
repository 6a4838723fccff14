"""Random trees and regions of towers, outages, restores, acknowledgements, clock moves and restarts, against a slow and obvious model."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.alerts.announcements import News, announcement_of
from domain.alerts.model import Alert
from domain.checks.model import CheckResult
from domain.devices.recovery import review_recoveries
from domain.towers.alerts import FAILING
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from domain.towers.together.alerts import TOGETHER
from tests.domain.towers.test_service import TCP, tower
from tests.fakes import RunningApplication, running_application
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

MOST = 6
QUIET_ROUNDS = 26
"""So many rounds of checks, and whatever flapped is steady."""

Needs = tuple[tuple[int, ...], ...]
"""Redundancy groups of one tower, by number: backhaul, power."""


LEAST, SHARE, WITHIN_S, KEPT = 3, 0.5, 120.0, 2
"""As the rule of towers that go down together is delivered."""


@st.composite
def trees(draw: st.DrawFn) -> tuple[Needs, ...]:
    """What each tower depends on, of those before it."""
    found = []
    for number in range(draw(st.integers(2, MOST))):
        earlier = st.lists(st.integers(0, number - 1), unique=True, max_size=2) if number else st.just([])
        found.append((tuple(draw(earlier)), tuple(draw(earlier)) if draw(st.booleans()) else ()))
    return tuple(found)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                'break',
                'mend',
                'ask',
                'ask',
                'hard',
                'hard',
                'round',
                'pass',
                'acknowledge',
                'restart',
                'set clock',
                'storm',
                'calm',
            )
        ),
        st.integers(0, MOST - 1),
    ),
    min_size=4,
    max_size=24,
)


@dataclass
class World:
    """The towers as they really are: which work, and which of those can be reached."""

    needs: tuple[Needs, ...]
    regions: tuple[str, ...] = ()
    dead: set[int] = field(default_factory=set)

    def is_cut(self, number: int) -> bool:
        """All of one group cannot be reached."""
        groups = [group for group in self.needs[number] if group]
        return any(not any(self.answers(one) for one in group) for group in groups)

    def answers(self, number: int) -> bool:
        return number not in self.dead and not self.is_cut(number)

    def causes(self) -> set[int]:
        """The towers that fail by themselves; of what is behind them nothing can be known."""
        return {number for number in self.dead if not self.is_cut(number)}


class Run:
    """An application that polls that world, step by step."""

    def __init__(self, needs: tuple[Needs, ...], regions: tuple[str, ...] = ()) -> None:
        self.world = World(needs, regions or ('',) * len(needs))
        self.store, self.clock = MemoryStore(), Clock()
        self.towers: list[Tower] = []
        self.read = 0

    async def build(self, application: RunningApplication) -> None:
        for number, (backhaul, power) in enumerate(self.world.needs):
            ids = [self.towers[one].id for one in backhaul]
            made = await tower(
                application,
                f'{number}',
                checks=(TCP,),
                region=self.world.regions[number],
                parent_id=ids[0] if ids else None,
                backup_ids=tuple(ids[1:]),
                power_ids=tuple(self.towers[one].id for one in power),
            )
            self.towers.append(made)
        await self.round(application)

    async def step(self, application: RunningApplication, what: str, number: int) -> None:
        number %= len(self.towers)
        match what:
            case 'break':
                self.world.dead.add(number)
            case 'mend':
                self.world.dead.discard(number)
            case 'storm':
                self.world.dead |= self.around(number)
                await self.round(application)
            case 'calm':
                self.world.dead -= self.around(number)
            case 'ask':
                await self.ask(application, number)
            case 'hard':
                for _ in range(3):
                    await self.ask(application, number)
            case 'round':
                await self.round(application)
            case 'pass':
                self.clock.tick(15)
                await self.by_the_clock(application)
            case 'acknowledge':
                for alert in list(application.fleet[Alert].values()):
                    if alert.object_name == str(number) and alert.acknowledged_at is None:
                        await application.alerts.acknowledge(application.actor, alert.id)
            case 'set clock':
                self.clock.step(3600 if number % 2 else -3600)
                application.fleets.watch.look()
        self.check(application)

    def around(self, number: int) -> set[int]:
        """The towers of the region of one."""
        return {one for one, region in enumerate(self.world.regions) if region == self.world.regions[number]}

    async def ask(self, application: RunningApplication, number: int) -> None:
        self.clock.tick(5)
        one, ok = self.towers[number], self.world.answers(number)
        result = CheckResult(one.id, one.checks[0].id, self.clock(), ok, 1.0 if ok else None, '' if ok else 'refused')
        await application.towers.record_check(application.enterprise, one.id, result)
        self.check(application)

    async def round(self, application: RunningApplication) -> None:
        for number in range(len(self.towers)):
            await self.ask(application, number)
        await self.by_the_clock(application)

    async def by_the_clock(self, application: RunningApplication) -> None:
        await application.towers.tell(application.enterprise)
        fleet = application.fleet
        await application.transactor.transact(lambda tx: review_recoveries(tx, fleet), application.enterprise)
        self.check(application)

    def check(self, application: RunningApplication) -> None:
        """What is true after every step."""
        open_ = dict(application.fleet[Alert])
        keys = [alert.key for alert in open_.values()]
        assert len(keys) == len(set(keys)), 'one open alert per cause'
        for alert in open_.values():
            seen = set()
            while alert.parent is not None:
                assert alert.id not in seen, 'no ring'
                seen.add(alert.id)
                assert alert.parent in open_, 'what explains it is open'
                assert alert.tell_at is None, 'a child waits for nothing'
                alert = open_[alert.parent]
        journal = self.store.journal[application.enterprise]
        for recorded in journal[self.read :]:
            told = announcement_of(recorded.entry)
            if told is not None and told.kind is not News.CLEARED:
                now = open_.get(told.alert_id)
                assert now is None or now.parent is None, 'no child is announced beneath an open root'
        self.read = len(journal)

    def check_quiet(self, application: RunningApplication) -> None:
        """What is true once all have been asked often enough: the model knows no history."""
        open_ = dict(application.fleet[Alert])
        by_number = {int(alert.object_name): alert for alert in open_.values() if FAILING.is_of(alert)}
        common = {alert.id: alert for _, alert in TOGETHER.all_in(application.fleet)}
        causes = self.world.causes()
        for number, one in enumerate(self.towers):
            status, alert = tower_state(application.fleet, one.id).status, by_number.get(number)
            if self.world.answers(number):
                assert (status, alert) == (TowerStatus.UP, None)
            elif number in causes:
                assert status is TowerStatus.DOWN
                assert alert is not None, 'no failing site is forgotten'
                root = common[alert.parent] if alert.parent is not None else alert
                assert (root.parent, root.told_at is not None, alert.tell_at, root.tell_at) == (None, True, None, None)
            else:
                assert status is TowerStatus.UNREACHABLE
                assert alert is not None
                assert alert.parent in self.above(number, by_number)
        for id in common:
            members = [number for number in causes if by_number[number].parent == id]
            assert len(members) >= KEPT, 'a common root has towers beneath it'
            assert len({self.world.regions[number] for number in members}) == 1
        alone = {number for number in causes if by_number[number].parent is None}
        roots = {alert.id for alert in open_.values() if alert.parent is None}
        assert roots == {by_number[number].id for number in alone} | common.keys(), 'one open root per cause'
        for region in set(self.world.regions) - {''}:
            assert not self.went_together(application, region, alone), 'what went together has one root'

    def above(self, number: int, by_number: dict[int, Alert]) -> set[str]:
        """The alerts of what it depends on."""
        return {by_number[one].id for group in self.world.needs[number] for one in group if one in by_number}

    def went_together(self, application: RunningApplication, region: str, alone: set[int]) -> bool:
        """Enough of the region's towers went within the time of the rule; asked of each moment at which one did."""
        there = [number for number, other in enumerate(self.world.regions) if other == region]
        went = [
            tower_state(application.fleet, self.towers[number].id).down_at or 0.0 for number in there if number in alone
        ]
        most = max((sum(began <= one <= began + WITHIN_S for one in went) for began in went), default=0)
        return most >= LEAST and most >= SHARE * len(there)


@given(
    needs=trees(),
    steps=STEPS,
    regions=st.lists(st.sampled_from(('A', 'A', 'A', 'B', '')), min_size=MOST, max_size=MOST),
    last=st.lists(st.tuples(st.sampled_from(('storm', 'mend')), st.integers(0, MOST - 1)), max_size=2),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_open_root_per_cause_no_child_told_beneath_it_and_none_forgotten(
    needs: tuple[Needs, ...], steps: list[tuple[str, int]], regions: list[str], last: list[tuple[str, int]]
) -> None:
    asyncio.run(_play(Run(needs, tuple(regions[: len(needs)])), [*steps, *last]))


@given(
    regions=st.lists(st.sampled_from(('A', 'A', 'B')), min_size=4, max_size=MOST),
    steps=st.lists(
        st.tuples(
            st.sampled_from(('storm', 'storm', 'mend', 'calm', 'break', 'pass', 'round', 'acknowledge', 'restart')),
            st.integers(0, MOST - 1),
        ),
        min_size=2,
        max_size=12,
    ),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_region_shares_is_a_root_while_it_lasts(regions: list[str], steps: list[tuple[str, int]]) -> None:
    """Towers without parents, so that nothing else explains them."""
    needs: tuple[Needs, ...] = tuple(((), ()) for _ in regions)
    run = Run(needs, tuple(regions))
    asyncio.run(_play(run, [('storm', 0), ('round', 0), ('round', 0), ('pass', 0), *steps]))


async def _play(run: Run, steps: list[tuple[str, int]]) -> None:
    pending: Any = iter([*steps, ('end', 0)])
    is_first, is_over = True, False
    while not is_over:
        async with running_application(store=run.store, clock=run.clock) as application:
            if is_first:
                await run.build(application)
                is_first = False
            for what, number in pending:
                if what == 'restart':
                    break
                if what == 'end':
                    is_over = True
                    break
                await run.step(application, what, number)
            if is_over:
                for _ in range(QUIET_ROUNDS):
                    await run.round(application)
                run.check_quiet(application)
