"""From a changed fact to a verdict, a violation and its end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.actors import system
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checkins.model import CheckIn
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.compliance import Compliance, Verdict
from domain.devices.facts import Battery, Facts, Os, Security
from domain.devices.input import NewDevice
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.policies.events import ViolationCleared, ViolationExcused, ViolationOpened
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy, Selector
from domain.policies.violations import Violation
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower, TowerStatus
from tests.fakes import RunningApplication, running_application

ROOTED, CLEAN = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
SILENT = Facts(security=Security(screen_lock=True))


def cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


def on(number: int, rsrp: float = -90.0) -> Radio:
    return Radio(Rat.LTE, '204', '08', 4417, number, rsrp=rsrp)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def policy(application: RunningApplication, rule: str = '!device.security.rooted', **more: Any) -> Policy:
    return await application.policies.add(
        application.actor, NewPolicy(name=more.pop('name', 'Not rooted'), rule=rule, **more)
    )


def verdict(application: RunningApplication, device: Device, policy: Policy) -> Verdict:
    return application.fleet[DeviceState][device.id].verdicts[policy.id]


async def tower_with(application: RunningApplication, name: str, number: int) -> Tower:
    check = Check(id='', target=TcpTarget('10.0.0.1', 80), max_attempts=1)
    return await application.towers.add(application.actor, NewTower(name=name, cells=(cell(number),), checks=(check,)))


async def answer(application: RunningApplication, tower: Tower, ok: bool) -> TowerStatus:
    result = CheckResult(tower.id, tower.checks[0].id, application.clock(), ok, 5.0, '' if ok else 'refused')
    return await application.towers.record_check(application.enterprise, tower.id, result)


async def test_a_broken_rule_opens_a_violation_with_since_evidence_and_tower(application: RunningApplication) -> None:
    rule = await policy(application, severity=Severity.MAJOR)
    tower = await tower_with(application, 'Mast', 1)
    device = await application.device()
    await application.check_in(device.id, facts=CLEAN, radio=on(1))
    since = application.clock.tick(60)
    await application.check_in(device.id, facts=ROOTED)
    found = verdict(application, device, rule)
    assert (found.status, found.since, found.evidence) == (
        Compliance.VIOLATING,
        since,
        {'device.security.rooted': True},
    )
    violation = application.fleet[Violation][found.violation or '']
    assert (violation.opened_at, violation.severity, violation.tower) == (since, Severity.MAJOR, tower.id)
    assert application.entries(ViolationOpened)[0].evidence == {'device.security.rooted': True}


async def test_since_is_kept_while_the_violation_lasts(application: RunningApplication) -> None:
    rule = await policy(application, 'device.battery.level > 20.0')
    device = await application.device()
    since = application.clock()
    await application.check_in(device.id, facts=Facts(battery=Battery(10)))
    application.clock.tick(60)
    await application.check_in(device.id, facts=Facts(battery=Battery(9)))
    assert verdict(application, device, rule).since == since
    assert len(application.entries(ViolationOpened)) == 1


async def test_a_device_that_complies_again_clears_its_violation_and_breaking_again_opens_a_new_one(
    application: RunningApplication,
) -> None:
    await policy(application)
    device = await application.device()
    for facts in (ROOTED, CLEAN, ROOTED):
        await application.check_in(device.id, facts=facts)
        application.clock.tick(60)
    opened, cleared = application.entries(ViolationOpened), application.entries(ViolationCleared)
    assert [entry.violation for entry in cleared] == [opened[0].violation]
    assert cleared[0].open_s == 60
    assert opened[1].violation != opened[0].violation
    assert set(application.fleet[Violation]) == {opened[1].violation}


async def test_an_unknown_answer_opens_nothing(application: RunningApplication) -> None:
    rule = await policy(application)
    device = await application.device()
    await application.check_in(device.id, facts=SILENT)
    assert verdict(application, device, rule).status is Compliance.UNKNOWN
    assert verdict(application, device, rule).reason == 'not reported: device.security.rooted'
    assert not application.fleet[Violation]


async def test_withholding_a_fact_keeps_the_violation_open(application: RunningApplication) -> None:
    rule = await policy(application)
    device = await application.device()
    for facts in (ROOTED, SILENT, ROOTED):
        await application.check_in(device.id, facts=facts)
    assert len(application.entries(ViolationOpened)) == 1
    assert not application.entries(ViolationCleared)
    await application.check_in(device.id, facts=SILENT)
    assert list(application.fleet[Violation]) == [verdict(application, device, rule).violation]


async def test_a_check_in_asks_only_the_rules_that_read_what_it_changed(application: RunningApplication) -> None:
    """Shown by a rule on the clock: it has been broken by time meanwhile, yet only its own fields or the background pass ask it."""
    deadline = '2027-01-15T08:01:00Z'
    rule = await policy(application, f'device.os.name == "Android" && now < timestamp("{deadline}")')
    device = await application.device()
    await application.check_in(device.id, facts=Facts(os=Os('Android', '15'), battery=Battery(50)), radio=on(1))
    application.clock.tick(3600)
    await application.check_in(device.id, facts=Facts(battery=Battery(49)), radio=on(1, -95.0))
    await application.check_in(device.id, facts=Facts(os=Os('Android', '16')))
    assert verdict(application, device, rule).status is Compliance.COMPLIANT
    await application.check_in(device.id, facts=Facts(os=Os('android', '16')))
    assert verdict(application, device, rule).status is Compliance.VIOLATING


@pytest.mark.parametrize(
    ('rule', 'first', 'then'),
    [
        ('device.radio.plmn == "204-08"', on(1), replace(on(1), mnc='04')),
        ('device.radio.cell == "204-08-4417-0x1"', on(1), replace(on(1), tac=1)),
        ('device.radio.rsrp > -100.0', on(1), on(1, -110.0)),
        ('tower.known', on(1), on(2)),
    ],
)
async def test_a_rule_on_a_derived_value_is_asked_when_what_it_derives_from_changed(
    application: RunningApplication, rule: str, first: Radio, then: Radio
) -> None:
    saved = await policy(application, rule)
    await tower_with(application, 'Mast', 1)
    device = await application.device()
    await application.check_in(device.id, radio=first)
    assert verdict(application, device, saved).status is Compliance.COMPLIANT
    await application.check_in(device.id, radio=then)
    assert verdict(application, device, saved).status is Compliance.VIOLATING


async def test_a_policy_binds_whom_it_selects(application: RunningApplication) -> None:
    rule = await policy(application, selector=Selector(labels={'site': 'port-1'}))
    bound = await application.device('bound', labels={'site': 'port-1'})
    free = await application.device('free')
    for device in (bound, free):
        await application.check_in(device.id, facts=ROOTED)
    assert verdict(application, bound, rule).status is Compliance.VIOLATING
    assert application.fleet[DeviceState][free.id].compliance is Compliance.UNEVALUATED
    new = NewDevice(name='bound', kind=bound.kind, labels={})
    await application.devices.change(application.actor, bound.id, bound.version, new)
    assert application.fleet[DeviceState][bound.id].compliance is Compliance.UNEVALUATED
    assert application.entries(ViolationCleared)[0].because == 'the policy no longer selects the device'


async def test_a_device_behind_a_dead_tower_is_excused_and_held_to_account_when_it_is_back(
    application: RunningApplication,
) -> None:
    rule = await policy(application)
    tower = await tower_with(application, 'Mast', 1)
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED, radio=on(1))
    opened = verdict(application, device, rule).violation
    await answer(application, tower, ok=False)
    assert verdict(application, device, rule).status is Compliance.EXCUSED
    assert application.fleet[Violation][opened or ''].excused_at == application.clock()
    assert [entry.violation for entry in application.entries(ViolationExcused)] == [opened]
    await answer(application, tower, ok=True)
    assert verdict(application, device, rule).status is Compliance.VIOLATING
    assert application.fleet[Violation][opened or ''].excused_at is None
    assert len(application.entries(ViolationOpened)) == 1


async def test_what_breaks_behind_a_dead_tower_opens_only_when_the_tower_is_back(
    application: RunningApplication,
) -> None:
    rule = await policy(application)
    tower = await tower_with(application, 'Mast', 1)
    device = await application.device()
    await application.check_in(device.id, facts=CLEAN, radio=on(1))
    await answer(application, tower, ok=False)
    await application.check_in(device.id, facts=ROOTED)
    assert verdict(application, device, rule).status is Compliance.EXCUSED
    assert not application.entries(ViolationOpened)
    await answer(application, tower, ok=True)
    assert len(application.entries(ViolationOpened)) == 1


async def test_a_device_that_leaves_a_dead_tower_for_a_live_one_is_excused_no_longer(
    application: RunningApplication,
) -> None:
    rule = await policy(application)
    dead = await tower_with(application, 'Dead', 1)
    await tower_with(application, 'Live', 2)
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED, radio=on(1))
    await answer(application, dead, ok=False)
    assert verdict(application, device, rule).status is Compliance.EXCUSED
    await application.check_in(device.id, radio=on(2))
    assert verdict(application, device, rule).status is Compliance.VIOLATING
    await application.check_in(device.id, radio=on(1))
    assert verdict(application, device, rule).status is Compliance.EXCUSED


async def test_a_rule_that_reads_the_towers_status_is_asked_whenever_that_changes(
    application: RunningApplication,
) -> None:
    rule = await policy(application, 'tower.status != "degraded"', name='Healthy tower')
    check = Check(id='', target=TcpTarget('10.0.0.1', 80), max_attempts=3)
    tower = await application.towers.add(application.actor, NewTower(name='Mast', cells=(cell(1),), checks=(check,)))
    device = await application.device()
    await application.check_in(device.id, radio=on(1))
    await answer(application, tower, ok=True)
    assert verdict(application, device, rule).status is Compliance.COMPLIANT
    await answer(application, tower, ok=False)
    assert verdict(application, device, rule).status is Compliance.VIOLATING


async def test_a_rule_on_quarantine_is_asked_when_the_device_confirms_it(application: RunningApplication) -> None:
    rule = await policy(application, '!device.quarantined', name='Free')
    device = await application.device()
    await application.check_in(device.id)
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    await application.check_in(device.id)
    await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
    assert verdict(application, device, rule).status is Compliance.VIOLATING


async def test_a_saved_rule_judges_every_device_anew_and_keeps_what_stays_broken(
    application: RunningApplication,
) -> None:
    rule = await policy(application, 'device.battery.level > 20.0')
    low, fair = await application.device('low'), await application.device('fair')
    await application.check_in(low.id, facts=Facts(battery=Battery(10)))
    await application.check_in(fair.id, facts=Facts(battery=Battery(30)))
    opened = verdict(application, low, rule).violation
    new = NewPolicy(name='Charged', rule='device.battery.level > 40.0', severity=Severity.MAJOR)
    saved = await application.policies.change(application.actor, rule.id, rule.version, new)
    assert verdict(application, low, rule).violation == opened
    violation = application.fleet[Violation][opened or '']
    assert (violation.severity, violation.policy_version) == (Severity.MAJOR, saved.version)
    assert verdict(application, fair, rule).status is Compliance.VIOLATING


async def test_retiring_a_policy_ends_its_violations_and_its_verdicts(application: RunningApplication) -> None:
    rule = await policy(application)
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED)
    await application.policies.retire(application.actor, rule.id, rule.version)
    assert application.fleet[DeviceState][device.id].verdicts == {}
    assert application.fleet[DeviceState][device.id].compliance is Compliance.UNEVALUATED
    assert application.entries(ViolationCleared)[0].because == 'the policy was retired'
    assert not application.fleet[Violation]


async def test_a_rule_that_no_longer_compiles_is_unknown_with_the_reason(application: RunningApplication) -> None:
    """A rule from before an upgrade."""
    device = await application.device()
    old = Policy(
        id='old', enterprise=application.enterprise, name='Old', rule='device.gone == 1', created_at=0.0, changed_at=0.0
    )
    await application.transactor.transact(lambda tx: tx.put(old))
    await application.check_in(device.id)
    found = verdict(application, device, old)
    assert found.status is Compliance.UNKNOWN
    assert 'there is no field device.gone' in (found.reason or '')


async def test_a_reload_gives_the_same_verdicts_violations_and_tallies(application: RunningApplication) -> None:
    rule = await policy(application)
    await policy(application, 'device.battery.level > 20.0', name='Charged', mode=Mode.ENFORCE)
    for n, facts in enumerate((ROOTED, CLEAN, SILENT, Facts(battery=Battery(3)))):
        device = await application.device(f'crane-{n}')
        await application.check_in(device.id, facts=facts)
        await application.check_in(device.id, radio=on(1))
    async with running_application(store=application.store, clock=application.clock) as again:
        assert again.fleet[DeviceState] == application.fleet[DeviceState]
        assert again.fleet[Violation] == application.fleet[Violation]
        assert again.fleet[Command] == application.fleet[Command]
        assert again.fleet[Alert] == application.fleet[Alert]
        assert (
            again.fleet.index(StatusCounters).by_policy[rule.id]
            == +application.fleet.index(StatusCounters).by_policy[rule.id]
        )
        assert again.fleet.sequence == application.fleet.sequence


async def test_a_policy_of_one_enterprise_judges_no_device_of_another(application: RunningApplication) -> None:
    other = await application.enterprises.add('Other')
    theirs = await application.enrolments.add(
        system(other.id, 'test'), NewDevice(name='theirs', kind=(await application.device()).kind)
    )
    await policy(application)
    told = CheckIn(1, datetime.fromtimestamp(application.clock(), UTC), facts=ROOTED)
    await application.checkins.check_in(other.id, theirs.device.id, told)
    assert application.fleets.of(other.id)[DeviceState][theirs.device.id].verdicts == {}
    assert not application.store.rows.get(Violation)
