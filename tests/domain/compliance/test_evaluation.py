"""From a changed fact to a verdict, a violation and its end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.actors import system
from domain.cellular.radio import Radio, Rat
from domain.checkins.model import CheckIn
from domain.checks.model import Check, CheckKind, CheckResult
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.compliance import Compliance, Verdict
from domain.devices.facts import Battery, Facts, Os, Security
from domain.devices.input import NewDevice
from domain.devices.model import Device
from domain.policies.events import ViolationCleared, ViolationExcused, ViolationOpened
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy, Selector
from domain.policies.violations import Violation
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower, TowerStatus
from tests.fakes import House, house

ROOTED, CLEAN = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
SILENT = Facts(security=Security(screen_lock=True))


def cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


def on(number: int, rsrp: float = -90.0) -> Radio:
    return Radio(Rat.LTE, '204', '08', 4417, number, rsrp=rsrp)


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def policy(home: House, rule: str = '!device.security.rooted', **more: Any) -> Policy:
    return await home.policies.add(home.actor, NewPolicy(name=more.pop('name', 'Not rooted'), rule=rule, **more))


def verdict(home: House, device: Device, policy: Policy) -> Verdict:
    return home.fleet.states[device.id].verdicts[policy.id]


async def tower_with(home: House, name: str, number: int) -> Tower:
    check = Check(id='', kind=CheckKind.TCP, host='10.0.0.1', port=80, max_attempts=1)
    return await home.towers.add(home.actor, NewTower(name=name, cells=(cell(number),), checks=(check,)))


async def answer(home: House, tower: Tower, ok: bool) -> TowerStatus:
    result = CheckResult(tower.id, tower.checks[0].id, home.clock(), ok, 5.0, '' if ok else 'refused')
    return await home.towers.record_check(home.enterprise, tower.id, result)


async def test_a_broken_rule_opens_a_violation_with_since_evidence_and_tower(home: House) -> None:
    rule = await policy(home, severity=Severity.MAJOR)
    tower = await tower_with(home, 'Mast', 1)
    device = await home.device()
    await home.check_in(device.id, facts=CLEAN, radio=on(1))
    since = home.clock.tick(60)
    await home.check_in(device.id, facts=ROOTED)
    found = verdict(home, device, rule)
    assert (found.status, found.since, found.evidence) == (
        Compliance.VIOLATING,
        since,
        {'device.security.rooted': True},
    )
    violation = home.fleet.violations[found.violation or '']
    assert (violation.opened_at, violation.severity, violation.tower) == (since, Severity.MAJOR, tower.id)
    assert home.entries(ViolationOpened)[0].evidence == {'device.security.rooted': True}


async def test_since_is_kept_while_the_violation_lasts(home: House) -> None:
    rule = await policy(home, 'device.battery.level > 20.0')
    device = await home.device()
    since = home.clock()
    await home.check_in(device.id, facts=Facts(battery=Battery(10)))
    home.clock.tick(60)
    await home.check_in(device.id, facts=Facts(battery=Battery(9)))
    assert verdict(home, device, rule).since == since
    assert len(home.entries(ViolationOpened)) == 1


async def test_a_device_that_complies_again_clears_its_violation_and_breaking_again_opens_a_new_one(
    home: House,
) -> None:
    await policy(home)
    device = await home.device()
    for facts in (ROOTED, CLEAN, ROOTED):
        await home.check_in(device.id, facts=facts)
        home.clock.tick(60)
    opened, cleared = home.entries(ViolationOpened), home.entries(ViolationCleared)
    assert [entry.violation for entry in cleared] == [opened[0].violation]
    assert cleared[0].open_s == 60
    assert opened[1].violation != opened[0].violation
    assert set(home.fleet.violations) == {opened[1].violation}


async def test_an_unknown_answer_opens_nothing(home: House) -> None:
    rule = await policy(home)
    device = await home.device()
    await home.check_in(device.id, facts=SILENT)
    assert verdict(home, device, rule).status is Compliance.UNKNOWN
    assert verdict(home, device, rule).reason == 'not reported: device.security.rooted'
    assert not home.fleet.violations


async def test_withholding_a_fact_keeps_the_violation_open(home: House) -> None:
    rule = await policy(home)
    device = await home.device()
    for facts in (ROOTED, SILENT, ROOTED):
        await home.check_in(device.id, facts=facts)
    assert len(home.entries(ViolationOpened)) == 1
    assert not home.entries(ViolationCleared)
    await home.check_in(device.id, facts=SILENT)
    assert list(home.fleet.violations) == [verdict(home, device, rule).violation]


async def test_a_check_in_asks_only_the_rules_that_read_what_it_changed(home: House) -> None:
    """Shown by a rule on the clock: it has been broken by time meanwhile, yet only its own fields or the background pass ask it."""
    deadline = '2027-01-15T08:01:00Z'
    rule = await policy(home, f'device.os.name == "Android" && now < timestamp("{deadline}")')
    device = await home.device()
    await home.check_in(device.id, facts=Facts(os=Os('Android', '15'), battery=Battery(50)), radio=on(1))
    home.clock.tick(3600)
    await home.check_in(device.id, facts=Facts(battery=Battery(49)), radio=on(1, -95.0))
    await home.check_in(device.id, facts=Facts(os=Os('Android', '16')))
    assert verdict(home, device, rule).status is Compliance.COMPLIANT
    await home.check_in(device.id, facts=Facts(os=Os('android', '16')))
    assert verdict(home, device, rule).status is Compliance.VIOLATING


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
    home: House, rule: str, first: Radio, then: Radio
) -> None:
    saved = await policy(home, rule)
    await tower_with(home, 'Mast', 1)
    device = await home.device()
    await home.check_in(device.id, radio=first)
    assert verdict(home, device, saved).status is Compliance.COMPLIANT
    await home.check_in(device.id, radio=then)
    assert verdict(home, device, saved).status is Compliance.VIOLATING


async def test_a_policy_binds_whom_it_selects(home: House) -> None:
    rule = await policy(home, selector=Selector(labels={'site': 'port-1'}))
    bound = await home.device('bound', labels={'site': 'port-1'})
    free = await home.device('free')
    for device in (bound, free):
        await home.check_in(device.id, facts=ROOTED)
    assert verdict(home, bound, rule).status is Compliance.VIOLATING
    assert home.fleet.states[free.id].compliance is Compliance.UNEVALUATED
    new = NewDevice(name='bound', kind=bound.kind, labels={})
    await home.devices.change(home.actor, bound.id, bound.version, new)
    assert home.fleet.states[bound.id].compliance is Compliance.UNEVALUATED
    assert home.entries(ViolationCleared)[0].because == 'the policy no longer selects the device'


async def test_a_device_behind_a_dead_tower_is_excused_and_held_to_account_when_it_is_back(home: House) -> None:
    rule = await policy(home)
    tower = await tower_with(home, 'Mast', 1)
    device = await home.device()
    await home.check_in(device.id, facts=ROOTED, radio=on(1))
    opened = verdict(home, device, rule).violation
    await answer(home, tower, ok=False)
    assert verdict(home, device, rule).status is Compliance.EXCUSED
    assert home.fleet.violations[opened or ''].excused_at == home.clock()
    assert [entry.violation for entry in home.entries(ViolationExcused)] == [opened]
    await answer(home, tower, ok=True)
    assert verdict(home, device, rule).status is Compliance.VIOLATING
    assert home.fleet.violations[opened or ''].excused_at is None
    assert len(home.entries(ViolationOpened)) == 1


async def test_what_breaks_behind_a_dead_tower_opens_only_when_the_tower_is_back(home: House) -> None:
    rule = await policy(home)
    tower = await tower_with(home, 'Mast', 1)
    device = await home.device()
    await home.check_in(device.id, facts=CLEAN, radio=on(1))
    await answer(home, tower, ok=False)
    await home.check_in(device.id, facts=ROOTED)
    assert verdict(home, device, rule).status is Compliance.EXCUSED
    assert not home.entries(ViolationOpened)
    await answer(home, tower, ok=True)
    assert len(home.entries(ViolationOpened)) == 1


async def test_a_device_that_leaves_a_dead_tower_for_a_live_one_is_excused_no_longer(home: House) -> None:
    rule = await policy(home)
    dead = await tower_with(home, 'Dead', 1)
    await tower_with(home, 'Live', 2)
    device = await home.device()
    await home.check_in(device.id, facts=ROOTED, radio=on(1))
    await answer(home, dead, ok=False)
    assert verdict(home, device, rule).status is Compliance.EXCUSED
    await home.check_in(device.id, radio=on(2))
    assert verdict(home, device, rule).status is Compliance.VIOLATING
    await home.check_in(device.id, radio=on(1))
    assert verdict(home, device, rule).status is Compliance.EXCUSED


async def test_a_rule_that_reads_the_towers_status_is_asked_whenever_that_changes(home: House) -> None:
    rule = await policy(home, 'tower.status != "degraded"', name='Healthy tower')
    check = Check(id='', kind=CheckKind.TCP, host='10.0.0.1', port=80, max_attempts=3)
    tower = await home.towers.add(home.actor, NewTower(name='Mast', cells=(cell(1),), checks=(check,)))
    device = await home.device()
    await home.check_in(device.id, radio=on(1))
    await answer(home, tower, ok=True)
    assert verdict(home, device, rule).status is Compliance.COMPLIANT
    await answer(home, tower, ok=False)
    assert verdict(home, device, rule).status is Compliance.VIOLATING


async def test_a_rule_on_quarantine_is_asked_when_the_device_confirms_it(home: House) -> None:
    rule = await policy(home, '!device.quarantined', name='Free')
    device = await home.device()
    await home.check_in(device.id)
    command = await home.devices.command(home.actor, device.id, Action.QUARANTINE, 'lost')
    await home.check_in(device.id)
    await home.devices.answer(home.enterprise, device.id, command.id, confirmed=True, detail='')
    assert verdict(home, device, rule).status is Compliance.VIOLATING


async def test_a_saved_rule_judges_everybody_anew_and_keeps_what_stays_broken(home: House) -> None:
    rule = await policy(home, 'device.battery.level > 20.0')
    low, fair = await home.device('low'), await home.device('fair')
    await home.check_in(low.id, facts=Facts(battery=Battery(10)))
    await home.check_in(fair.id, facts=Facts(battery=Battery(30)))
    opened = verdict(home, low, rule).violation
    new = NewPolicy(name='Charged', rule='device.battery.level > 40.0', severity=Severity.MAJOR)
    saved = await home.policies.change(home.actor, rule.id, rule.version, new)
    assert verdict(home, low, rule).violation == opened
    violation = home.fleet.violations[opened or '']
    assert (violation.severity, violation.policy_version) == (Severity.MAJOR, saved.version)
    assert verdict(home, fair, rule).status is Compliance.VIOLATING


async def test_retiring_a_policy_ends_its_violations_and_its_verdicts(home: House) -> None:
    rule = await policy(home)
    device = await home.device()
    await home.check_in(device.id, facts=ROOTED)
    await home.policies.retire(home.actor, rule.id, rule.version)
    assert home.fleet.states[device.id].verdicts == {}
    assert home.fleet.states[device.id].compliance is Compliance.UNEVALUATED
    assert home.entries(ViolationCleared)[0].because == 'the policy was retired'
    assert not home.fleet.violations


async def test_a_rule_that_no_longer_compiles_is_unknown_with_the_reason(home: House) -> None:
    """A rule from before an upgrade."""
    device = await home.device()
    old = Policy(
        id='old', enterprise=home.enterprise, name='Old', rule='device.gone == 1', created_at=0.0, changed_at=0.0
    )
    await home.road.travel(lambda draft: draft.put(old))
    await home.check_in(device.id)
    found = verdict(home, device, old)
    assert found.status is Compliance.UNKNOWN
    assert 'there is no field device.gone' in (found.reason or '')


async def test_a_reload_gives_the_same_verdicts_violations_and_tallies(home: House) -> None:
    rule = await policy(home)
    await policy(home, 'device.battery.level > 20.0', name='Charged', mode=Mode.ENFORCE)
    for n, facts in enumerate((ROOTED, CLEAN, SILENT, Facts(battery=Battery(3)))):
        device = await home.device(f'crane-{n}')
        await home.check_in(device.id, facts=facts)
        await home.check_in(device.id, radio=on(1))
    async with house(store=home.store, clock=home.clock) as again:
        assert again.fleet.states == home.fleet.states
        assert again.fleet.violations == home.fleet.violations
        assert again.fleet.commands == home.fleet.commands
        assert again.fleet.alerts == home.fleet.alerts
        assert again.fleet.tallies[rule.id] == +home.fleet.tallies[rule.id]
        assert again.fleet.sequence == home.fleet.sequence


async def test_a_policy_of_one_enterprise_judges_nobody_of_another(home: House) -> None:
    other = await home.enterprises.add('Other')
    theirs = await home.devices.add(system(other.id, 'test'), NewDevice(name='theirs', kind=(await home.device()).kind))
    await policy(home)
    told = CheckIn(1, datetime.fromtimestamp(home.clock(), UTC), facts=ROOTED)
    await home.checkins.check_in(other.id, theirs.device.id, told)
    assert home.fleets.of(other.id).states[theirs.device.id].verdicts == {}
    assert not home.store.rows.get(Violation)
