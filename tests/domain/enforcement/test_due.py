"""Enforcement by the clock: grace, interlock, time-outs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from domain.cellular.radio import Radio, Rat
from domain.changes.transaction import Transaction
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.ids import new_id
from domain.devices.actions import Action
from domain.devices.facts import Facts, Security
from domain.devices.model import Device
from domain.enforcement.due import EnforcementService
from domain.enforcement.events import CommandMoved
from domain.enforcement.interlock import interlock
from domain.enforcement.lifecycle import ANSWER_WITHIN_S, DELIVER_WITHIN_S, request
from domain.enforcement.model import Command, CommandState
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import Clock, RunningApplication, running_application

ROOTED, WELL = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
ON_CELL = Radio(Rat.LTE, '204', '08', 4417, 1712819)
GRACE_S = 600


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application(clock=Clock()) as application:
        yield application


@pytest.fixture
def run_due(application: RunningApplication) -> Callable[[], Awaitable[int]]:
    enforcement = EnforcementService(transactor=application.transactor)
    return lambda: enforcement.run_due(application.enterprise)


async def enforced(application: RunningApplication, *, grace_s: int = GRACE_S, mode: Mode = Mode.ENFORCE) -> Policy:
    new = NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=mode, grace_s=grace_s)
    return await application.policies.add(application.actor, new)


async def rooted(application: RunningApplication, name: str = 'crane-1', radio: Radio | None = None) -> Device:
    device = await application.device(name)
    await application.check_in(device.id, facts=ROOTED, radio=radio)
    return device


async def room_for(application: RunningApplication, devices: int) -> None:
    """Let policies hold this many devices at once."""
    enterprise = replace(application.fleet.enterprise, quarantine_share=0.0, quarantine_least=devices)
    await application.transactor.transact(lambda tx: tx.put(enterprise))


def states(application: RunningApplication) -> list[CommandState]:
    return sorted(command.state for command in application.fleet[Command].values())


async def test_a_violation_is_enforced_when_its_grace_is_over(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await enforced(application)
    device = await rooted(application)
    application.clock.tick(GRACE_S - 1)
    assert await run_due() == 0
    application.clock.tick(1)
    assert await run_due() == 1
    (command,) = application.fleet[Command].values()
    assert (command.device, command.action, command.state) == (device.id, Action.QUARANTINE, CommandState.QUEUED)
    assert next(iter(application.fleet[Violation].values())).command == command.id


async def test_running_again_requests_nothing_twice(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await enforced(application)
    await rooted(application)
    application.clock.tick(GRACE_S)
    assert [await run_due() for _ in range(3)] == [1, 0, 0]
    assert len(application.entries(CommandMoved)) == 1


async def test_what_is_audited_or_complies_again_is_left_alone(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    policy = await enforced(application)
    device = await rooted(application)
    await application.check_in(device.id, facts=WELL)
    application.clock.tick(GRACE_S)
    assert await run_due() == 0
    await application.check_in(device.id, facts=ROOTED)
    await application.policies.change(
        application.actor, policy.id, policy.version, NewPolicy(name='Not rooted', rule=policy.rule, mode=Mode.AUDIT)
    )
    application.clock.tick(GRACE_S)
    assert await run_due() == 0


async def test_withholding_the_fact_is_no_way_out(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await enforced(application)
    device = await rooted(application)
    await application.check_in(device.id, facts=Facts(security=Security()))
    application.clock.tick(GRACE_S)
    assert await run_due() == 1


async def test_a_device_behind_a_dead_tower_is_left_alone_until_it_is_back(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    check = Check(id='', target=TcpTarget('10.0.0.1', 80), max_attempts=1)
    tower = await application.towers.add(application.actor, NewTower(name='Maasvlakte', cells=[CELL], checks=[check]))
    await enforced(application)
    await rooted(application, radio=ON_CELL)

    async def answer(error: str) -> None:
        result = CheckResult(tower.id, tower.checks[0].id, application.clock(), not error, None, error)
        await application.towers.record_check(application.enterprise, tower.id, result)

    await answer('refused')
    application.clock.tick(GRACE_S)
    assert await run_due() == 0
    await answer('')
    await run_due()
    assert states(application) == [CommandState.QUEUED]


async def test_parked_commands_go_oldest_first_as_far_as_there_is_room(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await room_for(application, 1)
    await enforced(application, grace_s=0)
    devices = []
    for number in range(4):
        devices.append(await rooted(application, f'crane-{number}'))
        application.clock.tick(1)
    assert states(application) == [CommandState.DELIVERED, *[CommandState.REQUESTED] * 3]
    commits = application.store.commits
    assert await run_due() == 0
    assert application.store.commits == commits  # a full interlock costs nothing
    await room_for(application, 3)
    assert await run_due() == 2
    assert {c.device for c in application.fleet[Command].values() if c.state is CommandState.REQUESTED} == {
        devices[3].id
    }


async def test_a_parked_command_behind_a_dead_tower_takes_no_turn_of_others(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    check = Check(id='', target=TcpTarget('10.0.0.1', 80), max_attempts=1)
    tower = await application.towers.add(application.actor, NewTower(name='Maasvlakte', cells=[CELL], checks=[check]))
    await room_for(application, 1)
    await enforced(application, grace_s=0)
    await rooted(application, 'first')
    behind = await application.device('behind')
    await application.check_in(behind.id, facts=WELL, radio=ON_CELL)
    await application.commands.command(application.actor, behind.id, Action.QUARANTINE, 'by hand')
    application.clock.tick(1)
    beside = await rooted(application, 'beside')
    result = CheckResult(tower.id, tower.checks[0].id, application.clock(), False, None, 'refused')
    await application.towers.record_check(application.enterprise, tower.id, result)
    await room_for(application, 2)
    assert await run_due() == 1
    assert {c.device: c.state for c in application.fleet[Command].values() if c.device in (behind.id, beside.id)} == {
        behind.id: CommandState.REQUESTED,
        beside.id: CommandState.QUEUED,
    }


async def test_a_command_times_out_that_is_not_fetched_or_not_answered(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await enforced(application)
    fetched = await rooted(application, 'fetched')
    await rooted(application, 'silent')
    application.clock.tick(GRACE_S)
    assert await run_due() == 2
    await application.check_in(fetched.id)
    application.clock.tick(ANSWER_WITHIN_S)
    assert await run_due() == 1
    application.clock.tick(DELIVER_WITHIN_S)
    assert await run_due() == 1
    assert application.fleet[Command] == {}
    told = [entry.because for entry in application.entries(CommandMoved) if entry.after == CommandState.TIMED_OUT]
    assert told == ['the device did not answer', 'the device did not check in to fetch it']


async def test_what_times_out_makes_room_in_the_same_run(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await room_for(application, 1)
    await enforced(application, grace_s=0)
    await rooted(application, 'first')
    waiting = await rooted(application, 'waiting')
    application.clock.tick(ANSWER_WITHIN_S)
    assert await run_due() == 2
    (queued,) = [c for c in application.fleet[Command].values() if c.state is CommandState.QUEUED]
    assert queued.device == waiting.id


async def test_many_are_done_in_small_steps(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]]
) -> None:
    await room_for(application, 1000)
    await enforced(application)
    for number in range(120):
        await rooted(application, f'crane-{number}')
    application.clock.tick(GRACE_S)
    commits = application.store.commits
    assert await run_due() == 120
    assert application.store.commits - commits == 3


async def test_one_enterprise_does_not_fill_the_interlock_of_another(application: RunningApplication) -> None:
    await room_for(application, 1)
    device = await application.device()
    other = await application.enterprises.add('Port of Antwerp')
    stranger = replace(device, id=new_id(), enterprise=other.id)

    def ask(tx: Transaction) -> str:
        tx.put(stranger)
        request(tx, tx.fleet(other.id), stranger, Action.QUARANTINE, key='k', reason='by hand', by='test')
        return interlock(tx, application.fleet, device, Action.QUARANTINE)

    assert await application.transactor.transact(ask) == ''


@pytest.mark.parametrize('by', [3600, 86_400, 365 * 86_400, -3600])
async def test_a_clock_that_is_set_ends_no_grace_and_times_out_no_command(
    application: RunningApplication, run_due: Callable[[], Awaitable[int]], by: float
) -> None:
    await enforced(application)
    devices = [await rooted(application, f'crane-{number}') for number in range(3)]
    await application.commands.command(application.actor, devices[0].id, Action.LOCK, 'lost', key='by-hand')
    application.clock.tick(60)
    application.clock.step(by)
    application.fleets.watch.look()
    assert (await run_due(), states(application)) == (0, [CommandState.QUEUED])
    application.clock.tick(GRACE_S - 61)
    assert await run_due() == 0
    for device in devices:
        await application.check_in(device.id)
    application.clock.tick(1)
    assert await run_due() == 3
    assert len(states(application)) == 4


async def test_after_an_absence_a_device_is_heard_before_its_grace_is_called_over(
    application: RunningApplication,
) -> None:
    await enforced(application)
    mended, silent = [await rooted(application, name) for name in ('mended', 'silent')]
    application.clock.tick(86_400)
    async with running_application(store=application.store, clock=application.clock) as again:
        again.clock.tick(GRACE_S)
        await again.check_in(mended.id, facts=WELL)
        assert await again.enforcement.run_due(again.enterprise) == 1
        assert [command.device for command in again.fleet[Command].values()] == [silent.id]


async def test_no_device_is_enforced_against_in_the_first_moment_after_a_restart(
    application: RunningApplication,
) -> None:
    await enforced(application, grace_s=60)
    await rooted(application)
    application.clock.tick(3600)
    async with running_application(store=application.store, clock=application.clock) as again:
        again.clock.tick(94)
        assert await again.enforcement.run_due(again.enterprise) == 0
        again.clock.tick(2)
        assert await again.enforcement.run_due(again.enterprise) == 1
