"""Across nouns: every action of the services, by every role; the permission table decides, and a refusal leaves no trace."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Permission, Role
from domain.alerts.model import Alert
from domain.common.errors import NotAllowed
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.facts import Facts
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind
from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from domain.towers.input import NewTower
from domain.towers.model import Tower
from tests.fakes import RunningApplication, running_application

Act = Callable[[RunningApplication, Actor], Awaitable[Any]]
DEVICE = NewDevice(name='new', kind=DeviceKind.PHONE)
POLICY = NewPolicy(name='new', rule='true')
TOWER = NewTower(name='new')


def first(rows: Any) -> Any:
    return next(iter(rows.values()))


ACTIONS: dict[str, tuple[Permission, Act]] = {
    'add a device': (Permission.DEVICES_WRITE, lambda h, who: h.enrolments.add(who, DEVICE)),
    'change a device': (
        Permission.DEVICES_WRITE,
        lambda h, who: h.devices.change(who, first(h.fleet[Device]).id, 1, DEVICE),
    ),
    'retire a device': (
        Permission.DEVICES_WRITE,
        lambda h, who: h.enrolments.retire(who, first(h.fleet[Device]).id, 1),
    ),
    'command a device': (
        Permission.COMMANDS_WRITE,
        lambda h, who: h.commands.command(who, first(h.fleet[Device]).id, Action.QUARANTINE, 'because'),
    ),
    'add a policy': (Permission.POLICIES_WRITE, lambda h, who: h.policies.add(who, POLICY)),
    'change a policy': (
        Permission.POLICIES_WRITE,
        lambda h, who: h.policies.change(who, first(h.fleet[Policy]).id, 1, POLICY),
    ),
    'retire a policy': (
        Permission.POLICIES_WRITE,
        lambda h, who: h.policies.retire(who, first(h.fleet[Policy]).id, 1),
    ),
    'add a tower': (Permission.TOWERS_WRITE, lambda h, who: h.towers.add(who, TOWER)),
    'change a tower': (
        Permission.TOWERS_WRITE,
        lambda h, who: h.towers.change(who, first(h.fleet[Tower]).id, 1, TOWER),
    ),
    'retire a tower': (Permission.TOWERS_WRITE, lambda h, who: h.towers.retire(who, first(h.fleet[Tower]).id, 1)),
    'acknowledge an alert': (
        Permission.ALERTS_WRITE,
        lambda h, who: h.alerts.acknowledge(who, first(h.fleet[Alert]).id, 'seen'),
    ),
}


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        await found.towers.add(found.actor, NewTower(name='mast'))
        await found.policies.add(
            found.actor, NewPolicy(name='Never', rule='device.uptime_s < 1', severity=Severity.CRITICAL)
        )
        device = await found.device()
        await found.check_in(device.id, facts=Facts(uptime_s=5))
        yield found


@pytest.mark.parametrize('role', Role)
@pytest.mark.parametrize('action', ACTIONS)
async def test_the_permission_table_decides(application: RunningApplication, action: str, role: Role) -> None:
    permission, act = ACTIONS[action]
    who = Actor(ActorKind.PERSON, 'p', 'Ana', application.enterprise, PERMISSIONS[role])
    before = len(application.store.journal[application.enterprise])
    if permission in PERMISSIONS[role]:
        await act(application, who)
        said = [recorded.entry.by for recorded in application.store.journal[application.enterprise][before:]]
        assert 'Ana' in said, 'the journal tells who did it'
    else:
        with pytest.raises(NotAllowed, match=permission.value):
            await act(application, who)
        assert len(application.store.journal[application.enterprise]) == before
