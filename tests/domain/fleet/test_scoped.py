"""What a narrowed role sees of a fleet."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.changes.history import past
from domain.common.errors import NotFound
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.compliance import Compliance
from domain.devices.events import ServingTowerChanged
from domain.devices.listing.counters import StatusCounters
from domain.devices.listing.labels import LabelIndex
from domain.devices.listing.query import SORTS, DeviceQuery, select
from domain.devices.live import state_of
from domain.devices.model import Device, Presence
from domain.enforcement.live import Held
from domain.enforcement.model import Command
from domain.journal.model import Subject
from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.tokens.model import Token
from domain.towers.events import TowerStatusChanged
from domain.towers.live import OnTower
from domain.towers.model import Tower
from tests.domain.parts import EITHER, NORTH, PORT, actor, mast, on, sight
from tests.fakes import RunningApplication, identifiers, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


def names(rows: Any) -> list[str]:
    return sorted(row.name for row in rows.values())


async def test_all_keys_of_a_scope_must_fit_one_of_their_values(application: RunningApplication) -> None:
    scope = Scope({'site': ('port-1', 'port-2'), 'team': ('cranes',)})
    for number, labels in enumerate(
        ({'site': 'port-1', 'team': 'cranes'}, {'site': 'port-2', 'team': 'cranes', 'x': 'y'}, {'site': 'port-1'}, {})
    ):
        await application.device(f'crane-{number}', labels=labels)
    assert names(sight(application, scope)[Device]) == ['crane-0', 'crane-1']
    assert len(sight(application, scope)[Device]) == 2
    assert names(sight(application, Scope({'site': ()}))[Device]) == []


async def test_a_region_lets_in_whom_its_towers_serve_now_and_either_of_both_is_enough(
    application: RunningApplication,
) -> None:
    await mast(application, 'Waalhaven', 1, 'north')
    await mast(application, 'Botlek', 2, 'south')
    crane, van = await application.device('crane', labels={'site': 'port-1'}), await application.device('van')
    await on(application, crane, 2)
    await on(application, van, 1)
    assert names(sight(application, NORTH)[Device]) == ['van']
    assert names(sight(application, EITHER)[Device]) == ['crane', 'van']
    await on(application, van, 2)
    assert names(sight(application, NORTH)[Device]) == []
    assert state_of(sight(application, NORTH), van.id).last_seen is None


async def test_a_scope_of_labels_sees_the_towers_that_serve_its_devices_now(application: RunningApplication) -> None:
    first, second = await mast(application, 'Waalhaven', 1), await mast(application, 'Botlek', 2)
    crane = await application.device('crane', labels={'site': 'port-1'})
    for number in range(3):
        await on(application, await application.device(f'other-{number}'), 1)
    assert names(sight(application, PORT)[Tower]) == []
    await on(application, crane, 1)
    part = sight(application, PORT)
    assert names(part[Tower]) == ['Waalhaven']
    assert (part.index(OnTower).devices(first.id), part.index(OnTower).count(first.id)) == ({crane.id}, 1)
    assert part.index(OnTower).devices(second.id) == frozenset()
    await on(application, crane, 2)
    assert names(sight(application, PORT)[Tower]) == ['Botlek']


async def test_every_counter_is_of_what_is_visible(application: RunningApplication) -> None:
    await application.policies.add(application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
    await mast(application, 'Waalhaven', 1)
    for number in range(5):
        device = await application.device(f'crane-{number}', labels={'site': 'port-1' if number < 2 else 'port-2'})
        await on(application, device, 1)
        await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    await application.device('spare', labels={'site': 'port-1'})
    part, (policy,) = sight(application, PORT), application.fleet[Policy]
    assert (
        part.index(StatusCounters).presence[Presence.ONLINE],
        part.index(StatusCounters).presence[Presence.NEVER_SEEN],
    ) == (
        sum(state_of(application.fleet, id).presence is Presence.ONLINE for id in part[Device]),
        1,
    )
    assert part.index(StatusCounters).compliance == {Compliance.VIOLATING: 2, Compliance.UNEVALUATED: 1}
    assert part.index(StatusCounters).by_policy[policy] == {Compliance.VIOLATING: 2}
    assert (len(part[Violation]), len(part[Command]), len(part.index(Held).devices)) == (2, 2, 2)
    assert len(part.index(StatusCounters).not_compliant[policy]) == 2
    assert set(part.index(LabelIndex)) == {('site', 'port-1')}


async def test_a_list_finds_only_what_is_visible_in_any_order(application: RunningApplication) -> None:
    await mast(application, 'Waalhaven', 1, 'north')
    for number in range(6):
        device = await application.device(
            f'crane-{number}', labels={'site': f'port-{number % 2}'}, identifiers=identifiers(number)
        )
        await on(application, device, 1 if number < 3 else 7)
    part = sight(application, Scope({'site': ('port-1',)}, ('north',)))
    visible = {'crane-0', 'crane-1', 'crane-2', 'crane-3', 'crane-5'}
    for sort in SORTS:
        found = select(part, DeviceQuery(sort=sort), limit=2)
        seen, total = list(found.ids), found.total
        while found.next is not None:
            found = select(part, DeviceQuery(sort=sort), limit=2, cursor=found.next)
            seen += found.ids
        assert ({part[Device][id].name for id in seen}, len(seen), total) == (visible, 5, 5)
    assert select(part, DeviceQuery(text='crane-4')).matched == 0
    assert select(part, DeviceQuery(labels={'site': 'port-0'})).matched == 2


async def test_an_unknown_cell_is_told_as_if_the_visible_witnesses_were_all(application: RunningApplication) -> None:
    await mast(application, 'Waalhaven', 1)
    for number in range(3):
        device = await application.device(f'phone-{number}', labels={'site': f'port-{number}'})
        await on(application, device, 666, rsrp=-60)
    (whole,) = application.fleet[Alert].values()
    (alert,) = sight(application, PORT)[Alert].values()
    assert (whole.object_name, whole.devices, whole.score, whole.severity) == ('phone-0', 3, 0.8, Severity.MAJOR)
    assert (alert.object_name, alert.devices, alert.score, alert.severity) == ('phone-1', 1, 0.4, Severity.MINOR)
    assert alert.witnesses == (alert.object_id,)
    assert 'RSRP' not in alert.detail, 'the signal is that of the newest witness'
    assert len(sight(application, Scope({'site': ('port-7',)}))[Alert]) == 0


async def test_an_alert_about_a_policy_is_the_whole_enterprises(application: RunningApplication) -> None:
    await application.policies.add(
        application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted', severity=Severity.MAJOR)
    )
    await on(application, await application.device('crane', labels={'site': 'port-1'}), 1)
    (alert,) = application.fleet[Alert].values()
    assert len(sight(application, PORT)[Alert]) == 0
    with pytest.raises(NotFound):
        await application.alerts.acknowledge(actor(application, PORT), alert.id)


async def test_the_journal_is_told_without_what_is_out_of_sight(application: RunningApplication) -> None:
    here, there = await mast(application, 'Waalhaven', 1, 'north'), await mast(application, 'Botlek', 2, 'south')
    crane, van = await application.device('crane', labels={'site': 'port-1'}), await application.device('van')
    await on(application, crane, 1)

    def told(scope: Scope, entry: type[Any], of: Device | Tower, **more: Any) -> Any:
        subject = Subject(type(of).__name__.lower(), of.id, of.name)
        return sight(application, scope).told(entry(at=0, enterprise=application.enterprise, subject=subject, **more))

    moved = {'before': there.id, 'before_name': there.name, 'after': here.id, 'after_name': here.name}
    entry = told(PORT, ServingTowerChanged, crane, **moved)
    assert (entry.before, entry.before_name, entry.after_name) == (None, None, 'Waalhaven')
    back = {'before': here.id, 'before_name': here.name, 'after': there.id, 'after_name': there.name}
    assert told(PORT, ServingTowerChanged, crane, **back).after_name == 'another tower'
    down = {'before': 'up', 'after': 'down', 'devices': 7}
    assert told(PORT, TowerStatusChanged, here, **down).devices == 0
    assert told(NORTH, TowerStatusChanged, here, **down).devices == 7
    assert told(PORT, TowerStatusChanged, there, **down) is None
    assert told(PORT, ServingTowerChanged, van, **moved) is None


async def test_the_past_is_that_of_what_is_visible_however_far_it_lies_back(application: RunningApplication) -> None:
    mine, other = await application.device('mine', labels={'site': 'port-1'}), await application.device('other')
    for device in [mine] + [other] * 1200 + [mine]:
        command = await _ended(application, device)
    found, following = await past(
        sight(application, PORT), application.store, Command, equal={}, is_open=False, limit=5
    )
    assert ([row.device for row in found], following) == ([mine.id, mine.id], None)
    page, following = await past(sight(application, PORT), application.store, Command, equal={}, is_open=False, limit=1)
    assert [row.id for row in page] == [command.id]
    rest, _ = await past(
        sight(application, PORT), application.store, Command, equal={}, is_open=False, before=following, limit=5
    )
    assert [row.device for row in rest] == [mine.id]


async def _ended(application: RunningApplication, device: Device) -> Command:
    command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'lost')
    return await application.commands.cancel(application.actor, command.id)


async def test_who_sees_everything_shares_the_fleet_itself_and_equal_scopes_share_a_sight(
    application: RunningApplication,
) -> None:
    assert sight(application, EVERYWHERE) is application.fleet
    assert sight(application, Scope({'site': ('a', 'b')})) is sight(application, Scope({'site': ('b', 'a')}))
    assert sight(application, PORT) is not sight(application, EITHER)


async def test_what_a_sight_was_not_taught_to_narrow_does_not_exist_on_it(application: RunningApplication) -> None:
    part = sight(application, PORT)
    handed_on = {'enterprise', 'sequence', 'revision', 'live', '_kinds', '_named'}
    for name, value in vars(application.fleet).items():
        if name in handed_on:
            continue
        if name.startswith('_'):
            assert not hasattr(part, name) or getattr(part, name) is not value, name
        else:
            assert getattr(part, name) is not value, name
    with pytest.raises(TypeError):
        part.apply(await application.device())
    assert (dict(part[Person]), dict(part[Token])) == ({}, {})
