"""Alert rules as they are set: where they decide, what becomes of open alerts, what the last week would have been."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.access.permissions import Permission
from domain.alert_rules.alerts import TUNABLE
from domain.alert_rules.input import NewAlertRule
from domain.alert_rules.service import RuleWeek
from domain.alerts.catalogue import DEVICE_OFFLINE, POLICY_BROKEN
from domain.alerts.events import AlertCleared, AlertRaised, AlertRuleSaved
from domain.alerts.model import Alert, RuleScope
from domain.cellular.radio import Radio, Rat
from domain.common.errors import Invalid, NotAllowed, NotFound, Stale
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK
from domain.devices.facts import Facts, Storage
from domain.devices.model import Criticality, Device, DeviceKind
from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from domain.towers.input import NewTower
from domain.towers.model import Cell
from domain.towers.together.alerts import tell_what_waits
from tests.domain.test_root_cause import alert_of, hub_and_masts
from tests.domain.towers.test_service import answer
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.persistence.samples import ALERT

OPEN, LOCKED = Facts(storage=Storage(encrypted=False)), Facts(storage=Storage(encrypted=True))
OURS = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
STRANGE = Radio(Rat.LTE, '204', '08', 4417, 666)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.towers.add(application.actor, NewTower(name='Maasvlakte', region='West', cells=[OURS]))
        yield application


async def save(application: RunningApplication, key: str, **values: Any) -> None:
    _, before = application.alert_rules.read(application.actor, key)
    await application.alert_rules.change(application.actor, key, before.version, NewAlertRule(**values))


async def policy(application: RunningApplication) -> Policy:
    new = NewPolicy(name='Locked', rule='device.storage.encrypted', severity=Severity.MAJOR)
    return await application.policies.add(application.actor, new)


def open_now(application: RunningApplication) -> list[tuple[str, int]]:
    return sorted((alert.problem, alert.devices) for alert in application.fleet[Alert].values())


async def strange(application: RunningApplication, name: str, **more: Any) -> Device:
    device = await application.device(name, **more)
    await application.check_in(device.id, radio=STRANGE)
    return device


async def lookup(application: RunningApplication, key: str) -> Alert:
    (alert,) = [one for one in application.fleet[Alert].values() if one.key.startswith(key)]
    return alert


async def test_a_rule_that_was_not_set_is_as_delivered_and_a_limit_that_is_as_delivered_is_not_stored(
    application: RunningApplication,
) -> None:
    for rule, tuning in application.alert_rules.list(application.actor):
        assert (tuning.version, tuning.enabled, tuning.severity, tuning.after_s) == (0, True, None, 0)
        assert dict(rule.limits_in(tuning)) == {limit.name: limit.default for limit in rule.limits}
    await save(application, 'silent-together', limits={'devices': 9, 'crowd': 20})
    _, after = application.alert_rules.read(application.actor, 'silent-together')
    assert (after.limits, after.version) == ({'devices': 9.0}, 1)
    with pytest.raises(NotFound):
        application.alert_rules.read(application.actor, 'no-such-rule')


async def test_a_rule_that_is_off_closes_its_alerts_and_raises_none_until_it_is_on_again(
    application: RunningApplication,
) -> None:
    await strange(application, 'crane-1')
    alert = await lookup(application, 'cell/')
    await save(application, 'unknown-cell', enabled=False, reason='a test network until Friday')
    assert open_now(application) == []
    kept = application.store.rows[Alert][alert.id]
    assert [said.text for said in kept.comments] == [
        'The rule Unknown cell was switched off: a test network until Friday'
    ]
    assert len(application.entries(AlertCleared)) == 1
    (saved,) = application.entries(AlertRuleSaved)
    assert (saved.enabled, saved.reason, saved.closed) == (False, 'a test network until Friday', 1)
    assert saved.changes['enabled'] == [True, False]
    await strange(application, 'crane-2')
    assert open_now(application) == []
    await save(application, 'unknown-cell')
    assert open_now(application) == [('Unknown cell in our tracking area', 2)], 'both are on it still'
    await strange(application, 'crane-3')
    assert open_now(application) == [('Unknown cell in our tracking area', 3)]


@pytest.mark.parametrize(
    'without',
    [{'enabled': False, 'reason': 'works'}, {'scope': RuleScope(regions=('East',))}],
    ids=['off', 'elsewhere'],
)
async def test_an_outage_that_the_rule_did_not_take_in_is_told_when_it_does(without: dict[str, Any]) -> None:
    async with running_application() as application:
        hub, masts, _ = await hub_and_masts(application, 2)
        await answer(application, hub, False, False, False)
        for mast in masts:
            await answer(application, mast, False)
        tree = open_now(application)
        await save(application, 'site-down', **without)
        assert open_now(application) == []
        await answer(application, hub, False)
        assert open_now(application) == []
        await save(application, 'site-down')
        assert open_now(application) == tree
        assert [alert_of(application, mast).parent for mast in masts] == [alert_of(application, hub).id] * 2
        await answer(application, hub, True)
        await save(application, 'site-down', after_s=1)
        assert len(open_now(application)) == 3, 'what recovers is not raised anew'


async def test_a_severity_that_is_set_takes_the_place_of_the_one_that_is_judged(
    application: RunningApplication,
) -> None:
    await save(application, 'unknown-cell', severity=Severity.WARNING)
    for number in range(4):
        await strange(application, f'crane-{number}')
    assert (await lookup(application, 'cell/')).severity is Severity.WARNING


async def test_what_is_over_before_its_time_is_not_told_to_people(application: RunningApplication) -> None:
    await save(application, 'unknown-cell', after_s=60)
    await strange(application, 'crane-1')

    async def tell() -> None:
        await application.transactor.transact(lambda tx: tell_what_waits(tx, application.enterprise))

    application.clock.tick(59)
    await tell()
    assert application.entries(AlertRaised) == []
    application.clock.tick(1)
    await tell()
    assert len(application.entries(AlertRaised)) == 1


@pytest.mark.parametrize(
    ('scope', 'takes'),
    [
        (RuleScope(labels={'site': 'west'}), True),
        (RuleScope(labels={'site': 'east'}), False),
        (RuleScope(criticality='high'), True),
        (RuleScope(criticality='vital'), False),
        (RuleScope(regions=('West',)), False),  # no tower serves it on that cell
    ],
)
async def test_a_scope_takes_in_the_devices_that_fit_and_closes_the_others(
    application: RunningApplication, scope: RuleScope, *, takes: bool
) -> None:
    await strange(application, 'crane-1', labels={'site': 'west'}, criticality=Criticality.HIGH)
    await save(application, 'unknown-cell', scope=scope)
    assert bool(open_now(application)) is takes
    radio = replace(STRANGE, cell_id=667)
    device = await application.device('crane-2', labels={'site': 'west'}, criticality=Criticality.HIGH)
    await application.check_in(device.id, radio=radio)
    assert len(open_now(application)) == (2 if takes else 0)


async def test_limits_decide_where_the_rule_decides(application: RunningApplication) -> None:
    await save(application, 'unknown-cell', limits={'strong_dbm': -90})
    device = await application.device()
    await application.check_in(device.id, radio=replace(STRANGE, rsrp=-85.0))
    assert (await lookup(application, 'cell/')).score == 0.6


async def test_a_policy_calls_from_its_limit_on_and_counts_all_who_break_it(application: RunningApplication) -> None:
    await save(application, 'policy-broken', limits={'more_than': 2})
    await policy(application)
    devices = [await application.device(f'crane-{number}') for number in range(4)]
    for device, expected in zip(devices, ([], [], [('Locked is broken', 3)], [('Locked is broken', 4)]), strict=True):
        await application.check_in(device.id, facts=OPEN)
        assert open_now(application) == expected
    await save(application, 'policy-broken', limits={'more_than': 3})
    assert open_now(application) == [('Locked is broken', 4)]
    await save(application, 'policy-broken', limits={'more_than': 4})
    assert open_now(application) == []
    await save(application, 'policy-broken')
    assert open_now(application) == [('Locked is broken', 4)]


async def test_a_device_offline_for_less_than_is_allowed_now_is_closed_at_once(
    application: RunningApplication,
) -> None:
    device = await application.device('gate', DeviceKind.ROUTER, criticality=Criticality.VITAL)
    await application.check_in(device.id)

    async def wait(seconds: float) -> list[tuple[str, int]]:
        application.clock.tick(seconds)
        await application.presence.expire()
        await application.silence.review(application.enterprise)
        return open_now(application)

    await wait(191)
    assert await wait(61) == [('gate is offline', 1)]
    await save(application, 'device-offline', limits={'vital_s': 600})
    assert open_now(application) == []
    assert await wait(300) == []
    assert await wait(600) == [('gate is offline', 1)]
    await save(application, 'device-offline', limits={'vital_s': 0})
    assert await wait(86_400) == []


@pytest.mark.parametrize(
    ('key', 'values', 'field'),
    [
        ('unknown-cell', {'enabled': False, 'reason': ' '}, 'reason'),
        ('poller-behind', {'enabled': False, 'reason': 'x'}, 'enabled'),
        ('unknown-cell', {'severity': Severity.CLEARED}, 'severity'),
        ('unknown-cell', {'after_s': -1}, 'after_s'),
        ('unknown-cell', {'after_s': float('nan')}, 'after_s'),
        ('unknown-cell', {'limits': {'kmh': 3}}, 'limits.kmh'),
        ('impossible-jump', {'limits': {'kmh': float('inf')}}, 'limits.kmh'),
        ('impossible-jump', {'limits': {'kmh': 1}}, 'limits.kmh'),
        ('policy-broken', {'scope': RuleScope(labels={'a': 'b'})}, 'scope'),
        ('unknown-cell', {'scope': RuleScope(criticality='huge')}, 'scope.criticality'),
        ('unknown-cell', {'scope': RuleScope(towers=('nowhere',))}, 'scope.towers'),
        ('unknown-cell', {'scope': RuleScope(labels={'': 'b'})}, 'scope.labels'),
    ],
)
async def test_what_is_wrong_is_refused_by_its_field(
    application: RunningApplication, key: str, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await save(application, key, **values)
    assert (refused.value.field or '').startswith(field)


async def test_it_takes_the_permission_and_the_newest_version(application: RunningApplication) -> None:
    operator = replace(application.actor, permissions=frozenset({Permission.RULES_READ}))
    with pytest.raises(NotAllowed):
        await application.alert_rules.change(operator, 'sim-changed', 0, NewAlertRule(after_s=5))
    with pytest.raises(NotAllowed):
        application.alert_rules.list(replace(operator, permissions=frozenset({Permission.ALERTS_READ})))
    await application.alert_rules.change(application.actor, 'sim-changed', 0, NewAlertRule(after_s=5))
    with pytest.raises(Stale):
        await application.alert_rules.change(application.actor, 'sim-changed', 0, NewAlertRule(after_s=6))
    await application.alert_rules.change(application.actor, 'sim-changed', 1, NewAlertRule(after_s=5))
    assert len(application.entries(AlertRuleSaved)) == 1  # nothing was changed the second time


def kept(application: RunningApplication, number: int, *, hours_ago: float, lasted_s: float, **more: Any) -> Alert:
    raised_at = application.clock() - hours_ago * 3600
    more = {'key': 'policy/P1', 'told_at': raised_at, 'false_at': None, 'parent': None, **more}
    return replace(
        ALERT,
        **{'id': f'A{number}', 'enterprise': application.enterprise, 'raised_at': raised_at, **more},
        cleared_at=raised_at + lasted_s,
    )


async def test_the_last_week_is_counted_and_previewed_from_the_alerts_that_are_kept(
    application: RunningApplication,
) -> None:
    rows = [
        kept(application, 1, hours_ago=1, lasted_s=30, peak_devices=3),
        kept(application, 2, hours_ago=50, lasted_s=300, peak_devices=20, false_at=application.clock()),
        kept(application, 3, hours_ago=24 * 8, lasted_s=300, peak_devices=20),
        kept(application, 4, hours_ago=2, lasted_s=300, key='policy/P1/rule'),
        kept(application, 5, hours_ago=2, lasted_s=3000, key='offline/D1'),
    ]
    for row in rows:
        await application.transactor.transact(lambda tx, row=row: tx.put(row), application.enterprise)  # type: ignore[misc]
    week = await application.alert_rules.week(application.actor)
    assert week['policy-broken'] == RuleWeek(raised=2, told=2, false=1)
    assert (week['policy-not-asked'].raised, week['device-offline'].raised) == (1, 1)

    async def then(**values: Any) -> tuple[int, int, int]:
        found = await application.alert_rules.preview(application.actor, 'policy-broken', NewAlertRule(**values))
        assert (found.raised, found.told) == (2, 2)
        return found.raised_then, found.told_then, len(found.unanswered)

    assert await then() == (2, 2, 0)
    assert await then(limits={'more_than': 2}) == (2, 2, 0)
    assert await then(limits={'more_than': 3}) == (1, 1, 0)
    assert await then(after_s=31) == (2, 1, 0)
    assert await then(enabled=False, reason='x') == (0, 0, 0)
    assert open_now(application) == []  # nothing was changed


async def test_a_preview_says_what_the_kept_alerts_cannot_answer(application: RunningApplication) -> None:
    async def unanswered(key: str, **values: Any) -> str:
        found = await application.alert_rules.preview(application.actor, key, NewAlertRule(**values))
        return '; '.join(found.unanswered)

    assert 'raised no alert and is not kept' in await unanswered('silent-together', limits={'devices': 3})
    assert 'does not tell it' in await unanswered('silent-together', limits={'share_percent': 80})
    assert 'are those of now' in await unanswered('unknown-cell', scope=RuleScope(labels={'site': 'west'}))
    assert await unanswered('unknown-cell', limits={'strong_dbm': -90}, severity=Severity.MINOR) == ''


async def test_an_open_alert_that_saving_would_close_is_previewed(application: RunningApplication) -> None:
    await strange(application, 'crane-1')
    new = NewAlertRule(scope=RuleScope(labels={'site': 'west'}))
    assert (await application.alert_rules.preview(application.actor, 'unknown-cell', new)).closes == 1


async def test_what_is_set_survives_a_restart(application: RunningApplication) -> None:
    store: MemoryStore = application.store
    await save(application, 'unknown-cell', enabled=False, reason='test network')
    enterprise = application.enterprise
    async with running_application(store=store, clock=application.clock) as later:
        assert later.enterprise == enterprise
        _, tuning = later.alert_rules.read(later.actor, 'unknown-cell')
        assert (tuning.enabled, tuning.reason, tuning.version) == (False, 'test network', 1)


@dataclass
class Slow:
    """A policy alert by hand: who breaks it, the limit, whether the rule is on."""

    breaking: frozenset[int] = frozenset()
    most: int = 0
    enabled: bool = True

    @property
    def expected(self) -> list[tuple[str, int]]:
        is_open = self.enabled and len(self.breaking) > self.most
        return [('Locked is broken', len(self.breaking))] if is_open else []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just('breaks'), st.integers(0, 4)),
        st.tuples(st.just('keeps'), st.integers(0, 4)),
        st.tuples(st.just('more_than'), st.integers(0, 3)),
        st.tuples(st.just('off'), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_a_policy_alert_is_what_a_slow_count_says_however_its_rule_is_set(steps: list[tuple[str, int]]) -> None:
    asyncio.run(policy_alert_follows(steps))


async def policy_alert_follows(steps: list[tuple[str, int]]) -> None:
    async with running_application() as application:
        await policy(application)
        devices = [await application.device(f'crane-{number}') for number in range(5)]
        slow = Slow()
        for step, value in steps:
            if step in ('breaks', 'keeps'):
                await application.check_in(devices[value].id, facts=OPEN if step == 'breaks' else LOCKED)
                slow.breaking = slow.breaking | {value} if step == 'breaks' else slow.breaking - {value}
            elif step == 'off':
                slow.enabled = False
                await save(application, POLICY_BROKEN.key, enabled=False, reason='x', limits={'more_than': slow.most})
            else:
                slow.most, slow.enabled = value, True
                await save(application, POLICY_BROKEN.key, limits={'more_than': value})
            assert open_now(application) == slow.expected


LIFE = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(('raise', 'clear', 'restart')), st.just(0)),
        st.tuples(st.just('pass'), st.sampled_from((1, 29, 30, 31))),
        st.tuples(st.just('after'), st.sampled_from((0, 30, 60))),
    ),
    max_size=16,
)


@settings(max_examples=40, deadline=None)
@given(LIFE)
def test_people_are_told_once_of_what_lasts_as_long_as_its_rule_said_when_it_was_raised(
    steps: list[tuple[str, int]],
) -> None:
    asyncio.run(people_are_told(steps))


async def people_are_told(steps: list[tuple[str, int]]) -> None:
    store, clock = MemoryStore(), Clock()
    after, since, told, expected = 0, None, False, 0
    wait = 0.0
    async with AsyncExitStack() as stack:
        application = await stack.enter_async_context(running_application(store=store, clock=clock))
        device = await application.device()
        for step, value in steps:
            if step == 'restart':
                await stack.aclose()
                application = await stack.enter_async_context(running_application(store=store, clock=clock))
            elif step == 'after':
                after = value
                await save(application, 'wrong-clock', after_s=value)
            elif step == 'raise':
                await application.transactor.transact(lambda tx: CLOCK.raise_for(tx, device, severity=Severity.MINOR))
                if since is None:
                    since, wait, told = clock(), after, after == 0
                    expected += told
            elif step == 'clear':
                await application.transactor.transact(lambda tx: CLOCK.clear_for(tx, device))
                since = None
            else:
                clock.tick(value)
            enterprise = application.enterprise
            await application.transactor.transact(lambda tx, id=enterprise: tell_what_waits(tx, id))  # type: ignore[misc]
            if since is not None and not told and clock() - since >= wait:
                told, expected = True, expected + 1
            assert len(application.entries(AlertRaised)) == expected


def test_every_rule_has_a_key_that_fits_its_column_and_limits_that_hold_what_is_delivered() -> None:
    assert len(TUNABLE) == 25
    for key, rule in TUNABLE.items():
        assert len(key) <= 32
        assert len({limit.name for limit in rule.limits}) == len(rule.limits)
        assert all(limit.least <= limit.default <= limit.most for limit in rule.limits)
    assert TUNABLE['device-offline'] is DEVICE_OFFLINE
