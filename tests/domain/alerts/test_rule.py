"""Every alert rule of every noun: its key as it is stored, and that its alert is raised, changed and cleared by that key alone."""

import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import domain
from domain.alerts.events import AlertCleared, AlertRaised
from domain.alerts.model import Alert
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.alerts import UNKNOWN_CELL
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from tests.domain.channels.channels import webhook
from tests.domain.parts import there
from tests.fakes import RunningApplication, running_application

RULES: dict[str, AlertRule] = {
    f'{path.parent.name}.{name}': rule
    for path in sorted(Path(domain.__file__).parent.glob('*/alerts.py'))
    for name, rule in vars(importlib.import_module(f'domain.{path.parent.name}.alerts')).items()
    if isinstance(rule, AlertRule)
}
STORED = {
    'silence.OFFLINE': 'offline/ID',
    'silence.BEHIND_TOWER': 'silence-tower/ID',
    'silence.TOGETHER': 'silence/ID',
    'channels.NOT_DELIVERING': 'channel/ID',
    'guarding.GUESSING': 'guessing/ID',
    'guarding.TOWER_CERTIFICATE': 'certificate/tower/ID',
    'guarding.CHANNEL_CERTIFICATE': 'certificate/channel/ID',
    'guarding.DEVICE_CERTIFICATES': 'certificate/devices/ID',
    'guarding.OWN_CERTIFICATE': 'certificate/enterprise/ID',
    'maintenance.WORKS_UNKNOWN': 'works-calendar/ID',
    'guarding.PROVIDER_CERTIFICATE': 'certificate/provider/ID',
    'guarding.AUTHORITY_CERTIFICATE': 'certificate/authority/ID',
    'oncall.CALENDAR_UNREAD': 'calendar-unread/ID',
    'oncall.TELLS_NOBODY': 'route-nobody/ID',
    'oncall.GAP_AHEAD': 'oncall-gap/ID',
    'own_rules.OWN': 'own/ID',
    'own_rules.OWN_DEVICE': 'own-device/ID',
    'devices.CLOCK': 'clock/ID',
    'devices.CLOCKS': 'clocks',
    'towers.AREA': 'area/ID',
    'towers.LATE': 'poller/ID',
    'devices.COPIED': 'copied/ID',
    'devices.COPIED_IDENTITY': 'copy/ID',
    'devices.DOWNGRADE': 'downgrade/ID',
    'devices.FOREIGN_NETWORK': 'plmn/ID',
    'devices.JUMP': 'jump/ID',
    'devices.CONTRADICTION': 'identity/ID',
    'devices.SHARED_NUMBER': 'number-shared/ID',
    'devices.SHARED_SIM': 'sim-shared/ID',
    'devices.SIM_CHANGED': 'sim/ID',
    'devices.UNKNOWN_CELL': 'cell/ID',
    'enforcement.NOT_DONE': 'enforcement/ID',
    'enrolment.CONTESTED': 'contested/ID',
    'policies.BROKEN': 'policy/ID',
    'policies.NOT_ASKED': 'policy/ID/rule',
    'towers.FAILING': 'tower/ID',
    'towers.NOT_ASKED': 'polling/ID',
}
"""Open alerts lie in databases under these keys: another one would leave them open for ever."""


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def row(application: RunningApplication, kind: str) -> Any:
    if kind == 'tower':
        return await application.towers.add(application.actor, NewTower(name='{Maas}vlakte'))
    if kind == 'policy':
        return await application.policies.add(application.actor, NewPolicy(name='Locked', rule='device.name != ""'))
    if kind == 'channel':
        return (await webhook(application))[0]
    if kind == 'enterprise':
        return application.fleet.enterprise
    return await application.device('crane-1')


def test_every_key_is_stored_as_it_always_was() -> None:
    assert {name: rule.key.replace('{}', 'ID') for name, rule in RULES.items()} == STORED


@pytest.mark.parametrize('name', RULES)
async def test_one_alert_is_raised_changed_and_cleared(application: RunningApplication, name: str) -> None:
    rule = RULES[name]
    about = await row(application, rule.object)

    async def raised(devices: int) -> Alert:
        def decide(tx: Transaction) -> Alert:
            return there(
                rule.raise_for(
                    tx,
                    about,
                    severity=Severity.MAJOR,
                    devices=devices,
                    status='down',
                    when='is',
                    problem='it is not locked',
                    which='label site=port',
                    where='from 192.0.2.7',
                    what='half of the fleet is late',
                    ends='ends in 3 days',
                    certificates='The client certificate of crane ends',
                    days='21',
                )
            )

        return await application.transactor.transact(decide)

    first = await raised(1)
    assert (first.key, first.alarm_type, first.probable_cause) == (
        STORED[name].replace('ID', about.id),
        rule.type,
        rule.cause,
    )
    assert (first.object_kind, first.object_id, first.object_name) == (rule.object, about.id, about.name)
    assert first.problem
    assert about.name in first.problem or '{name}' not in rule.problem
    assert (await raised(2)).id == first.id
    assert rule.open_in(application.fleet, about.id) == application.fleet[Alert][first.id]
    assert application.fleet[Alert][first.id].devices == 2
    others = [other.open_in(application.fleet, about.id) for other in RULES.values() if other is not rule]
    assert others == [None] * len(others)
    for _ in range(2):  # clearing what is not open is harmless
        await application.transactor.transact(lambda tx: rule.clear_for(tx, about))
    assert rule.open_in(application.fleet, about.id) is None
    assert [len(application.entries(kind)) for kind in (AlertRaised, AlertCleared)] == [1, 1]


async def test_the_alerts_of_a_rule_are_told_with_what_each_is_on(application: RunningApplication) -> None:
    device = await application.device('crane-1')

    def decide(tx: Transaction) -> None:
        for cell in ('204-08-4417-666', '204-08-4417-667'):
            there(UNKNOWN_CELL.raise_for(tx, device, on=cell, severity=Severity.MINOR))
        for rule in RULES.values():
            if rule.object == 'device' and rule is not UNKNOWN_CELL:
                there(rule.raise_for(tx, device, severity=Severity.MINOR, problem='it is not locked', what='x'))

    await application.transactor.transact(decide)
    assert [cell for cell, _ in UNKNOWN_CELL.all_in(application.fleet)] == ['204-08-4417-666', '204-08-4417-667']
