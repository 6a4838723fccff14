"""Acting on violations: one idempotent command, answered by the device, released when the last cause is gone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from domain.cellular.radio import Radio, Rat
from domain.checks.model import Check, CheckKind, CheckResult
from domain.common.errors import Conflict, NotFound
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.facts import Battery, Facts, Security
from domain.devices.model import Device
from domain.enforcement.due import EnforcementService
from domain.enforcement.events import CommandMoved
from domain.enforcement.lifecycle import ANSWER_WITHIN_S
from domain.enforcement.model import Command, CommandState
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import House, house

ROOTED, CLEAN = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
LOW, FULL = Facts(battery=Battery(5)), Facts(battery=Battery(95))
BAD, GOOD = ROOTED.updated(LOW), CLEAN.updated(FULL)
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
ON_CELL = Radio(Rat.LTE, '204', '08', 4417, 1)
Q, R = Action.QUARANTINE, Action.RELEASE
S = CommandState


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def not_rooted(home: House, mode: Mode = Mode.ENFORCE, **more: Any) -> Policy:
    return await home.policies.add(
        home.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=mode, **more)
    )


async def charged(home: House, mode: Mode = Mode.ENFORCE) -> Policy:
    return await home.policies.add(home.actor, NewPolicy(name='Charged', rule='device.battery.level > 20.0', mode=mode))


async def mast(home: House) -> Tower:
    check = Check(id='', kind=CheckKind.TCP, host='10.0.0.1', port=80, max_attempts=1)
    return await home.towers.add(home.actor, NewTower(name='Mast', cells=(CELL,), checks=(check,)))


async def poll(home: House, tower: Tower, ok: bool) -> None:
    await home.towers.record_check(
        home.enterprise, tower.id, CheckResult(tower.id, tower.checks[0].id, home.clock(), ok)
    )


def commands(home: House, device: Device) -> list[tuple[Action, CommandState]]:
    """Every command the device ever had, oldest first."""
    rows: Sequence[Command] = list(home.store.rows.get(Command, {}).values())
    return [(row.action, row.state) for row in rows if row.device == device.id]


async def say(home: House, device: Device, *, confirmed: bool = True) -> None:
    """The device answers everything it was told with its last check-in."""
    for command in list(home.fleet.commands_of(device.id).values()):
        if command.state is S.DELIVERED:
            await home.devices.answer(home.enterprise, device.id, command.id, confirmed=confirmed, detail='')


async def held(home: House, facts: Facts = BAD) -> Device:
    """A device that breaks every policy and has confirmed its quarantine."""
    device = await home.device()
    await home.check_in(device.id, facts=facts)
    await say(home, device)
    assert home.fleet.states[device.id].quarantined
    return device


async def test_an_audit_does_nothing(home: House) -> None:
    await not_rooted(home, Mode.AUDIT)
    device = await home.device()
    assert (await home.check_in(device.id, facts=ROOTED)).commands == []
    assert commands(home, device) == []


async def test_without_grace_the_reply_to_the_very_check_in_carries_the_command(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    (command,) = (await home.check_in(device.id, facts=ROOTED)).commands
    assert (command.action, command.state, command.reason) == (Q, S.DELIVERED, 'breaks Not rooted')
    assert [entry.after for entry in home.entries(CommandMoved)] == ['queued', 'delivered']


async def test_within_the_grace_nothing_is_requested(home: House) -> None:
    await not_rooted(home, grace_s=600)
    device = await home.device()
    assert (await home.check_in(device.id, facts=ROOTED)).commands == []
    home.clock.tick(599)
    assert (await home.check_in(device.id, facts=LOW)).commands == []


async def test_a_command_is_repeated_until_the_device_answers_and_never_doubled(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    receipts = [await home.check_in(device.id, facts=ROOTED.updated(Facts(uptime_s=n))) for n in range(3)]
    receipts.append(await home.check_in(device.id, 3))  # a duplicate hears it too
    assert len({command.id for receipt in receipts for command in receipt.commands}) == 1
    await say(home, device)
    assert (await home.check_in(device.id, facts=LOW)).commands == []
    assert commands(home, device) == [(Q, S.CONFIRMED)]


async def test_two_violations_make_one_quarantine_and_the_last_one_to_end_releases_it(home: House) -> None:
    await not_rooted(home)
    await charged(home)
    device = await held(home)
    assert (await home.check_in(device.id, facts=CLEAN)).commands == []
    (release,) = (await home.check_in(device.id, facts=FULL)).commands
    assert release.action is R
    await say(home, device)
    assert not home.fleet.states[device.id].quarantined
    assert commands(home, device) == [(Q, S.CONFIRMED), (R, S.CONFIRMED)]


async def test_the_order_in_which_two_violations_end_does_not_matter(home: House) -> None:
    await not_rooted(home)
    await charged(home)
    device = await held(home)
    assert (await home.check_in(device.id, facts=FULL)).commands == []
    (release,) = (await home.check_in(device.id, facts=CLEAN)).commands
    assert release.action is R


async def test_a_violation_that_is_only_audited_does_not_hold_a_device(home: House) -> None:
    await not_rooted(home)
    await charged(home, Mode.AUDIT)
    device = await held(home)
    (release,) = (await home.check_in(device.id, facts=CLEAN)).commands
    assert release.action is R


async def test_a_violation_that_ends_before_the_device_answered_sends_a_release_after_the_quarantine(
    home: House,
) -> None:
    await not_rooted(home)
    device = await home.device()
    await home.check_in(device.id, facts=ROOTED)
    receipt = await home.check_in(device.id, facts=CLEAN)
    assert [command.action for command in receipt.commands] == [Q, R]
    await say(home, device)
    assert not home.fleet.states[device.id].quarantined
    assert commands(home, device) == [(Q, S.CONFIRMED), (R, S.CONFIRMED)]


async def test_a_device_that_breaks_again_is_quarantined_again(home: House) -> None:
    await not_rooted(home)
    device = await held(home, ROOTED)
    await home.check_in(device.id, facts=CLEAN)
    await say(home, device)
    (again,) = (await home.check_in(device.id, facts=ROOTED)).commands
    assert again.action is Q


async def test_the_interlock_parks_what_exceeds_its_share_and_says_why(home: House) -> None:
    enterprise = replace(home.fleet.enterprise, quarantine_share=0.1, quarantine_least=2)
    await home.road.travel(lambda draft: draft.put(enterprise))
    await not_rooted(home)
    devices = [await home.device(f'crane-{n}') for n in range(30)]
    for device in devices[:5]:
        await home.check_in(device.id, facts=ROOTED)
    states = [state for device in devices[:5] for _, state in commands(home, device)]
    assert states == [S.DELIVERED, S.DELIVERED, S.DELIVERED, S.REQUESTED, S.REQUESTED]
    parked = next(command for command in home.fleet.commands.values() if command.state is S.REQUESTED)
    assert parked.because == 'parked: as many devices are held as the limit allows'


async def test_a_device_behind_a_dead_tower_is_not_told_anything_new(home: House) -> None:
    tower = await mast(home)
    device = await home.device()
    await home.check_in(device.id, radio=ON_CELL)
    await poll(home, tower, ok=False)
    command = await home.devices.command(home.actor, device.id, Q, 'lost')
    assert (command.state, command.because) == (S.REQUESTED, 'parked: its serving tower is down')
    release = await home.devices.command(home.actor, device.id, R, 'found')
    assert release.state is S.QUEUED  # a release is never held back
    assert commands(home, device) == [(Q, S.CANCELLED), (R, S.QUEUED)]


async def test_an_excuse_takes_back_what_was_not_delivered_yet_and_recovery_asks_for_it_again(home: House) -> None:
    await not_rooted(home)
    await charged(home)
    tower = await mast(home)
    device = await home.device()
    await home.check_in(device.id, facts=GOOD, radio=ON_CELL)
    home.clock.tick(1)
    await home.check_in(device.id, 3)
    await spoil_quietly(home, device)
    assert commands(home, device) == [(Q, S.QUEUED)]
    await poll(home, tower, ok=False)
    assert commands(home, device) == [(Q, S.CANCELLED)]
    assert [violation.command for violation in home.fleet.violations.values()] == [None, None]
    await poll(home, tower, ok=True)
    assert commands(home, device) == [(Q, S.CANCELLED), (Q, S.QUEUED)]
    (again,) = {violation.command for violation in home.fleet.violations.values()}
    assert again in home.fleet.commands


async def spoil_quietly(home: House, device: Device) -> None:
    """Break both policies without a check-in that would pick the command up: by tightening the rules."""
    for policy in list(home.fleet.policies.values()):
        new = NewPolicy(name=policy.name, rule=f'!({policy.rule})', mode=policy.mode)
        await home.policies.change(home.actor, policy.id, policy.version, new)


async def test_an_excuse_does_not_release_who_is_held(home: House) -> None:
    await not_rooted(home)
    tower = await mast(home)
    device = await held(home, ROOTED)
    await home.check_in(device.id, radio=ON_CELL)
    await poll(home, tower, ok=False)
    assert commands(home, device) == [(Q, S.CONFIRMED)]
    await poll(home, tower, ok=True)
    assert commands(home, device) == [(Q, S.CONFIRMED)]


async def test_a_rejection_raises_an_alert_and_is_not_repeated(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    (command,) = (await home.check_in(device.id, facts=ROOTED)).commands
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=False, detail='no hook for quarantine')
    (alert,) = [alert for alert in home.fleet.alerts.values() if alert.key.startswith('enforcement/')]
    assert (alert.problem, alert.detail, alert.severity) == (
        'crane-1 rejected quarantine',
        'no hook for quarantine',
        Severity.MINOR,
    )
    assert (await home.check_in(device.id, facts=LOW)).commands == []
    await EnforcementService(road=home.road).run_due(home.enterprise)
    assert commands(home, device) == [(Q, S.REJECTED)]


async def test_the_alert_of_a_rejected_quarantine_ends_with_what_it_was_for(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    await home.check_in(device.id, facts=ROOTED)
    await say(home, device, confirmed=False)
    await home.check_in(device.id, facts=CLEAN)
    assert not home.fleet.alerts


async def test_the_alert_of_a_rejected_release_stays_while_the_device_is_held(home: House) -> None:
    await not_rooted(home)
    device = await held(home, ROOTED)
    await home.check_in(device.id, facts=CLEAN)
    await say(home, device, confirmed=False)
    assert [alert.problem for alert in home.fleet.alerts.values()] == ['crane-1 rejected release']
    await home.check_in(device.id, facts=FULL)
    assert home.fleet.alerts


async def test_an_answer_is_taken_twice_but_only_one_way(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    (command,) = (await home.check_in(device.id, facts=ROOTED)).commands
    for _ in range(2):
        answer = await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
        assert answer.state is S.CONFIRMED
    assert len([entry for entry in home.entries(CommandMoved) if entry.after == 'confirmed']) == 1
    with pytest.raises(Conflict):
        await home.devices.answer(home.enterprise, device.id, command.id, confirmed=False, detail='')


async def time_out(home: House) -> None:
    home.clock.tick(ANSWER_WITHIN_S)
    await EnforcementService(road=home.road).run_due(home.enterprise)


async def test_an_answer_after_the_time_out_still_counts_and_ends_the_alert(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    (command,) = (await home.check_in(device.id, facts=ROOTED)).commands
    await time_out(home)
    assert commands(home, device) == [(Q, S.TIMED_OUT)]
    assert 'crane-1 did not carry out quarantine' in [alert.problem for alert in home.fleet.alerts.values()]
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
    assert home.fleet.states[device.id].quarantined
    assert not [alert for alert in home.fleet.alerts.values() if alert.key.startswith('enforcement/')]


async def test_a_late_answer_to_a_quarantine_that_nobody_wants_any_more_is_followed_by_a_release(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    (command,) = (await home.check_in(device.id, facts=ROOTED)).commands
    await time_out(home)
    await home.check_in(device.id, facts=CLEAN)
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
    assert commands(home, device) == [(Q, S.CONFIRMED), (R, S.QUEUED)]


async def test_a_quarantine_that_was_taken_back_after_delivery_and_confirmed_all_the_same_is_released(
    home: House,
) -> None:
    device = await home.device()
    command = await home.devices.command(home.actor, device.id, Q, 'lost')
    await home.check_in(device.id)
    await home.devices.cancel(home.actor, command.id)
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
    assert commands(home, device) == [(Q, S.CONFIRMED), (R, S.QUEUED)]


async def test_a_device_cannot_answer_what_it_was_never_told(home: House) -> None:
    device = await home.device()
    command = await home.devices.command(home.actor, device.id, Q, 'lost')
    with pytest.raises(Conflict):
        await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
    await home.devices.cancel(home.actor, command.id)
    with pytest.raises(Conflict):
        await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
    assert not home.fleet.states[device.id].quarantined


async def test_a_device_answers_its_own_commands_only(home: House) -> None:
    device, other = await home.device('one'), await home.device('other')
    command = await home.devices.command(home.actor, device.id, Q, 'lost')
    await home.check_in(device.id)
    with pytest.raises(NotFound):
        await home.devices.answer(home.enterprise, other.id, command.id, confirmed=True, detail='')


async def test_a_persons_quarantine_is_not_released_by_a_policy_that_was_broken_meanwhile(home: House) -> None:
    await not_rooted(home)
    device = await home.device()
    await home.devices.command(home.actor, device.id, Q, 'lost')
    await home.check_in(device.id, facts=ROOTED)
    await say(home, device)
    assert (await home.check_in(device.id, facts=CLEAN)).commands == []
    assert home.fleet.states[device.id].quarantined


async def test_a_persons_waiting_quarantine_is_not_taken_back_by_a_policy(home: House) -> None:
    policy = await not_rooted(home)
    device = await home.device()
    await home.check_in(device.id, facts=CLEAN)
    await home.devices.command(home.actor, device.id, Q, 'lost')
    await spoil_quietly(home, device)
    newer = home.fleet.policies[policy.id]
    await home.policies.change(home.actor, policy.id, newer.version, NewPolicy(name='Not rooted', rule=policy.rule))
    assert commands(home, device) == [(Q, S.QUEUED)]


async def test_a_device_has_one_open_command_per_action_whoever_asks(home: House) -> None:
    device = await home.device()
    first = await home.devices.command(home.actor, device.id, Q, 'lost')
    assert (await home.devices.command(home.actor, device.id, Q, 'really lost')).id == first.id
    assert commands(home, device) == [(Q, S.QUEUED)]


async def test_a_policy_turned_to_audit_takes_its_commands_back(home: House) -> None:
    """The brake of whoever sees that a policy hits the wrong devices."""
    policy = await not_rooted(home)
    waiting, quarantined = await home.device('waiting'), await held(home, ROOTED)
    tower = await mast(home)
    await home.check_in(waiting.id, facts=CLEAN, radio=ON_CELL)
    await poll(home, tower, ok=True)
    await home.road.travel(
        lambda draft: draft.put(replace(home.fleet.enterprise, quarantine_least=0, quarantine_share=0.0))
    )
    await home.check_in(waiting.id, facts=ROOTED)
    assert commands(home, waiting) == [(Q, S.REQUESTED)]
    audit = NewPolicy(name='Not rooted', rule=policy.rule, mode=Mode.AUDIT)
    await home.policies.change(home.actor, policy.id, policy.version, audit)
    assert commands(home, waiting) == [(Q, S.CANCELLED)]
    assert commands(home, quarantined) == [(Q, S.CONFIRMED), (R, S.QUEUED)]
    assert len(home.fleet.violations) == 2


async def test_a_retired_policy_releases_whom_it_held(home: House) -> None:
    policy = await not_rooted(home)
    device = await held(home, ROOTED)
    await home.policies.retire(home.actor, policy.id, policy.version)
    assert commands(home, device) == [(Q, S.CONFIRMED), (R, S.QUEUED)]
