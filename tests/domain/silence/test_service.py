"""Alerts of silence, from check-ins that no longer come."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.scopes import Scope
from domain.alert_rules.input import NewAlertRule
from domain.alerts.events import AlertCleared, AlertRaised
from domain.alerts.model import Alert, RuleScope
from domain.cellular.identifiers import Identifiers
from domain.common.severity import Severity
from domain.devices.model import Criticality, Device, DeviceKind
from domain.enforcement.model import Lock
from domain.towers.model import TowerStatus
from tests.domain.parts import sight
from tests.domain.towers.test_service import TCP, answer, cell, on, tower
from tests.fakes import Clock, RunningApplication, running_application
from tests.fakes.store import MemoryStore

ROUTER, VITAL = DeviceKind.ROUTER, Criticality.VITAL
GONE_S = 190 + 60 + 1
"""From its last word to the alert of a vital router that reports every minute."""


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def wait(application: RunningApplication, seconds: float) -> list[tuple[str, str]]:
    """Let time pass; what is open then, with its severity."""
    step, until = (1 if seconds < 400 else 30), application.clock() + seconds
    while True:
        await application.presence.expire()
        await application.silence.review(application.enterprise)
        if application.clock() >= until:
            break
        application.clock.now = min(application.clock() + step, until)
    return [(alert.problem, alert.severity.value) for alert in application.fleet[Alert].values()]


async def vital(application: RunningApplication, name: str = 'lock-gate', **more: object) -> Device:
    device = await application.device(name, ROUTER, criticality=VITAL, **more)
    await application.check_in(device.id)
    return device


async def test_a_device_that_stays_offline_calls_by_its_criticality_and_its_return_clears(
    application: RunningApplication,
) -> None:
    gate = await vital(application)
    await application.check_in((await application.device('pump', ROUTER)).id)
    assert await wait(application, GONE_S - 2) == []
    assert await wait(application, 2) == [('lock-gate is offline', 'critical')]
    assert await wait(application, 3600) == [('lock-gate is offline', 'critical'), ('pump is offline', 'minor')]
    await application.check_in(gate.id)
    assert await wait(application, 0) == [('pump is offline', 'minor')]
    assert [entry.problem for entry in application.entries(AlertCleared)] == ['lock-gate is offline']


async def test_a_device_that_is_retired_revoked_or_wiped_calls_no_more(application: RunningApplication) -> None:
    one, two, three = [await vital(application, name) for name in ('one', 'two', 'three')]
    assert len(await wait(application, GONE_S)) == 3
    await application.enrolments.revoke(application.actor, one.id, 'lost')
    await application.enrolments.retire(application.actor, two.id, two.version)
    wiped = Lock(three.id, application.enterprise, wiped_at=application.clock())
    await application.transactor.transact(lambda tx: tx.put(wiped), application.enterprise)
    assert await wait(application, 0) == []


async def test_behind_a_tower_that_is_down_maintained_or_not_asked_none_calls(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await answer(application, mast, True)
    gate = await vital(application)
    await application.check_in(gate.id, radio=on(1))
    assert await answer(application, mast, False, False, False) is TowerStatus.DOWN
    assert await wait(application, 7200) == [('Mast is down', 'major')]
    await answer(application, mast, True)
    held = ('Mast is down', 'major')  # until its devices are heard from
    assert await wait(application, GONE_S - 2) == [held], 'once the tower is back its devices get the time to return'
    assert await wait(application, 2) == [held, ('lock-gate is offline', 'critical')]
    later = replace(mast, maintenance_until=application.clock() + 600)
    await application.transactor.transact(lambda tx: tx.put(later), application.enterprise)
    await application.towers.review_maintenance(application.enterprise)
    assert await wait(application, 0) == []


async def test_while_all_checks_of_a_tower_fail_softly_its_devices_wait(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await answer(application, mast, True)
    gate = await vital(application)
    await application.check_in(gate.id, radio=on(1))
    await wait(application, GONE_S - 11)
    await answer(application, mast, False)
    assert await wait(application, 10) == []
    await answer(application, mast, True)
    assert await wait(application, 0) == [('lock-gate is offline', 'critical')]


async def test_behind_a_tower_without_checks_and_on_one_through_which_others_talk_a_device_calls(
    application: RunningApplication,
) -> None:
    await tower(application, 'Bare', cells=(cell(2),))
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await answer(application, mast, True)
    bare, gate, other = [await vital(application, name) for name in ('bare', 'gate', 'other')]
    await application.check_in(bare.id, radio=on(2))
    for device in (gate, other):
        await application.check_in(device.id, radio=on(1))
    await answer(application, mast, False, False, False)
    assert ('bare is offline', 'critical') in await wait(application, 300)
    await application.check_in(other.id, radio=on(1))
    problems = [problem for problem, _ in await wait(application, 0)]
    assert 'gate is offline' in problems, 'the cells radiate: other has just talked'


async def test_many_that_go_together_raise_one_alert_and_those_that_do_not_return_one_each(
    application: RunningApplication,
) -> None:
    mast = await tower(application, 'Hook of Holland', checks=(TCP,), cells=(cell(1),))
    await answer(application, mast, True)
    many = [await vital(application, f'crane-{n}', labels={'site': 'hook'}) for n in range(8)]
    for device in many:
        await application.check_in(device.id, radio=on(1))
    assert await wait(application, GONE_S) == [('Devices behind Hook of Holland fell silent together', 'critical')]
    (alert,) = application.fleet[Alert].values()
    assert alert.devices == 8
    told = application.entries(AlertRaised)[-1]
    assert 'crane' not in told.detail, 'a role that sees one of its devices reads the journal of the tower'
    for device in many[:6]:
        await application.check_in(device.id, radio=on(1))
    assert await wait(application, 0) == [('crane-6 is offline', 'critical'), ('crane-7 is offline', 'critical')]
    assert len(application.entries(AlertRaised)) == 3


async def test_devices_of_one_label_kind_or_network_are_named_by_it(application: RunningApplication) -> None:
    for n in range(6):
        await vital(application, f'north-{n}', labels={'site': 'north', 'owner': str(n)})
    for n in range(20):
        other = await application.device(f'other-{n}', DeviceKind.METER, interval_s=86_400)
        await application.check_in(other.id)
    assert await wait(application, GONE_S) == [('Devices labelled site=north fell silent together', 'critical')]


async def test_a_restart_keeps_the_alerts_and_time_that_the_console_was_away_counts_for_none() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        gone, there = await vital(application, 'gone'), await vital(application, 'there')
        await wait(application, 60)
        await application.check_in(there.id)
        await wait(application, GONE_S - 60)
        await application.check_in(there.id)
        assert [alert.object_id for alert in application.fleet[Alert].values()] == [gone.id]
    clock.tick(7200)
    async with running_application(store=store, clock=clock) as application:
        assert await wait(application, 180) == [('gone is offline', 'critical')]
        await application.check_in(there.id)
        assert await wait(application, 180) == [('gone is offline', 'critical')]
        assert await wait(application, 300) == [('gone is offline', 'critical'), ('there is offline', 'critical')]


async def test_while_towers_cannot_be_asked_and_half_the_fleet_is_gone_it_is_the_server(
    application: RunningApplication,
) -> None:
    await vital(application)
    await application.towers.polling_impaired(application.enterprise, 'nothing answers', 'TCP 10.0.0.1')
    assert await wait(application, 3600) == [('Towers cannot be asked: nothing answers', 'major')]
    await application.towers.polling_recovered(application.enterprise)
    assert await wait(application, 0) == [('lock-gate is offline', 'critical')]


async def test_a_narrowed_role_sees_its_own_part_of_a_silence(application: RunningApplication) -> None:
    for n in range(6):
        await vital(application, f'crane-{n}', labels={'site': f'port-{n % 3}'})
    await wait(application, GONE_S)
    (whole,) = application.fleet[Alert].values()
    assert whole.detail == '6 of 6: crane-0, crane-1, crane-2 and 3 more'
    (seen,) = sight(application, Scope({'site': ('port-1',)}))[Alert].values()
    assert (seen.devices, seen.detail, seen.severity) == (2, '', Severity.CRITICAL)
    assert len(seen.witnesses) == 2 < len(whole.witnesses)
    assert not sight(application, Scope({'site': ('elsewhere',)}))[Alert]


async def test_while_the_rule_of_many_is_off_each_is_told_by_itself_and_a_scope_leaves_others_out(
    application: RunningApplication,
) -> None:
    rules = application.alert_rules
    await rules.change(application.actor, 'silent-together', 0, NewAlertRule(enabled=False, reason='a moving fleet'))
    scope = RuleScope(labels={'site': 'west'})
    await rules.change(application.actor, 'device-offline', 0, NewAlertRule(scope=scope, severity=Severity.WARNING))
    for number in range(8):
        await vital(application, f'lock-{number}', labels={'site': 'west' if number < 6 else 'east'})
    expected = [(f'lock-{number} is offline', 'warning') for number in range(6)]
    assert await wait(application, GONE_S) == expected
    kept = dict(application.store.rows[Alert])
    assert await wait(application, 5) == expected
    assert application.store.rows[Alert] == kept  # nothing is written again


async def test_devices_of_one_region_behind_several_towers_are_one_matter(application: RunningApplication) -> None:
    for n in range(1, 7):
        await tower(application, f'Mast {n}', cells=(cell(n),), region='Rotterdam' if n < 6 else 'Delft')
        gate = await application.device(f'gate {n}', ROUTER, criticality=VITAL)
        await application.check_in(gate.id, radio=on(n))
    last = list(application.fleet[Device])[-1]
    for _ in range(6):
        await wait(application, GONE_S / 6)
        await application.check_in(last, radio=on(6))
    (alert,) = application.fleet[Alert].values()
    assert (alert.problem, alert.devices) == ('Devices of region Rotterdam fell silent together', 5)


async def test_devices_whose_sims_are_of_one_network_are_one_matter(application: RunningApplication) -> None:
    for n in range(10):
        numbers = Identifiers(imsi=f'2620112345678{n:02}' if n < 5 else f'2040812345678{n:02}')
        gate = await application.device(f'gate {n}', ROUTER, criticality=VITAL, identifiers=numbers)
        await application.check_in(gate.id)
    stays = [device.id for device in application.fleet[Device].values() if device.name >= 'gate 5']
    for _ in range(6):
        await wait(application, GONE_S / 6)
        for id in stays:
            await application.check_in(id)
    (alert,) = application.fleet[Alert].values()
    assert alert.problem == 'Devices with SIMs of 262-01 fell silent together'


async def test_the_alert_of_one_device_becomes_a_part_of_that_of_many(application: RunningApplication) -> None:
    gates = [await vital(application, f'gate-{n}', labels={'site': 'north'}) for n in range(6)]
    await application.alert_rules.change(
        application.actor, 'silent-together', 0, NewAlertRule(enabled=False, reason='later')
    )
    assert len(await wait(application, GONE_S)) == 6
    await application.alert_rules.change(application.actor, 'silent-together', 1, NewAlertRule())
    await wait(application, 5)
    alerts = list(application.fleet[Alert].values())
    many, single = (
        [one for one in alerts if one.object_kind != 'device'],
        [one for one in alerts if one.object_kind == 'device'],
    )
    assert (len(many), {alert.parent for alert in single}) == (1, {many[0].id})
    for gate in gates[:4]:
        await application.check_in(gate.id)
    await wait(application, 0)
    left = list(application.fleet[Alert].values())
    assert [(alert.object_id, alert.parent) for alert in left] == [(gate.id, None) for gate in gates[4:]]
    assert all(alert.tell_at is not None for alert in left), 'they are told after a while'
