"""The whole show: opens the towers, makes them known, lets the fleet in, and plays the drama until it is cancelled."""

import asyncio
import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import structlog

from jobs.simulation.client import Client, Refused
from jobs.simulation.listeners import TowerListener, follow, open_listeners
from jobs.simulation.log_summary import names, tell_progress
from jobs.simulation.population import Fleet, build_fleet
from jobs.simulation.provision import provision
from jobs.simulation.scenario import Event, script
from jobs.simulation.workers import WORKERS, Crew
from jobs.simulation.world import Stage

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What to play: the server's address, both tokens, the size, the seed, and how many seconds of the play pass in one."""

    server: str
    enrol_token: str
    api_token: str
    devices: int = 500
    towers: int = 40
    seed: int = 7
    pace: float = 1.0


class SceneClock:
    """Seconds of the play: zero until the curtain rises, then ``pace`` of them a second."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._risen: float | None = None

    def raise_curtain(self) -> None:
        """The play begins."""
        self._risen = time.monotonic()

    def now(self) -> float:
        """Seconds of the play."""
        return 0.0 if self._risen is None else (time.monotonic() - self._risen) * self._pace

    def until(self, scene: float) -> float:
        """Real seconds until this moment of the play, 0 when it has passed."""
        return max(0.0, (scene - self.now()) / self._pace)


async def play(cast: Cast) -> None:
    """Play until cancelled."""
    fleet = build_fleet(seed=cast.seed, devices=cast.devices, towers=cast.towers)
    stage = Stage(fleet, today=datetime.now(UTC).date())
    clock = SceneClock(cast.pace)
    gc.collect()
    gc.freeze()  # the cast lives as long as the process: no collection has to look at it again
    listeners = await open_listeners(fleet.sites)
    try:
        async with Client(cast.server, connections=WORKERS) as client:
            await _make_known(client, cast.api_token, listeners)
            crew = Crew(
                client,
                stage,
                enrol_token=cast.enrol_token,
                rng=Random(f'crew {cast.seed}'),  # nosec B311 - a play that can be repeated
                scene=clock.now,
                pace=cast.pace,
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(crew.run())
                group.create_task(_drama(cast.seed, stage, crew, listeners, clock))
    finally:
        for listener in listeners:
            listener.close()


async def _make_known(client: Client, token: str, listeners: Sequence[TowerListener]) -> None:
    try:
        await provision(client, token, listeners)
    except Refused as refusal:  # a fleet without towers still shows devices and policies
        log.error('towers_refused', because=str(refusal))


async def _drama(seed: int, stage: Stage, crew: Crew, listeners: Sequence[TowerListener], clock: SceneClock) -> None:
    began = time.monotonic()
    fleet = stage.fleet
    progress = asyncio.create_task(tell_progress(crew.joined, len(fleet.devices)))
    try:
        await crew.complete.wait()
    finally:
        progress.cancel()
    took = round(time.monotonic() - began, 1)
    log.info(
        'fleet_ready', devices=len(fleet.devices), towers=len(fleet.sites), interval_s=fleet.interval_s, took_s=took
    )
    clock.raise_curtain()
    for event in script(seed, fleet):
        await asyncio.sleep(clock.until(event.at))
        stage.apply(event)
        await follow(event, listeners)
        crew.nudge(event.devices)
        log.info(event.what.value, scene=_scene(event.at), **_who(event, fleet))


def _scene(seconds: float) -> str:
    return f'{int(seconds) // 60}:{int(seconds) % 60:02d}'


def _who(event: Event, fleet: Fleet) -> dict[str, str]:
    sites = [fleet.sites[number].name for number in event.sites]
    devices = [fleet.devices[number].name for number in event.devices]
    return {kind: names(found) for kind, found in (('towers', sites), ('devices', devices)) if found}
