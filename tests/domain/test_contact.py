"""Across nouns: a device that talks is there and no other, and the facts are the newest that arrived, whatever clocks and networks do.

Random devices against a slow and obvious model: it knows the true moment of each observation, and when a new one last arrived.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import hypothesis.strategies as st
from hypothesis import given, settings

from domain.checkins.model import CheckIn
from domain.checkins.runs import TIMES
from domain.devices.facts import Facts
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Presence
from domain.devices.presence import presence
from tests.fakes import RunningApplication, running_application

INTERVAL_S = 60


@dataclass
class World:
    """A device as it truly is, and what of it has arrived. Observations are numbered in their true order."""

    application: RunningApplication
    device: Device
    off: float
    says_sent: bool
    names_runs: bool
    number: int = 0
    observation: int = 0
    run: int = 0
    in_run: int = 0
    arrived: list[CheckIn] = field(default_factory=list)
    newest: int = 0
    heard_at: float | None = None

    def observe(self) -> tuple[int, float, int]:
        self.application.clock.tick(INTERVAL_S)
        self.number += 1
        self.observation += 1
        return self.number, self.application.clock(), self.observation

    async def deliver(self, number: int, observed: float, observation: int) -> None:
        """It arrives for the first time."""
        now = self.application.clock()
        said = CheckIn(
            number,
            datetime.fromtimestamp(observed + self.off, UTC),
            datetime.fromtimestamp(now + self.off, UTC) if self.says_sent else None,
            Facts(custom={'observation': observation}),
            None,
            f'run-{self.run}' if self.names_runs else None,
        )
        self.arrived.append(said)
        await self.send(said)
        self.heard_at = now
        self.in_run += 1
        if self.run == 0 or self.names_runs or self.in_run >= TIMES:
            self.newest = observation

    async def send(self, said: CheckIn) -> None:
        await self.application.checkins.check_in(self.application.enterprise, self.device.id, said)

    async def talk(self, times: int = 1) -> None:
        for _ in range(times):
            await self.deliver(*self.observe())
            await self.check()

    async def step(self, what: str, count: int) -> None:
        """One thing that happens."""
        if what == 'talk':
            await self.talk(count)
        elif what == 'lose':
            for _ in range(count):
                self.observe()
        elif what == 'keep':  # a network that is away, then the backlog, oldest first
            kept = [self.observe() for _ in range(count)]
            for each in kept:
                self.application.clock.tick(0.2)
                await self.deliver(*each)
        elif what == 'repeat':  # the answer was lost
            await self.send(self.arrived[-1])
        elif what == 'replay':
            await self.send(self.arrived[0])
        elif what == 'reset':
            self.number, self.run, self.in_run = 0, self.run + 1, 0
            await self.talk(TIMES)
        else:
            self.application.clock.tick(count * 100)
        await self.check()

    async def check(self) -> None:
        """What the application says, against what is true."""
        await self.application.presence.expire()
        state = state_of(self.application.fleet, self.device.id)
        assert self.heard_at is not None
        silence = self.application.clock() - self.heard_at
        assert state.presence is presence(silence, INTERVAL_S)
        assert state.last_seen == self.heard_at
        assert state.facts.custom == {'observation': self.newest}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(['talk', 'talk', 'lose', 'keep', 'repeat', 'replay', 'reset', 'silence']), st.integers(1, 6)
    ),
    max_size=14,
)
CLOCKS = st.sampled_from([0.0, 0.0, -21_600.0, -1.7e9, 7200.0, 90_000.0, 20.0])


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, off=CLOCKS, says_sent=st.booleans(), names_runs=st.booleans())
async def test_who_talks_is_there_and_what_is_known_is_the_newest_that_arrived(
    steps: list[tuple[str, int]], off: float, says_sent: bool, names_runs: bool
) -> None:
    async with running_application() as application:
        device = await application.device(interval_s=INTERVAL_S)
        world = World(application, device, off, says_sent, names_runs)
        await world.talk(TIMES)
        for what, count in steps:
            await world.step(what, count)
        live = application.fleet[DeviceState][device.id]
        async with running_application(store=application.store, clock=application.clock) as again:
            assert again.fleet[DeviceState][device.id] == live
        await world.talk()
        assert state_of(application.fleet, device.id).presence is Presence.ONLINE
