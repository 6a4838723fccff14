"""Quarantine and release by hand: the dialog tells before it acts, and acts with a reason only."""

from dataclasses import replace

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.devices.actions import Action
from domain.devices.facts import Facts, Os
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.enforcement.model import Command
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.towers.input import NewTower
from domain.towers.model import TowerKind, TowerState, TowerStatus
from tests.fakes import RunningApplication, running_application
from tests.ui.conftest import Console
from ui.pages.enforcement.command_dialog import consequences


async def test_a_quarantine_says_what_it_does_and_keeps_its_reason(console: Console) -> None:
    device = await console.application.device('crane-117')
    await console.sign_in()
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='quarantine').click()
    await console.user.should_see('Quarantine crane-117?')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Say why')
    assert not console.application.fleet[Command]
    console.user.find(marker='reason').type('stolen, ticket 4711')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Quarantine requested for 1 device.')
    (command,) = console.application.fleet[Command].values()
    assert (command.device, command.action, command.reason) == (device.id, Action.QUARANTINE, 'stolen, ticket 4711')
    assert command.requested_by == 'Ana'


async def test_a_wipe_is_ordered_by_who_types_the_name_of_the_device(console: Console) -> None:
    device = await console.application.device('crane-117')
    await console.sign_in(Role.SECURITY)
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='wipe').click()
    await console.user.should_see('Wipe crane-117?')
    console.user.find(marker='reason').type('stolen')
    for typed in ('', 'crane-118'):
        console.user.find(marker='typed').clear().type(typed)
        console.user.find(marker='confirm').click()
        await console.user.should_see('Type crane-117, so that no other device is erased.')
        assert not console.application.fleet[Command]
    console.user.find(marker='typed').clear().type('crane-117')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Wipe requested for 1 device.')
    (command,) = console.application.fleet[Command].values()
    assert (command.action, command.reason) == (Action.WIPE, 'stolen')


async def test_an_operator_locks_and_has_no_button_to_wipe(console: Console) -> None:
    device = await console.application.device('crane-117')
    await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/devices/{device.id}')
    await console.user.should_not_see(marker='wipe')
    console.user.find(marker='lock').click()
    await console.user.should_see('nobody can use it until unlocked from here')
    console.user.find(marker='reason').type('left behind')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Lock requested for 1 device.')
    (command,) = console.application.fleet[Command].values()
    assert command.action is Action.LOCK


async def test_the_plan_counts_who_is_away_and_who_must_wait() -> None:
    async with running_application() as application:
        devices = [await application.device(f'crane-{n}') for n in range(12)]
        for device in devices[:2]:
            await application.check_in(device.id)
        plan = consequences(application.fleet, devices, Action.QUARANTINE, left_out=1)
    assert (
        plan[0]
        == 'At their next check-in, within 1 min, they are told to cut themselves off from the network, all but this server.'
    )
    assert '10 of them are not heard from now: the command waits for up to 7 days.' in plan
    assert any(line.endswith('will wait until there is room.') for line in plan)
    assert plan[-1] == '1 more of the selection is in quarantine already and left alone.'


async def test_the_plan_names_the_towers_and_a_dead_one_among_them() -> None:
    async with running_application() as application:
        dead = await application.towers.add(application.actor, NewTower(name='Waalhaven', kind=TowerKind.MACRO))
        good = await application.towers.add(application.actor, NewTower(name='Botlek', kind=TowerKind.MACRO))
        places = {'crane-1': dead, 'crane-2': dead, 'crane-3': good, 'crane-4': None}
        devices = [await _on(application, name, tower.id if tower else None) for name, tower in places.items()]
        application.fleet.apply(TowerState(dead.id, application.enterprise, status=TowerStatus.DOWN))
        plan = consequences(application.fleet, devices, Action.QUARANTINE)
    assert 'Served by Waalhaven (2), Botlek (1) and no tower of yours (1).' in plan
    assert '2 of them are behind a tower that is down or in maintenance: parked until it is back.' in plan


async def test_a_release_warns_of_the_policy_that_is_still_broken() -> None:
    async with running_application() as application:
        rule = NewPolicy(name='Not Android 9', rule='device.os.version != "9"', mode=Mode.ENFORCE)
        await application.policies.add(application.actor, rule)
        device = await application.device()
        await application.check_in(device.id, facts=Facts(os=Os(version='9')))
        plan = consequences(application.fleet, [device], Action.RELEASE)
    assert 'It still breaks Not Android 9, which quarantines.' in plan


async def _on(application: RunningApplication, name: str, tower: str | None) -> Device:
    device = await application.device(name)
    await application.check_in(device.id)
    application.fleet.apply(replace(state_of(application.fleet, device.id), tower=tower))
    return device


async def test_all_that_match_are_told_by_the_query_and_named_by_their_number(console: Console) -> None:
    for number in range(3):
        await console.application.device(f'crane-{number}')
    other = await console.application.device('van-1')
    await console.sign_in()
    await console.user.open('/devices')
    _bulk(console, {'action': 'quarantine', 'query': 'page=0&q=crane&size=50&sort=name'})
    await console.user.should_see('Quarantine 3 devices?')
    console.user.find(marker='reason').type('a bad batch')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Quarantine requested for 3 devices.')
    assert other.id not in {command.device for command in console.application.fleet[Command].values()}
    assert len(console.application.fleet[Command]) == 3


async def test_a_scoped_role_commands_all_that_match_in_its_part(console: Console) -> None:
    ours = await console.application.device('crane-1', labels={'site': 'port'})
    await console.application.device('crane-2', labels={'site': 'road'})
    ana = await console.sign_in()
    console.application.fleets.apply(replace(ana, scope=Scope({'site': ('port',)})))
    await console.user.open('/devices')
    _bulk(console, {'action': 'quarantine', 'query': 'q=crane'})
    await console.user.should_see(f'Quarantine {ours.name}?')


async def test_more_than_can_be_told_at_once_a_query_of_others_and_what_is_not_offered_are_refused(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('ui.pages.devices.list.MOST_AT_ONCE', 2)
    ids = [(await console.application.device(f'crane-{number}')).id for number in range(3)]
    await console.sign_in()
    await console.user.open('/devices')
    _bulk(console, {'action': 'quarantine', 'ids': ids})
    await console.user.should_see('3 devices are picked; at most 2 can be told at once. Narrow the list')
    _bulk(console, {'action': 'quarantine', 'query': ''})
    await console.user.should_see('3 devices match by now; at most 2 can be told at once. Narrow the list')
    _bulk(console, {'action': 'quarantine', 'query': 'kind=spoon'})
    await console.user.should_see('spoon')
    _bulk(console, {'action': 'wipe', 'query': 'q=crane-1'})
    await console.user.should_not_see('Wipe')


def _bulk(console: Console, told: dict[str, object]) -> None:
    """What the table tells when a person acts on all rows that match."""
    (table,) = console.user.find(marker='devices').elements
    listener = next(one for one in table._event_listeners.values() if one.type == 'bulk')
    table._handle_event({'listener_id': listener.id, 'args': told})
