"""The whole simulation: opens the towers, makes them known, lets the fleet in, and follows the scenario until it is cancelled."""

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random

import structlog

from jobs.simulation.client import ConsoleClient, ConsoleRefused
from jobs.simulation.listeners import TowerListener, follow, open_listeners
from jobs.simulation.log_summary import names, tell_progress
from jobs.simulation.misbehaviour import misbehaviour_of
from jobs.simulation.on_call import Pager, set_up_on_call
from jobs.simulation.population import Fleet, build_fleet
from jobs.simulation.provision import provision
from jobs.simulation.scenario import Event, script
from jobs.simulation.status_page import publish_status_page
from jobs.simulation.story import HUB, Teller, asked, fall_of_a_hub, with_next
from jobs.simulation.workers import WORKERS, Workers
from jobs.simulation.world import World

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to simulate: the server's address, both tokens, the size, the seed, and how many seconds of the scenario pass in one."""

    server: str
    enrol_token: str
    api_token: str
    devices: int = 500
    towers: int = 40
    seed: int = 7
    pace: float = 1.0
    messy: float = 0.0
    """Share of the devices that report wrongly in one of the ways of :mod:`jobs.simulation.misbehaviour`."""
    says_ready: bool = False
    """Write a line on stdout once the console knows the towers, and may ask them."""
    tells_story: bool = False
    """Tell on stdout what happens and what comes next, and let break what is asked for on stdin."""


class ScenarioClock:
    """Seconds of the scenario: zero until it starts, then ``pace`` of them a second."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._started: float | None = None

    def start(self) -> None:
        """The scenario begins."""
        self._started = time.monotonic()

    def now(self) -> float:
        """Seconds of the scenario."""
        return 0.0 if self._started is None else (time.monotonic() - self._started) * self._pace

    def until(self, scene: float) -> float:
        """Real seconds until this moment of the scenario, 0 when it has passed."""
        return max(0.0, (scene - self.now()) / self._pace)


def _nothing(_: Event) -> None:
    pass


async def simulate(
    options: Options, *, client_class: type[ConsoleClient] = ConsoleClient, told: Callable[[Event], None] = _nothing
) -> None:
    """Simulate until cancelled. A test that compares the console with the truth brings its own client, and is ``told`` each event."""
    fleet = build_fleet(seed=options.seed, devices=options.devices, towers=options.towers)
    world = World(fleet, today=datetime.now(UTC).date())
    clock = ScenarioClock(options.pace)
    gc.collect()
    gc.freeze()  # the fleet lives as long as the process: no collection has to look at it again
    listeners = await open_listeners(fleet.sites)
    teller = Teller(is_on=options.tells_story)
    pager = Pager(teller.paged if options.tells_story else None)
    try:
        async with client_class(options.server, connections=WORKERS) as client:
            await _make_known(client, options.api_token, listeners)
            if options.says_ready:
                print('towers ready', flush=True)  # noqa: T201 for the process that started this one
            await set_up_on_call(client, options.api_token, pager)
            workers = Workers(
                client,
                world,
                enrol_token=options.enrol_token,
                rng=Random(f'crew {options.seed}'),  # nosec B311 - a simulation that can be repeated
                scene=clock.now,
                pace=options.pace,
                misbehaviour=partial(misbehaviour_of, options.seed, share=options.messy),
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(workers.run())
                stage = Stage(world, workers, listeners, teller)
                group.create_task(_follow_scenario(options.seed, stage, clock, told))
                if options.tells_story:
                    group.create_task(_break_what_is_asked(stage))
    finally:
        pager.close()
        for listener in listeners:
            listener.close()


async def _make_known(client: ConsoleClient, token: str, listeners: Sequence[TowerListener]) -> None:
    try:
        await provision(client, token, listeners)
        await publish_status_page(client, token, listeners)
    except ConsoleRefused as refusal:  # a fleet without towers still shows devices and policies
        log.error('towers_refused', because=str(refusal))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where events take place."""

    world: World
    workers: Workers
    listeners: Sequence[TowerListener]
    teller: Teller

    async def let(self, event: Event) -> None:
        """It happens."""
        self.world.apply(event)
        await follow(event, self.listeners)
        self.workers.nudge(event.devices)
        self.teller.happened(event, self.world.fleet)


async def _break_what_is_asked(stage: Stage) -> None:
    """Until the other process is gone."""
    async with asyncio.TaskGroup() as group:
        async for what in asked():
            fall = fall_of_a_hub(stage.world.fleet, stage.world.is_silent, 0.0) if what == HUB else None
            if fall is None:
                stage.teller.all_down()
                continue
            log.info('broken_on_purpose', **_who(fall[0], stage.world.fleet))
            await stage.let(fall[0])
            group.create_task(_later(stage, fall[1]))


async def _later(stage: Stage, event: Event) -> None:
    await asyncio.sleep(event.at)
    await stage.let(event)


async def _follow_scenario(seed: int, stage: Stage, clock: ScenarioClock, told: Callable[[Event], None]) -> None:
    began = time.monotonic()
    workers, fleet = stage.workers, stage.world.fleet
    progress = asyncio.create_task(tell_progress(workers.joined, len(fleet.devices)))
    try:
        await workers.complete.wait()
    finally:
        progress.cancel()
    took = round(time.monotonic() - began, 1)
    log.info(
        'fleet_ready', devices=len(fleet.devices), towers=len(fleet.sites), interval_s=fleet.interval_s, took_s=took
    )
    clock.start()
    for event, after in with_next(script(seed, fleet)):
        await asyncio.sleep(clock.until(event.at))
        told(event)
        await stage.let(event)
        if after is not None:
            stage.teller.comes(after, clock.until(after.at), fleet)
        log.info(event.what.value, scene=_scene(event.at), **_who(event, fleet))


def _scene(seconds: float) -> str:
    return f'{int(seconds) // 60}:{int(seconds) % 60:02d}'


def _who(event: Event, fleet: Fleet) -> dict[str, str]:
    sites = [fleet.sites[number].name for number in event.sites]
    devices = [fleet.devices[number].name for number in event.devices]
    return {kind: names(found) for kind, found in (('towers', sites), ('devices', devices)) if found}
