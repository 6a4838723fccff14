"""What devices and rules are like, on devices that have checked in."""

from dataclasses import replace
from typing import Any

import pytest

from domain.common.reading import OddValue
from domain.devices.facts import Agent, Facts
from domain.devices.model import Reporting
from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from tests.fakes import RunningApplication, running_application
from ui.doctor import fleet
from ui.doctor.model import State
from ui.doctor.sources import FleetPart


def part(application: RunningApplication) -> FleetPart:
    return FleetPart.whole(application.fleets, application.clock)


async def report(application: RunningApplication, device: str, **more: Any) -> None:
    row = replace(Reporting(device, application.enterprise), **more)
    await application.transactor.transact(lambda tx: tx.put(row))


async def test_an_empty_fleet_is_not_known() -> None:
    async with running_application() as application:
        for probe in (fleet.device_clocks, fleet.agents, fleet.rules):
            assert (await probe(part(application))).state is State.UNKNOWN
        for probe in (fleet.odd_values, fleet.checks):
            assert (await probe(part(application))).state is State.OK


async def test_devices_with_wrong_clocks_odd_values_and_agents_are_counted() -> None:
    async with running_application() as application:
        agents = ['1.4', '1.4', '1.3', None]
        devices = [(await application.device(f'crane-{n}')).id for n in range(len(agents))]
        for id, version in zip(devices, agents, strict=True):
            facts = Facts(agent=Agent(name='cellwarden-agent', version=version)) if version else None
            await application.check_in(id, facts=facts)
        well = part(application)
        for probe in (fleet.device_clocks, fleet.odd_values):
            assert (await probe(well)).state is State.OK
        told = await fleet.agents(well)
        assert told.words == 'Devices check in with cellwarden-agent 1.4 (2), cellwarden-agent 1.3 (1); 1 name none.'

        await report(application, devices[0], clock_offset_s=-21_600.0, clock_since=application.clock())
        odd = (OddValue('radio.tac', 'too large'), OddValue('radio.rsrp', 'no dBm'))
        await report(application, devices[1], odd=odd, odd_at=application.clock(), is_odd=True)
        ill = part(application)
        clocks = await fleet.device_clocks(ill)
        assert (clocks.state, clocks.figures['wrong'], 'clock 6 h behind' in clocks.words) == (State.WARNING, 1, True)
        values = await fleet.odd_values(ill)
        assert (values.state, values.figures['fields']) == (State.WARNING, {'radio.tac': 1, 'radio.rsrp': 1})
        assert (await fleet.census(ill)).offset_s == 0.0, 'three right clocks outvote a wrong one'


@pytest.mark.parametrize(('offsets', 'median'), [([3600.0, 3600.0], 3600.0), ([3600.0], 0.0)])
async def test_the_median_of_all_clocks_counts_right_ones(offsets: list[float], median: float) -> None:
    assert fleet.Census(heard=3, offsets=offsets).offset_s == median


async def test_what_was_heard_long_ago_says_nothing() -> None:
    async with running_application() as application:
        await application.check_in((await application.device()).id)
        application.clock.tick(2 * fleet.HEARD_S)
        assert (await fleet.census(part(application))).heard == 0


async def test_rules_that_cannot_be_meant_are_counted() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
        assert (await fleet.rules(part(application))).state is State.OK
        old = Policy(id='old', enterprise=application.enterprise, name='Old', rule='device.os.version >= "12"',
                     created_at=0.0, changed_at=0.0)  # fmt: skip
        await application.transactor.transact(lambda tx: tx.put(old))
        said = await fleet.rules(part(application))
        assert (said.state, said.figures['doubtful']) == (State.WARNING, 1)


async def test_towers_that_cannot_be_asked_are_a_fault_of_ours() -> None:
    async with running_application() as application:
        await application.towers.polling_impaired(application.enterprise, 'nothing answers', 'HTTP: timed out')
        said = await fleet.checks(part(application))
        assert (said.state, said.words) == (State.FAULT, 'Towers cannot be asked: nothing answers.')
