"""Policies: previewed, saved, retired; their alerts; and the starter set."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.events import AlertCleared, AlertRaised
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Stale
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Os, Security, Storage
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import DeviceState
from domain.policies.events import PolicySaved
from domain.policies.input import NewPolicy
from domain.policies.live import rule_doubt
from domain.policies.model import Mode, Policy, Selector
from domain.policies.starter import starter_policies
from domain.rules.language import Rule, RuleError
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication, running_application

ROOTED, CLEAN = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))
NEW = NewPolicy(name='Not rooted', rule='!device.security.rooted', severity=Severity.MAJOR)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def crowd(application: RunningApplication, *facts: Facts) -> list[str]:
    devices = [await application.device(f'crane-{n}') for n in range(len(facts))]
    for device, said in zip(devices, facts, strict=True):
        await application.check_in(device.id, facts=said)
    return [device.id for device in devices]


async def resave(application: RunningApplication, policy: Policy, **more: Any) -> Policy:
    return await application.policies.change(application.actor, policy.id, policy.version, replace(NEW, **more))


def alerts(application: RunningApplication) -> list[tuple[str, Severity, int]]:
    return [(alert.problem, alert.severity, alert.devices) for alert in application.fleet[Alert].values()]


async def test_a_saved_policy_judges_the_fleet_at_once(application: RunningApplication) -> None:
    await crowd(application, ROOTED, CLEAN, Facts())
    policy = await application.policies.add(application.actor, NEW)
    assert +application.fleet.index(StatusCounters).by_policy[policy.id] == {
        Compliance.VIOLATING: 1,
        Compliance.COMPLIANT: 1,
        Compliance.UNKNOWN: 1,
    }


async def test_a_save_that_says_nothing_new_leaves_no_trace(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    assert (await resave(application, policy)).version == policy.version
    assert len(application.entries(PolicySaved)) == 1


async def test_a_preview_of_a_sample_says_how_many_were_asked(application: RunningApplication) -> None:
    await crowd(application, ROOTED, CLEAN, ROOTED)
    preview = await application.policies.preview(application.actor, NEW, most=2)
    assert (preview.selected, preview.asked, preview.counts[Compliance.VIOLATING]) == (3, 2, 1)


async def test_a_broken_rule_is_not_saved(application: RunningApplication) -> None:
    with pytest.raises(RuleError) as refused:
        await application.policies.add(application.actor, replace(NEW, rule='device.kind ==\n device.nme'))
    assert (refused.value.line, refused.value.column) == (2, 2)
    assert not application.fleet[Policy]


async def test_a_change_is_journalled_with_what_was_and_what_is(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    await resave(application, policy, grace_s=60)
    entry = application.entries(PolicySaved)[-1]
    assert (entry.version, entry.created, entry.changes) == (2, False, {'grace_s': [0, 60]})


async def test_a_critical_or_major_policy_has_one_alert_for_all_its_devices(application: RunningApplication) -> None:
    await application.policies.add(application.actor, NEW)
    devices = await crowd(application, ROOTED, ROOTED, CLEAN)
    assert alerts(application) == [('Not rooted is broken', Severity.MAJOR, 2)]
    await application.check_in(devices[0], facts=CLEAN)
    assert alerts(application) == [('Not rooted is broken', Severity.MAJOR, 1)]
    await application.check_in(devices[1], facts=CLEAN)
    assert alerts(application) == []
    assert len(application.entries(AlertRaised)) == len(application.entries(AlertCleared)) == 1


@pytest.mark.parametrize('severity', [Severity.MINOR, Severity.WARNING])
async def test_a_lesser_policy_raises_no_alert(application: RunningApplication, severity: Severity) -> None:
    await application.policies.add(application.actor, replace(NEW, severity=severity))
    await crowd(application, ROOTED)
    assert alerts(application) == []


async def test_a_policy_that_becomes_major_calls_for_all_that_break_it_already(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, replace(NEW, severity=Severity.MINOR))
    devices = await crowd(application, ROOTED, ROOTED, ROOTED)
    await resave(application, policy, severity=Severity.CRITICAL)
    assert alerts(application) == [('Not rooted is broken', Severity.CRITICAL, 3)]
    await application.check_in(devices[0], facts=CLEAN)
    assert alerts(application) == [('Not rooted is broken', Severity.CRITICAL, 2)]


async def test_a_policy_that_becomes_minor_raises_no_alert_any_more(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    await crowd(application, ROOTED)
    await resave(application, policy, severity=Severity.MINOR)
    assert alerts(application) == []


async def test_a_retired_policy_raises_no_alert_any_more(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    await crowd(application, ROOTED)
    await application.policies.retire(application.actor, policy.id, policy.version)
    assert alerts(application) == []


async def test_two_policies_cannot_have_one_name_even_at_once(application: RunningApplication) -> None:
    answers = await asyncio.gather(
        application.policies.add(application.actor, NEW),
        application.policies.add(application.actor, replace(NEW, name='NOT ROOTED')),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Conflict)
    with pytest.raises(Conflict) as refused:
        await application.policies.add(application.actor, NEW)
    assert refused.value.field == 'name'
    assert len(application.fleet[Policy]) == 1


async def test_the_name_of_a_retired_policy_is_free_again(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    await application.policies.retire(application.actor, policy.id, policy.version)
    assert (await application.policies.add(application.actor, NEW)).id != policy.id


async def test_of_two_edits_of_one_version_the_second_is_stale(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    answers = await asyncio.gather(*[resave(application, policy, grace_s=n) for n in (1, 2)], return_exceptions=True)
    assert isinstance(answers[1], Stale)
    assert application.fleet[Policy][policy.id].grace_s == 1


WRONG: list[tuple[str, dict[str, Any]]] = [
    ('name', {'name': ''}),
    ('severity', {'severity': Severity.CLEARED}),
    ('grace_s', {'grace_s': -1}),
    ('grace_s', {'grace_s': 91 * 86_400}),
    ('selector.kinds', {'selector': Selector(kinds=('spaceship',))}),
    ('selector.labels.site', {'selector': Selector(labels={'site': 'x\x00'})}),
    ('action', {'action': Action.RELEASE}),
    ('description', {'description': 'x' * 4001}),
    ('rule', {'rule': ''}),
]


@pytest.mark.parametrize(('field', 'said'), WRONG)
async def test_what_cannot_be_is_refused_by_its_field(
    application: RunningApplication, field: str, said: dict[str, Any]
) -> None:
    with pytest.raises(DomainError) as refused:
        await application.policies.add(application.actor, replace(NEW, **said))
    assert refused.value.field == field


async def test_a_preview_tells_whom_it_would_hit_and_changes_nothing(application: RunningApplication) -> None:
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=1, cell_id=1)
    await application.towers.add(application.actor, NewTower(name='Mast', cells=(cell,)))
    devices = await crowd(application, ROOTED, ROOTED, CLEAN, Facts())
    await application.device('never seen')
    await application.check_in(devices[0], radio=Radio(Rat.LTE, '204', '08', 1, 1))
    before = application.store.commits
    preview = await application.policies.preview(application.actor, replace(NEW, mode=Mode.ENFORCE))
    assert (preview.selected, preview.commands) == (4, 2)
    assert (preview.counts[Compliance.VIOLATING], preview.counts[Compliance.UNKNOWN]) == (2, 1)
    assert preview.towers == {'Mast': 1, 'no known tower': 1}
    assert preview.examples == ('crane-0', 'crane-1')
    assert application.store.commits == before
    assert (
        await application.policies.preview(application.actor, replace(NEW, selector=Selector(kinds=('router',))))
    ).selected == 0
    assert (await application.policies.preview(application.actor, NEW)).commands == 0


@pytest.mark.parametrize(
    ('facts', 'words'),
    [
        ((CLEAN, CLEAN), 'All 2 devices get one answer, compliant'),
        ((ROOTED, ROOTED), 'All 2 devices get one answer, violating'),
        ((Facts(), Facts()), 'All 2 devices get one answer, unknown'),
        ((CLEAN, ROOTED), ''),
        ((CLEAN,), ''),
        ((), ''),
    ],
)
async def test_a_preview_warns_when_the_whole_fleet_gets_one_answer(
    application: RunningApplication, facts: tuple[Facts, ...], words: str
) -> None:
    await crowd(application, *facts)
    warning = (await application.policies.preview(application.actor, NEW)).warning
    assert warning.startswith(words) if words else not warning


OLD_RULE = 'device.os.version >= "12"'


async def stored(application: RunningApplication, mode: Mode = Mode.AUDIT) -> Policy:
    """A policy that an earlier version accepted."""
    await crowd(application, Facts(os=Os(version='9.13')), Facts(os=Os(version='10')))
    policy = Policy(
        id='old',
        enterprise=application.enterprise,
        name='Old',
        rule=OLD_RULE,
        created_at=0.0,
        changed_at=0.0,
        mode=mode,
    )
    await application.transactor.transact(lambda tx: tx.put(policy))
    await application.reevaluator.policy(policy)
    return policy


async def test_a_stored_rule_that_cannot_be_meant_goes_on_as_it_was(application: RunningApplication) -> None:
    policy = await stored(application)
    assert rule_doubt(policy.rule).startswith('line 1, column 19: >= compares versions letter by letter')
    assert +application.fleet.index(StatusCounters).by_policy['old'] == {
        Compliance.COMPLIANT: 1,
        Compliance.VIOLATING: 1,
    }
    assert rule_doubt(NEW.rule) == rule_doubt('device.gone == 1') == ''


async def test_a_stored_rule_stays_while_something_else_is_changed_and_is_not_enforced(
    application: RunningApplication,
) -> None:
    policy = await stored(application)
    new = NewPolicy(name='Older', rule=f' {OLD_RULE}\n')
    preview = await application.policies.preview(application.actor, replace(new, rule=OLD_RULE), policy_id='old')
    assert (preview.counts[Compliance.VIOLATING], str(preview.doubt)) == (1, rule_doubt(OLD_RULE))
    changed = await application.policies.change(application.actor, 'old', policy.version, new)
    assert (changed.name, changed.rule) == ('Older', OLD_RULE)
    enforced = replace(new, mode=Mode.ENFORCE)
    for attempt in (
        application.policies.change(application.actor, 'old', changed.version, enforced),
        application.policies.change(application.actor, 'old', changed.version, replace(new, rule=f'!({OLD_RULE})')),
        application.policies.add(application.actor, replace(new, name='Newer')),
        application.policies.preview(application.actor, enforced, policy_id='old'),
        application.policies.preview(application.actor, new),
    ):
        with pytest.raises(RuleError, match='letter by letter'):
            await attempt


async def test_an_enforced_rule_that_cannot_be_meant_can_be_taken_back_to_audit(
    application: RunningApplication,
) -> None:
    policy = await stored(application, Mode.ENFORCE)
    for mode in (Mode.ENFORCE, Mode.AUDIT):
        new = NewPolicy(name='Old', rule=OLD_RULE, mode=mode, grace_s=60)
        policy = await application.policies.change(application.actor, 'old', policy.version, new)
        assert policy.mode is mode


async def test_the_starter_set_compiles_and_every_policy_can_be_kept_and_broken(
    application: RunningApplication,
) -> None:
    policies = starter_policies(('204-08',))
    assert len(policies) == 6
    assert all(policy.mode is Mode.AUDIT for policy in policies)
    assert all(Rule(policy.rule) for policy in policies)
    for policy in policies:
        await application.policies.add(application.actor, policy)
    good = Facts(
        os=Os('Android', '16', '2027-01-01'),
        storage=Storage(True, 100, 50),
        security=Security(rooted=False),
    )
    bad = Facts(os=Os('Android', '16', '2020-01-01'), storage=Storage(False, 100, 5), security=Security(rooted=True))
    kept, broken = await application.device('kept'), await application.device('broken')
    await application.check_in(kept.id, facts=good, radio=Radio(Rat.LTE, '204', '08'))
    await application.check_in(broken.id, facts=bad, radio=Radio(Rat.GSM, '204', '04'))
    assert {verdict.status for verdict in application.fleet[DeviceState][kept.id].verdicts.values()} == {
        Compliance.COMPLIANT
    }
    assert {verdict.status for verdict in application.fleet[DeviceState][broken.id].verdicts.values()} == {
        Compliance.VIOLATING
    }
    assert len(starter_policies()) == 5


async def test_only_who_may_write_policies_does_and_only_their_own(application: RunningApplication) -> None:
    policy = await application.policies.add(application.actor, NEW)
    operator = Actor(ActorKind.PERSON, 'o', 'Ola', application.enterprise, PERMISSIONS[Role.OPERATOR])
    with pytest.raises(NotAllowed):
        await application.policies.add(operator, NEW)
    other = await application.enterprises.add('Other')
    stranger = Actor(ActorKind.PERSON, 's', 'Sam', other.id, PERMISSIONS[Role.ADMIN])
    for attempt in (
        application.policies.change(stranger, policy.id, 1, NEW),
        application.policies.retire(stranger, policy.id, 1),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await application.policies.add(stranger, NEW)).enterprise == other.id
    with pytest.raises(Invalid):
        await application.policies.add(stranger, replace(NEW, name='x' * 121))
