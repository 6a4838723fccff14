"""Across nouns: random fleets, outages and restarts against a slow, obvious model of whose silence calls a person."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts.model import Alert
from domain.checks.model import CheckResult
from domain.devices.model import Criticality, DeviceKind
from domain.silence.alerts import BEHIND_TOWER, OFFLINE, TOGETHER
from domain.towers.model import Tower
from tests.domain.towers.test_service import TCP, cell, on, tower
from tests.fakes import Clock, RunningApplication, running_application
from tests.fakes.store import MemoryStore

STEP = 50
STEPS = 60


@dataclass
class Member:
    """One device as the model has it: in seconds that were watched. It may call once ``alone`` is more than its patience."""

    interval: int
    label: str
    dies: int | None
    returns: int | None
    mast: int
    id: str = ''
    silent: float = 0.0
    closed: float = 0.0
    alone: float = 0.0

    @property
    def patience(self) -> float:
        return max(300.0, self.interval)

    def speaks(self, step: int, *, way_open: bool) -> bool:
        gone = self.dies is not None and step >= self.dies and (self.returns is None or step < self.returns)
        return not gone and way_open and step * STEP % self.interval == 0

    def pass_time(self, *, way_open: bool) -> None:
        self.silent += STEP
        self.closed = 0.0 if not way_open else self.closed + STEP
        offline_after = self.interval * 3 + 10
        counts = self.silent > offline_after and self.closed > offline_after
        self.alone = self.alone + STEP if counts else 0.0

    def heard(self) -> None:
        self.silent = self.alone = 0.0


@dataclass
class World:
    members: list[Member]
    outages: list[tuple[int, int] | None]
    restarts: dict[int, int]
    masts: list[Tower] = field(default_factory=list)

    def way_open(self, mast: int, step: int) -> bool:
        outage = self.outages[mast]
        return outage is None or not outage[0] <= step < outage[1]


def members(*, may_die: bool) -> st.SearchStrategy[Member]:
    never = st.none()
    moment = st.one_of(never, st.integers(1, 30)) if may_die else never
    back = st.one_of(never, st.integers(31, STEPS)) if may_die else never
    return st.builds(
        Member,
        interval=st.sampled_from([100, 300, 600]),
        label=st.sampled_from(['north', 'south']),
        dies=moment,
        returns=back,
        mast=st.integers(0, 1),
    )


def worlds(*, may_die: bool) -> st.SearchStrategy[World]:
    outage = st.one_of(st.none(), st.tuples(st.integers(2, 20), st.integers(21, 40)))
    return st.builds(
        World,
        members=st.lists(members(may_die=may_die), min_size=1, max_size=9),
        outages=st.tuples(outage, outage).map(list),
        restarts=st.dictionaries(st.integers(1, STEPS - 1), st.sampled_from([30, 900, 20_000]), max_size=1),
    )


async def begin(application: RunningApplication, world: World) -> None:
    for number in (0, 1):
        world.masts.append(await tower(application, f'Mast {number}', checks=(TCP,), cells=(cell(number + 1),)))
        await ask(application, world, number, ok=True)
    for number, member in enumerate(world.members):
        labels = {'site': member.label, 'offline-alert': '5m'}
        device = await application.device(
            f'd{number}', DeviceKind.ROUTER, criticality=Criticality.HIGH, interval_s=member.interval, labels=labels
        )
        member.id = device.id
        await application.check_in(device.id, radio=on(member.mast + 1))


async def ask(application: RunningApplication, world: World, number: int, *, ok: bool) -> None:
    mast = world.masts[number]
    for _ in range(1 if ok else 3):
        result = CheckResult(
            mast.id, mast.checks[0].id, application.clock(), ok, 1.0 if ok else None, '' if ok else 'no'
        )
        await application.towers.record_check(application.enterprise, mast.id, result)


async def one_step(application: RunningApplication, world: World, step: int) -> None:
    application.clock.tick(STEP)
    for number in (0, 1):
        await ask(application, world, number, ok=world.way_open(number, step))
    for member in world.members:
        way_open = world.way_open(member.mast, step)
        member.pass_time(way_open=way_open)
        if member.speaks(step, way_open=way_open):
            await application.check_in(member.id, radio=on(member.mast + 1))
            member.heard()
    await application.presence.expire()
    await application.silence.review(application.enterprise)


def calling(application: RunningApplication) -> dict[str, int]:
    """The devices that an open alert of silence speaks of, with how many do."""
    found: dict[str, int] = {}
    for alert in application.fleet[Alert].values():
        if OFFLINE.is_of(alert):
            found[alert.object_id] = found.get(alert.object_id, 0) + 1
        elif BEHIND_TOWER.is_of(alert) or TOGETHER.is_of(alert):
            for id in alert.witnesses:
                found.setdefault(id, 1)
    return found


async def live(world: World) -> None:
    store, clock = MemoryStore(), Clock()
    async with AsyncExitStack() as stack:
        application = await stack.enter_async_context(running_application(store=store, clock=clock, twice=False))
        await begin(application, world)
        for step in range(1, STEPS + 60):  # at the end everything that happens has happened for long
            if step in world.restarts:
                before = calling(application)
                await stack.aclose()
                clock.tick(world.restarts[step])
                application = await stack.enter_async_context(
                    running_application(store=store, clock=clock, twice=False)
                )
                assert calling(application) == before, 'a restart changes no alert'
            await one_step(application, world, step)
            called = calling(application)
            assert max(called.values(), default=1) == 1
            alone = {member.id for member in world.members if member.alone > 0}
            assert called.keys() <= alone, 'of a device that is there, or that its tower explains, no alert speaks'
            singles = {alert.object_id for alert in application.fleet[Alert].values() if OFFLINE.is_of(alert)}
            early = {member.id for member in world.members if member.alone < member.patience - STEP}
            assert not singles & early
        dead = {member.id for member in world.members if member.alone > 0}
        assert calling(application).keys() == dead
        if len([member for member in world.members if member.id in dead]) >= 5:
            together = {(m.dies, m.interval) for m in world.members if m.id in dead}
            assert (
                len(together) > 1 or sum(1 for alert in application.fleet[Alert].values() if OFFLINE.is_of(alert)) <= 4
            )


@settings(max_examples=12)
@given(worlds(may_die=False))
async def test_outages_sleep_and_restarts_raise_no_alert_of_silence(world: World) -> None:
    await live(world)


@settings(max_examples=20)
@given(worlds(may_die=True))
async def test_each_device_that_is_gone_is_told_of_once_and_no_other(world: World) -> None:
    await live(world)
