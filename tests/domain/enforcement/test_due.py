"""Enforcement by the clock: grace, interlock, time-outs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from domain.cellular.radio import Radio, Rat
from domain.changes.transaction import Draft
from domain.checks.model import Check, CheckKind, CheckResult
from domain.common.ids import new_id
from domain.devices.actions import Action
from domain.devices.facts import Facts, Security
from domain.devices.model import Device
from domain.enforcement.due import EnforcementService
from domain.enforcement.events import CommandMoved
from domain.enforcement.interlock import interlock
from domain.enforcement.lifecycle import ANSWER_WITHIN_S, DELIVER_WITHIN_S, request
from domain.enforcement.model import CommandState
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import Clock, House, house

ROOTED, WELL = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
ON_CELL = Radio(Rat.LTE, '204', '08', 4417, 1712819)
GRACE_S = 600


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house(clock=Clock()) as home:
        yield home


@pytest.fixture
def run_due(home: House) -> Callable[[], Awaitable[int]]:
    enforcement = EnforcementService(road=home.road)
    return lambda: enforcement.run_due(home.enterprise)


async def enforced(home: House, *, grace_s: int = GRACE_S, mode: Mode = Mode.ENFORCE) -> Policy:
    new = NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=mode, grace_s=grace_s)
    return await home.policies.add(home.actor, new)


async def rooted(home: House, name: str = 'crane-1', radio: Radio | None = None) -> Device:
    device = await home.device(name)
    await home.check_in(device.id, facts=ROOTED, radio=radio)
    return device


async def room_for(home: House, devices: int) -> None:
    """Let policies hold this many devices at once."""
    enterprise = replace(home.fleet.enterprise, quarantine_share=0.0, quarantine_least=devices)
    await home.road.travel(lambda draft: draft.put(enterprise))


def states(home: House) -> list[CommandState]:
    return sorted(command.state for command in home.fleet.commands.values())


async def test_a_violation_is_enforced_when_its_grace_is_over(
    home: House, run_due: Callable[[], Awaitable[int]]
) -> None:
    await enforced(home)
    device = await rooted(home)
    home.clock.tick(GRACE_S - 1)
    assert await run_due() == 0
    home.clock.tick(1)
    assert await run_due() == 1
    (command,) = home.fleet.commands.values()
    assert (command.device, command.action, command.state) == (device.id, Action.QUARANTINE, CommandState.QUEUED)
    assert next(iter(home.fleet.violations.values())).command == command.id


async def test_running_again_requests_nothing_twice(home: House, run_due: Callable[[], Awaitable[int]]) -> None:
    await enforced(home)
    await rooted(home)
    home.clock.tick(GRACE_S)
    assert [await run_due() for _ in range(3)] == [1, 0, 0]
    assert len(home.entries(CommandMoved)) == 1


async def test_what_is_audited_or_complies_again_is_left_alone(
    home: House, run_due: Callable[[], Awaitable[int]]
) -> None:
    policy = await enforced(home)
    device = await rooted(home)
    await home.check_in(device.id, facts=WELL)
    home.clock.tick(GRACE_S)
    assert await run_due() == 0
    await home.check_in(device.id, facts=ROOTED)
    await home.policies.change(
        home.actor, policy.id, policy.version, NewPolicy(name='Not rooted', rule=policy.rule, mode=Mode.AUDIT)
    )
    home.clock.tick(GRACE_S)
    assert await run_due() == 0


async def test_withholding_the_fact_is_no_way_out(home: House, run_due: Callable[[], Awaitable[int]]) -> None:
    await enforced(home)
    device = await rooted(home)
    await home.check_in(device.id, facts=Facts(security=Security()))
    home.clock.tick(GRACE_S)
    assert await run_due() == 1


async def test_a_device_behind_a_dead_tower_is_left_alone_until_it_is_back(
    home: House, run_due: Callable[[], Awaitable[int]]
) -> None:
    check = Check(id='', kind=CheckKind.TCP, host='10.0.0.1', port=80, max_attempts=1)
    tower = await home.towers.add(home.actor, NewTower(name='Maasvlakte', cells=[CELL], checks=[check]))
    await enforced(home)
    await rooted(home, radio=ON_CELL)

    async def answer(error: str) -> None:
        result = CheckResult(tower.id, tower.checks[0].id, home.clock(), not error, None, error)
        await home.towers.record_check(home.enterprise, tower.id, result)

    await answer('refused')
    home.clock.tick(GRACE_S)
    assert await run_due() == 0
    await answer('')
    await run_due()
    assert states(home) == [CommandState.QUEUED]


async def test_parked_commands_go_oldest_first_as_far_as_there_is_room(
    home: House, run_due: Callable[[], Awaitable[int]]
) -> None:
    await room_for(home, 1)
    await enforced(home, grace_s=0)
    devices = []
    for number in range(4):
        devices.append(await rooted(home, f'crane-{number}'))
        home.clock.tick(1)
    assert states(home) == [CommandState.DELIVERED, *[CommandState.REQUESTED] * 3]
    commits = home.store.commits
    assert await run_due() == 0
    assert home.store.commits == commits  # a full interlock costs nothing
    await room_for(home, 3)
    assert await run_due() == 2
    assert {c.device for c in home.fleet.commands.values() if c.state is CommandState.REQUESTED} == {devices[3].id}


async def test_a_parked_command_behind_a_dead_tower_takes_nobodys_turn(
    home: House, run_due: Callable[[], Awaitable[int]]
) -> None:
    check = Check(id='', kind=CheckKind.TCP, host='10.0.0.1', port=80, max_attempts=1)
    tower = await home.towers.add(home.actor, NewTower(name='Maasvlakte', cells=[CELL], checks=[check]))
    await room_for(home, 1)
    await enforced(home, grace_s=0)
    await rooted(home, 'first')
    behind = await home.device('behind')
    await home.check_in(behind.id, facts=WELL, radio=ON_CELL)
    await home.devices.command(home.actor, behind.id, Action.QUARANTINE, 'by hand')
    home.clock.tick(1)
    beside = await rooted(home, 'beside')
    result = CheckResult(tower.id, tower.checks[0].id, home.clock(), False, None, 'refused')
    await home.towers.record_check(home.enterprise, tower.id, result)
    await room_for(home, 2)
    assert await run_due() == 1
    assert {c.device: c.state for c in home.fleet.commands.values() if c.device in (behind.id, beside.id)} == {
        behind.id: CommandState.REQUESTED,
        beside.id: CommandState.QUEUED,
    }


async def test_a_command_times_out_that_is_not_fetched_or_not_answered(
    home: House, run_due: Callable[[], Awaitable[int]]
) -> None:
    await enforced(home)
    fetched = await rooted(home, 'fetched')
    await rooted(home, 'silent')
    home.clock.tick(GRACE_S)
    assert await run_due() == 2
    await home.check_in(fetched.id)
    home.clock.tick(ANSWER_WITHIN_S)
    assert await run_due() == 1
    home.clock.tick(DELIVER_WITHIN_S)
    assert await run_due() == 1
    assert home.fleet.commands == {}
    told = [entry.because for entry in home.entries(CommandMoved) if entry.after == CommandState.TIMED_OUT]
    assert told == ['the device did not answer', 'the device did not check in to fetch it']


async def test_what_times_out_makes_room_in_the_same_run(home: House, run_due: Callable[[], Awaitable[int]]) -> None:
    await room_for(home, 1)
    await enforced(home, grace_s=0)
    await rooted(home, 'first')
    waiting = await rooted(home, 'waiting')
    home.clock.tick(ANSWER_WITHIN_S)
    assert await run_due() == 2
    (queued,) = [c for c in home.fleet.commands.values() if c.state is CommandState.QUEUED]
    assert queued.device == waiting.id


async def test_many_are_done_in_small_steps(home: House, run_due: Callable[[], Awaitable[int]]) -> None:
    await room_for(home, 1000)
    await enforced(home)
    for number in range(120):
        await rooted(home, f'crane-{number}')
    home.clock.tick(GRACE_S)
    commits = home.store.commits
    assert await run_due() == 120
    assert home.store.commits - commits == 3


async def test_one_enterprise_does_not_fill_the_interlock_of_another(home: House) -> None:
    await room_for(home, 1)
    device = await home.device()
    other = await home.enterprises.add('Port of Antwerp')
    stranger = replace(device, id=new_id(), enterprise=other.id)

    def ask(draft: Draft) -> str:
        draft.put(stranger)
        request(draft, draft.fleet(other.id), stranger, Action.QUARANTINE, key='k', reason='by hand', by='test')
        return interlock(draft, home.fleet, device, Action.QUARANTINE)

    assert await home.road.travel(ask) == ''


@pytest.mark.parametrize('by', [3600, 86_400, 365 * 86_400, -3600])
async def test_a_clock_that_is_set_ends_no_grace_and_times_out_no_command(
    home: House, run_due: Callable[[], Awaitable[int]], by: float
) -> None:
    await enforced(home)
    devices = [await rooted(home, f'crane-{number}') for number in range(3)]
    await home.devices.command(home.actor, devices[0].id, Action.LOCK, 'lost', key='by-hand')
    home.clock.tick(60)
    home.clock.step(by)
    home.fleets.watch.look()
    assert (await run_due(), states(home)) == (0, [CommandState.QUEUED])
    home.clock.tick(GRACE_S - 61)
    assert await run_due() == 0
    for device in devices:
        await home.check_in(device.id)
    home.clock.tick(1)
    assert await run_due() == 3
    assert len(states(home)) == 4


async def test_after_an_absence_a_device_is_heard_before_its_grace_is_called_over(home: House) -> None:
    await enforced(home)
    mended, silent = [await rooted(home, name) for name in ('mended', 'silent')]
    home.clock.tick(86_400)
    async with house(store=home.store, clock=home.clock) as again:
        again.clock.tick(GRACE_S)
        await again.check_in(mended.id, facts=WELL)
        assert await again.enforcement.run_due(again.enterprise) == 1
        assert [command.device for command in again.fleet.commands.values()] == [silent.id]


async def test_nobody_is_enforced_against_in_the_first_moment_after_a_restart(home: House) -> None:
    await enforced(home, grace_s=60)
    await rooted(home)
    home.clock.tick(3600)
    async with house(store=home.store, clock=home.clock) as again:
        again.clock.tick(94)
        assert await again.enforcement.run_due(again.enterprise) == 0
        again.clock.tick(2)
        assert await again.enforcement.run_due(again.enterprise) == 1
