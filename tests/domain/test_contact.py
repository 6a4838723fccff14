"""Across nouns: a device that talks is there and no other, and what is known of it is what its newest word that arrived says.

Its facts, its serving tower and its verdicts follow it, whatever clocks and networks do and whatever could not be read. Random devices
against a slow and obvious model: it knows the true moment of each observation, and when a new one last arrived.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import hypothesis.strategies as st
from hypothesis import given, settings

from domain.cellular.radio import Radio, Rat
from domain.checkins.model import AS_BEFORE, CheckIn
from domain.checkins.runs import TIMES
from domain.common.reading import OddValue
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Security, Storage
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Presence, Reporting
from domain.devices.presence import offline_after, presence
from domain.policies.input import NewPolicy
from tests.domain.parts import mast
from tests.fakes import RunningApplication, running_application

INTERVAL_S = 60
LISTED = (1, 2)
"""Cells of a tower each; the third is none of ours."""
INT_MAX = 2**31 - 1
UNREAD = OddValue('facts.battery.level_pct', 'is a number, not "full"')
STANDS = {True: Compliance.COMPLIANT, False: Compliance.VIOLATING}


@dataclass(frozen=True)
class Look:
    """What a device finds when it looks: its state, the cell that serves it (``None``: no radio, 0: it leaves that out), an odd value."""

    encrypted: bool
    rooted: bool
    cell: int | None
    odd: bool

    @property
    def radio(self) -> Radio | None:
        if not self.cell:
            return AS_BEFORE if self.cell == 0 else None
        return Radio(Rat.LTE, '204', '08', 4417, self.cell, rsrp=INT_MAX if self.odd else -90.0)

    def facts(self, observation: int) -> Facts:
        return Facts(
            storage=Storage(encrypted=self.encrypted),
            security=Security(rooted=self.rooted),
            custom={'observation': observation},
        )


@dataclass
class World:
    """A device as it truly is, and what of it has arrived. Observations are numbered in their true order."""

    application: RunningApplication
    device: Device
    off: float
    says_sent: bool
    names_runs: bool
    looks: list[Look]
    towers: dict[int, str]
    policies: tuple[str, str]
    number: int = 0
    observation: int = 0
    run: int = 0
    in_run: int = 0
    arrived: list[CheckIn] = field(default_factory=list)
    newest: int = 0
    serving: int | None = None
    heard_at: float | None = None
    again: list[float] = field(default_factory=list)
    """When the same number came again, since the last that was new."""
    sent_again: int = 0

    def look(self, observation: int) -> Look:
        return self.looks[observation % len(self.looks)]

    def observe(self) -> tuple[int, float, int]:
        self.application.clock.tick(INTERVAL_S)
        self.number += 1
        self.observation += 1
        return self.number, self.application.clock(), self.observation

    async def deliver(self, number: int, observed: float, observation: int) -> None:
        """It arrives for the first time."""
        now, look = self.application.clock(), self.look(observation)
        said = CheckIn(
            number,
            datetime.fromtimestamp(observed + self.off, UTC),
            datetime.fromtimestamp(now + self.off, UTC) if self.says_sent else None,
            look.facts(observation),
            look.radio,
            f'run-{self.run}' if self.names_runs else None,
        )
        self.arrived.append(said)
        await self.send(said, look.odd)
        self.heard_at = now
        self.again.clear()
        self.in_run += 1
        if self.run == 0 or self.names_runs or self.in_run >= TIMES:
            self.newest = observation
            self.serving = self.serving if look.cell == 0 else look.cell

    async def send(self, said: CheckIn, odd: bool = False) -> None:
        unread = (UNREAD,) if odd else ()
        await self.application.checkins.check_in(self.application.enterprise, self.device.id, said, unread)

    async def send_again(self, said: CheckIn) -> None:
        """Nothing new. The third time in a row, apart from each other, it is the device itself that sends it."""
        now = self.application.clock()
        await self.send(said)
        if said.sequence != self.sent_again or (self.again and now - self.again[-1] > offline_after(INTERVAL_S)):
            self.again.clear()
        self.sent_again = said.sequence
        if not self.again or now - self.again[-1] >= INTERVAL_S / 2:
            self.again.append(now)
        if len(self.again) >= TIMES:
            self.heard_at = now

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
            await self.send_again(self.arrived[-1])
        elif what == 'replay':
            await self.send_again(self.arrived[0])
        elif what == 'stick':  # the program sends one file for ever
            for _ in range(count):
                self.application.clock.tick(INTERVAL_S)
                await self.send_again(self.arrived[-1])
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
        look = self.look(self.newest)
        assert state.facts == look.facts(self.newest)
        assert state.tower == self.towers.get(self.serving or 0)
        assert (state.radio.cell_id if state.radio else None) == self.serving
        if look.odd and look.cell:
            assert state.radio is not None
            assert state.radio.rsrp is None
        reporting = self.application.fleet[Reporting].get(self.device.id)
        assert not look.odd or (reporting is not None and reporting.is_odd)
        if (
            self.run or self.in_run >= TIMES
        ):  # before, an unknown clock may make of the first words old ones, which are not judged
            stands = [state.verdicts[policy].status for policy in self.policies]
            assert stands == [STANDS[look.encrypted], STANDS[not look.rooted]]
            assert state.compliance is STANDS[look.encrypted and not look.rooted]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(['talk', 'talk', 'lose', 'keep', 'repeat', 'replay', 'stick', 'reset', 'silence']),
        st.integers(1, 6),
    ),
    max_size=14,
)
LOOKS = st.lists(
    st.builds(Look, st.booleans(), st.booleans(), st.sampled_from([*LISTED, 3, None, 0]), st.booleans()),
    min_size=1,
    max_size=5,
)
CLOCKS = st.sampled_from([0.0, 0.0, -21_600.0, -1.7e9, 7200.0, 90_000.0, 20.0])


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, off=CLOCKS, says_sent=st.booleans(), names_runs=st.booleans(), looks=LOOKS)
async def test_who_talks_is_there_and_what_is_known_is_the_newest_that_arrived(
    steps: list[tuple[str, int]], off: float, says_sent: bool, names_runs: bool, looks: list[Look]
) -> None:
    async with running_application() as application:
        device = await application.device(interval_s=INTERVAL_S)
        towers = {cell: (await mast(application, f'mast {cell}', cell)).id for cell in LISTED}
        rules = ('device.storage.encrypted', '!device.security.rooted')
        policies = [
            (await application.policies.add(application.actor, NewPolicy(name=rule, rule=rule))).id for rule in rules
        ]
        world = World(application, device, off, says_sent, names_runs, looks, towers, (policies[0], policies[1]))
        await world.talk(TIMES)
        for what, count in steps:
            await world.step(what, count)
        live = application.fleet[DeviceState][device.id]
        async with running_application(store=application.store, clock=application.clock) as again:
            assert again.fleet[DeviceState][device.id] == live
        await world.talk()
        assert state_of(application.fleet, device.id).presence is Presence.ONLINE
