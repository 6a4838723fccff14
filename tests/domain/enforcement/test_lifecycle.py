"""Acting on violations: one idempotent command, answered by the device, released when the last cause is gone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.errors import Conflict, NotFound
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.facts import Battery, Facts, Security
from domain.devices.model import Device, DeviceState
from domain.enforcement.due import EnforcementService
from domain.enforcement.events import CommandMoved
from domain.enforcement.lifecycle import ANSWER_WITHIN_S
from domain.enforcement.live import OpenCommands
from domain.enforcement.model import Command, CommandState
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication, running_application

ROOTED, CLEAN = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
LOW, FULL = Facts(battery=Battery(5)), Facts(battery=Battery(95))
BAD, GOOD = ROOTED.updated(LOW), CLEAN.updated(FULL)
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
ON_CELL = Radio(Rat.LTE, '204', '08', 4417, 1)
Q, R = Action.QUARANTINE, Action.RELEASE
S = CommandState


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def not_rooted(application: RunningApplication, mode: Mode = Mode.ENFORCE, **more: Any) -> Policy:
    return await application.policies.add(
        application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=mode, **more)
    )


async def charged(application: RunningApplication, mode: Mode = Mode.ENFORCE) -> Policy:
    return await application.policies.add(
        application.actor, NewPolicy(name='Charged', rule='device.battery.level > 20.0', mode=mode)
    )


async def mast(application: RunningApplication) -> Tower:
    check = Check(id='', target=TcpTarget('10.0.0.1', 80), max_attempts=1)
    return await application.towers.add(application.actor, NewTower(name='Mast', cells=(CELL,), checks=(check,)))


async def poll(application: RunningApplication, tower: Tower, ok: bool) -> None:
    await application.towers.record_check(
        application.enterprise, tower.id, CheckResult(tower.id, tower.checks[0].id, application.clock(), ok)
    )


def commands(application: RunningApplication, device: Device) -> list[tuple[Action, CommandState]]:
    """Every command the device ever had, oldest first."""
    rows: Sequence[Command] = list(application.store.rows.get(Command, {}).values())
    return [(row.action, row.state) for row in rows if row.device == device.id]


async def say(application: RunningApplication, device: Device, *, confirmed: bool = True) -> None:
    """The device answers everything it was told with its last check-in."""
    for command in list(application.fleet.index(OpenCommands).of(device.id).values()):
        if command.state is S.DELIVERED:
            await application.commands.answer(
                application.enterprise, device.id, command.id, confirmed=confirmed, detail=''
            )


async def held(application: RunningApplication, facts: Facts = BAD) -> Device:
    """A device that breaks every policy and has confirmed its quarantine."""
    device = await application.device()
    await application.check_in(device.id, facts=facts)
    await say(application, device)
    assert application.fleet[DeviceState][device.id].quarantined
    return device


async def test_an_audit_does_nothing(application: RunningApplication) -> None:
    await not_rooted(application, Mode.AUDIT)
    device = await application.device()
    assert (await application.check_in(device.id, facts=ROOTED)).commands == []
    assert commands(application, device) == []


async def test_without_grace_the_reply_to_the_very_check_in_carries_the_command(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    device = await application.device()
    (command,) = (await application.check_in(device.id, facts=ROOTED)).commands
    assert (command.action, command.state, command.reason) == (Q, S.DELIVERED, 'breaks Not rooted')
    assert [entry.after for entry in application.entries(CommandMoved)] == ['queued', 'delivered']


async def test_within_the_grace_nothing_is_requested(application: RunningApplication) -> None:
    await not_rooted(application, grace_s=600)
    device = await application.device()
    assert (await application.check_in(device.id, facts=ROOTED)).commands == []
    application.clock.tick(599)
    assert (await application.check_in(device.id, facts=LOW)).commands == []


async def test_a_command_is_repeated_until_the_device_answers_and_never_doubled(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    device = await application.device()
    receipts = [await application.check_in(device.id, facts=ROOTED.updated(Facts(uptime_s=n))) for n in range(3)]
    receipts.append(await application.check_in(device.id, 3))  # a duplicate hears it too
    assert len({command.id for receipt in receipts for command in receipt.commands}) == 1
    await say(application, device)
    assert (await application.check_in(device.id, facts=LOW)).commands == []
    assert commands(application, device) == [(Q, S.CONFIRMED)]


async def test_two_violations_make_one_quarantine_and_the_last_one_to_end_releases_it(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    await charged(application)
    device = await held(application)
    assert (await application.check_in(device.id, facts=CLEAN)).commands == []
    (release,) = (await application.check_in(device.id, facts=FULL)).commands
    assert release.action is R
    await say(application, device)
    assert not application.fleet[DeviceState][device.id].quarantined
    assert commands(application, device) == [(Q, S.CONFIRMED), (R, S.CONFIRMED)]


async def test_the_order_in_which_two_violations_end_does_not_matter(application: RunningApplication) -> None:
    await not_rooted(application)
    await charged(application)
    device = await held(application)
    assert (await application.check_in(device.id, facts=FULL)).commands == []
    (release,) = (await application.check_in(device.id, facts=CLEAN)).commands
    assert release.action is R


async def test_a_violation_that_is_only_audited_does_not_hold_a_device(application: RunningApplication) -> None:
    await not_rooted(application)
    await charged(application, Mode.AUDIT)
    device = await held(application)
    (release,) = (await application.check_in(device.id, facts=CLEAN)).commands
    assert release.action is R


async def test_a_violation_that_ends_before_the_device_answered_sends_a_release_after_the_quarantine(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED)
    receipt = await application.check_in(device.id, facts=CLEAN)
    assert [command.action for command in receipt.commands] == [Q, R]
    await say(application, device)
    assert not application.fleet[DeviceState][device.id].quarantined
    assert commands(application, device) == [(Q, S.CONFIRMED), (R, S.CONFIRMED)]


async def test_a_device_that_breaks_again_is_quarantined_again(application: RunningApplication) -> None:
    await not_rooted(application)
    device = await held(application, ROOTED)
    await application.check_in(device.id, facts=CLEAN)
    await say(application, device)
    (again,) = (await application.check_in(device.id, facts=ROOTED)).commands
    assert again.action is Q


async def test_the_interlock_parks_what_exceeds_its_share_and_says_why(application: RunningApplication) -> None:
    enterprise = replace(application.fleet.enterprise, quarantine_share=0.1, quarantine_least=2)
    await application.transactor.transact(lambda tx: tx.put(enterprise))
    await not_rooted(application)
    devices = [await application.device(f'crane-{n}') for n in range(30)]
    for device in devices[:5]:
        await application.check_in(device.id, facts=ROOTED)
    states = [state for device in devices[:5] for _, state in commands(application, device)]
    assert states == [S.DELIVERED, S.DELIVERED, S.DELIVERED, S.REQUESTED, S.REQUESTED]
    parked = next(command for command in application.fleet[Command].values() if command.state is S.REQUESTED)
    assert parked.because == 'parked: as many devices are held as the limit allows'


async def test_a_device_behind_a_dead_tower_is_not_told_anything_new(application: RunningApplication) -> None:
    tower = await mast(application)
    device = await application.device()
    await application.check_in(device.id, radio=ON_CELL)
    await poll(application, tower, ok=False)
    command = await application.commands.command(application.actor, device.id, Q, 'lost')
    assert (command.state, command.because) == (S.REQUESTED, 'parked: its serving tower is down')
    release = await application.commands.command(application.actor, device.id, R, 'found')
    assert release.state is S.QUEUED  # a release is never held back
    assert commands(application, device) == [(Q, S.CANCELLED), (R, S.QUEUED)]


async def test_a_device_that_talks_through_a_tower_whose_checks_fail_gets_its_command(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    tower = await mast(application)
    device = await application.device()
    await application.check_in(device.id, facts=GOOD, radio=ON_CELL)
    application.clock.tick(1)
    await spoil_quietly(application, device)
    await poll(application, tower, ok=False)
    application.clock.tick(1)
    receipt = await application.check_in(device.id, radio=ON_CELL)
    assert [command.action for command in receipt.commands] == [Q]


async def test_an_excuse_takes_back_what_was_not_delivered_yet_and_recovery_asks_for_it_again(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    await charged(application)
    tower = await mast(application)
    device = await application.device()
    await application.check_in(device.id, facts=GOOD, radio=ON_CELL)
    application.clock.tick(1)
    await application.check_in(device.id, 3)
    await spoil_quietly(application, device)
    assert commands(application, device) == [(Q, S.QUEUED)]
    await poll(application, tower, ok=False)
    assert commands(application, device) == [(Q, S.CANCELLED)]
    assert [violation.command for violation in application.fleet[Violation].values()] == [None, None]
    await poll(application, tower, ok=True)
    assert commands(application, device) == [(Q, S.CANCELLED), (Q, S.QUEUED)]
    (again,) = {violation.command for violation in application.fleet[Violation].values()}
    assert again in application.fleet[Command]


async def spoil_quietly(application: RunningApplication, device: Device) -> None:
    """Break both policies without a check-in that would pick the command up: by tightening the rules."""
    for policy in list(application.fleet[Policy].values()):
        new = NewPolicy(name=policy.name, rule=f'!({policy.rule})', mode=policy.mode)
        await application.policies.change(application.actor, policy.id, policy.version, new)


async def test_an_excuse_does_not_release_who_is_held(application: RunningApplication) -> None:
    await not_rooted(application)
    tower = await mast(application)
    device = await held(application, ROOTED)
    await application.check_in(device.id, radio=ON_CELL)
    await poll(application, tower, ok=False)
    assert commands(application, device) == [(Q, S.CONFIRMED)]
    await poll(application, tower, ok=True)
    assert commands(application, device) == [(Q, S.CONFIRMED)]


async def test_a_rejection_raises_an_alert_and_is_not_repeated(application: RunningApplication) -> None:
    await not_rooted(application)
    device = await application.device()
    (command,) = (await application.check_in(device.id, facts=ROOTED)).commands
    await application.commands.answer(
        application.enterprise, device.id, command.id, confirmed=False, detail='no hook for quarantine'
    )
    (alert,) = [alert for alert in application.fleet[Alert].values() if alert.key.startswith('enforcement/')]
    assert (alert.problem, alert.detail, alert.severity) == (
        'crane-1 rejected quarantine',
        'no hook for quarantine',
        Severity.MINOR,
    )
    assert (await application.check_in(device.id, facts=LOW)).commands == []
    await EnforcementService(transactor=application.transactor).run_due(application.enterprise)
    assert commands(application, device) == [(Q, S.REJECTED)]


async def test_the_alert_of_a_rejected_quarantine_is_a_part_of_its_policys(application: RunningApplication) -> None:
    await not_rooted(application, severity=Severity.MAJOR)
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED)
    await say(application, device, confirmed=False)
    alerts = {alert.key.partition('/')[0]: alert for alert in application.fleet[Alert].values()}
    assert alerts['enforcement'].parent == alerts['policy'].id
    assert alerts['enforcement'].told_at is None


async def test_the_alert_of_a_rejected_quarantine_ends_with_what_it_was_for(application: RunningApplication) -> None:
    await not_rooted(application)
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED)
    await say(application, device, confirmed=False)
    await application.check_in(device.id, facts=CLEAN)
    assert not application.fleet[Alert]


async def test_the_alert_of_a_rejected_release_stays_while_the_device_is_held(application: RunningApplication) -> None:
    await not_rooted(application)
    device = await held(application, ROOTED)
    await application.check_in(device.id, facts=CLEAN)
    await say(application, device, confirmed=False)
    assert [alert.problem for alert in application.fleet[Alert].values()] == ['crane-1 rejected release']
    await application.check_in(device.id, facts=FULL)
    assert application.fleet[Alert]


async def test_an_answer_is_taken_twice_but_only_one_way(application: RunningApplication) -> None:
    await not_rooted(application)
    device = await application.device()
    (command,) = (await application.check_in(device.id, facts=ROOTED)).commands
    for _ in range(2):
        answer = await application.commands.answer(
            application.enterprise, device.id, command.id, confirmed=True, detail=''
        )
        assert answer.state is S.CONFIRMED
    assert len([entry for entry in application.entries(CommandMoved) if entry.after == 'confirmed']) == 1
    with pytest.raises(Conflict):
        await application.commands.answer(application.enterprise, device.id, command.id, confirmed=False, detail='')


async def time_out(application: RunningApplication) -> None:
    application.clock.tick(ANSWER_WITHIN_S)
    await EnforcementService(transactor=application.transactor).run_due(application.enterprise)


async def test_an_answer_after_the_time_out_still_counts_and_ends_the_alert(application: RunningApplication) -> None:
    await not_rooted(application)
    device = await application.device()
    (command,) = (await application.check_in(device.id, facts=ROOTED)).commands
    await time_out(application)
    assert commands(application, device) == [(Q, S.TIMED_OUT)]
    assert 'crane-1 did not carry out quarantine' in [alert.problem for alert in application.fleet[Alert].values()]
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
    assert application.fleet[DeviceState][device.id].quarantined
    assert not [alert for alert in application.fleet[Alert].values() if alert.key.startswith('enforcement/')]


async def test_a_late_answer_to_a_quarantine_that_is_not_wanted_any_more_is_followed_by_a_release(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    device = await application.device()
    (command,) = (await application.check_in(device.id, facts=ROOTED)).commands
    await time_out(application)
    await application.check_in(device.id, facts=CLEAN)
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
    assert commands(application, device) == [(Q, S.CONFIRMED), (R, S.QUEUED)]


async def test_a_quarantine_that_was_taken_back_after_delivery_and_confirmed_all_the_same_is_released(
    application: RunningApplication,
) -> None:
    device = await application.device()
    command = await application.commands.command(application.actor, device.id, Q, 'lost')
    await application.check_in(device.id)
    await application.commands.cancel(application.actor, command.id)
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
    assert commands(application, device) == [(Q, S.CONFIRMED), (R, S.QUEUED)]


async def test_a_device_cannot_answer_what_it_was_never_told(application: RunningApplication) -> None:
    device = await application.device()
    command = await application.commands.command(application.actor, device.id, Q, 'lost')
    with pytest.raises(Conflict):
        await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
    await application.commands.cancel(application.actor, command.id)
    with pytest.raises(Conflict):
        await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
    assert not application.fleet[DeviceState][device.id].quarantined


async def test_a_device_answers_its_own_commands_only(application: RunningApplication) -> None:
    device, other = await application.device('one'), await application.device('other')
    command = await application.commands.command(application.actor, device.id, Q, 'lost')
    await application.check_in(device.id)
    with pytest.raises(NotFound):
        await application.commands.answer(application.enterprise, other.id, command.id, confirmed=True, detail='')


async def test_a_persons_quarantine_is_not_released_by_a_policy_that_was_broken_meanwhile(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    device = await application.device()
    await application.commands.command(application.actor, device.id, Q, 'lost')
    await application.check_in(device.id, facts=ROOTED)
    await say(application, device)
    assert (await application.check_in(device.id, facts=CLEAN)).commands == []
    assert application.fleet[DeviceState][device.id].quarantined


async def test_a_persons_waiting_quarantine_is_not_taken_back_by_a_policy(application: RunningApplication) -> None:
    policy = await not_rooted(application)
    device = await application.device()
    await application.check_in(device.id, facts=CLEAN)
    await application.commands.command(application.actor, device.id, Q, 'lost')
    await spoil_quietly(application, device)
    newer = application.fleet[Policy][policy.id]
    await application.policies.change(
        application.actor, policy.id, newer.version, NewPolicy(name='Not rooted', rule=policy.rule)
    )
    assert commands(application, device) == [(Q, S.QUEUED)]


async def test_a_device_has_one_open_command_per_action(application: RunningApplication) -> None:
    device = await application.device()
    first = await application.commands.command(application.actor, device.id, Q, 'lost')
    assert (await application.commands.command(application.actor, device.id, Q, 'really lost')).id == first.id
    assert commands(application, device) == [(Q, S.QUEUED)]


async def test_a_policy_turned_to_audit_takes_its_commands_back(application: RunningApplication) -> None:
    """The brake of a person who sees that a policy hits the wrong devices."""
    policy = await not_rooted(application)
    waiting, quarantined = await application.device('waiting'), await held(application, ROOTED)
    tower = await mast(application)
    await application.check_in(waiting.id, facts=CLEAN, radio=ON_CELL)
    await poll(application, tower, ok=True)
    await application.transactor.transact(
        lambda tx: tx.put(replace(application.fleet.enterprise, quarantine_least=0, quarantine_share=0.0))
    )
    await application.check_in(waiting.id, facts=ROOTED)
    assert commands(application, waiting) == [(Q, S.REQUESTED)]
    audit = NewPolicy(name='Not rooted', rule=policy.rule, mode=Mode.AUDIT)
    await application.policies.change(application.actor, policy.id, policy.version, audit)
    assert commands(application, waiting) == [(Q, S.CANCELLED)]
    assert commands(application, quarantined) == [(Q, S.CONFIRMED), (R, S.QUEUED)]
    assert len(application.fleet[Violation]) == 2


async def test_a_retired_policy_releases_whom_it_held(application: RunningApplication) -> None:
    policy = await not_rooted(application)
    device = await held(application, ROOTED)
    await application.policies.retire(application.actor, policy.id, policy.version)
    assert commands(application, device) == [(Q, S.CONFIRMED), (R, S.QUEUED)]
