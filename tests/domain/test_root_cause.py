"""Across nouns: one outage is one alert. What a tower depends on, who is told of what, and what is found again after a restart."""

from collections.abc import AsyncIterator

import pytest

from domain.alerts.announcements import announcement_of
from domain.alerts.correlation import attach, children_of
from domain.alerts.events import AlertAttached
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.checks.flapping import HISTORY
from domain.checks.model import CheckState
from domain.common.errors import Conflict, Invalid
from domain.common.severity import Severity
from domain.devices.actions import Action
from domain.devices.model import Device
from domain.devices.recovery import review_recoveries
from domain.enforcement.model import Command
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from domain.towers.reach import cycle_s
from tests.domain.towers.test_service import HTTP, TCP, answer, cell, change, on, tower
from tests.fakes import RunningApplication, running_application

Told = list[tuple[str, str]]


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


def told(application: RunningApplication) -> Told:
    """What people were told, in order: of which object, and what."""
    rows: dict[str, Alert] = application.store.rows[Alert]
    found = [announcement_of(one.entry) for one in application.store.journal[application.enterprise]]
    return [(rows[one.alert_id].object_name, one.kind.value) for one in found if one is not None]


def alert_of(application: RunningApplication, about: Tower | Device) -> Alert:
    rows: list[Alert] = [alert for alert in application.store.rows[Alert].values() if alert.object_id == about.id]
    return max(rows, key=lambda alert: alert.id)


def status_of(application: RunningApplication, one: Tower) -> TowerStatus:
    return tower_state(application.fleet, one.id).status


async def clock(application: RunningApplication, seconds: float) -> None:
    """Time passes, and what is run by the clock is run."""
    application.clock.tick(seconds)
    await application.towers.tell(application.enterprise)
    await application.transactor.transact(lambda tx: review_recoveries(tx, application.fleet), application.enterprise)


async def hub_and_masts(application: RunningApplication, masts: int = 3) -> tuple[Tower, list[Tower], list[Device]]:
    """A hub that carries masts, on each of which there is a device; all is well."""
    hub = await tower(application, 'Hub', checks=(TCP,))
    below = [
        await tower(application, f'Mast {n}', checks=(TCP,), cells=(cell(n),), parent_id=hub.id)
        for n in range(1, masts + 1)
    ]
    for one in (hub, *below):
        await answer(application, one, True)
    devices = [await application.device(f'crane {n}') for n in range(1, masts + 1)]
    for n, device in enumerate(devices, 1):
        await application.check_in(device.id, radio=on(n))
    return hub, below, devices


async def test_a_hub_that_dies_is_one_alert_with_its_masts_beneath(application: RunningApplication) -> None:
    hub, masts, _ = await hub_and_masts(application)
    await answer(application, hub, False, False, False)
    for mast in masts:
        assert await answer(application, mast, False) is TowerStatus.UNREACHABLE, 'at its first failure'
    await clock(application, 10.0)
    root = alert_of(application, hub)
    assert told(application) == [('Hub', 'raised')]
    assert (root.devices, root.children, root.problem) == (3, 3, 'Hub is down')
    assert [alert_of(application, mast).parent for mast in masts] == [root.id] * 3
    assert alert_of(application, masts[0]).problem == 'Mast 1 is unreachable'
    assert alert_of(application, masts[0]).detail == 'Hub is down: no backhaul'
    assert len(application.entries(AlertAttached)) == 3


async def test_a_hub_whose_checks_fail_one_after_the_other_is_told_of_once(application: RunningApplication) -> None:
    hub = await tower(application, 'Hub', checks=(TCP, HTTP))
    await tower(application, 'Mast', checks=(TCP,), cells=(cell(1),), parent_id=hub.id)
    for check in (0, 1):
        await answer(application, hub, True, check=check)
    await answer(application, hub, False, False, check=1)
    await answer(application, hub, False, False, False, check=0)
    assert alert_of(application, hub).problem == 'Hub is degraded'
    await application.towers.tell(application.enterprise)
    assert told(application) == []
    await answer(application, hub, False, check=1)
    await clock(application, 10.0)
    assert (alert_of(application, hub).problem, told(application)) == ('Hub is down', [('Hub', 'raised')])


@pytest.mark.parametrize('at_last', [True, False])
async def test_a_mast_whose_checks_fail_one_after_the_other_is_told_of_once(
    application: RunningApplication, at_last: bool
) -> None:
    mast = await tower(application, 'Mast', checks=(TCP, HTTP))
    for check in (0, 1):
        await answer(application, mast, True, check=check)
    await answer(application, mast, False, False, check=1)
    await answer(application, mast, False, False, False, check=0)
    assert alert_of(application, mast).problem == 'Mast is degraded'
    await application.towers.tell(application.enterprise)
    assert told(application) == []
    assert await answer(application, mast, at_last, check=1) is (TowerStatus.DEGRADED if at_last else TowerStatus.DOWN)
    await application.towers.tell(application.enterprise)
    assert told(application) == [('Mast', 'raised')]
    assert alert_of(application, mast).told_severity is (Severity.MINOR if at_last else Severity.MAJOR)


async def test_a_mast_whose_other_check_is_not_asked_is_told_of_after_a_cycle(application: RunningApplication) -> None:
    mast = await tower(application, 'Mast', checks=(TCP, HTTP))
    for check in (0, 1):
        await answer(application, mast, True, check=check)
    await answer(application, mast, False, False, False)
    await clock(application, cycle_s((mast,)) - 1)
    assert told(application) == []
    await clock(application, 1)
    assert told(application) == [('Mast', 'raised')]


async def test_masts_that_fail_before_the_hub_wait_until_it_was_asked(application: RunningApplication) -> None:
    hub, masts, _ = await hub_and_masts(application, 2)
    for mast in masts:
        assert await answer(application, mast, False, False, False) is TowerStatus.DOWN
    await clock(application, 1)
    assert told(application) == []
    await answer(application, hub, False, False, False)
    assert [status_of(application, mast) for mast in masts] == [TowerStatus.UNREACHABLE] * 2
    await clock(application, 60)
    assert told(application) == [('Hub', 'raised')]


async def test_a_mast_that_fails_alone_is_told_of_as_soon_as_its_hub_has_answered(
    application: RunningApplication,
) -> None:
    hub, masts, _ = await hub_and_masts(application, 1)
    await answer(application, masts[0], False, False, False)
    await clock(application, 1)
    assert told(application) == []
    await answer(application, hub, True)
    await clock(application, 0)
    assert told(application) == [('Mast 1', 'raised')]


async def test_a_mast_whose_hub_is_never_asked_is_told_of_after_one_cycle_of_it(
    application: RunningApplication,
) -> None:
    _, masts, _ = await hub_and_masts(application, 1)
    await answer(application, masts[0], False, False, False)
    await clock(application, 34)
    assert told(application) == []
    await clock(application, 1)
    assert told(application) == [('Mast 1', 'raised')], '3 times 5 s and 2 times 10 s'


async def test_a_mast_that_people_were_told_of_is_folded_under_the_hub_that_fails_after_it(
    application: RunningApplication,
) -> None:
    hub, masts, _ = await hub_and_masts(application, 1)
    await answer(application, masts[0], False, False, False)
    await clock(application, 40)
    await answer(application, hub, False, False, False)
    await clock(application, 10.0)
    assert told(application) == [('Mast 1', 'raised'), ('Hub', 'raised')]
    folded = alert_of(application, masts[0])
    assert (folded.parent, folded.severity) == (alert_of(application, hub).id, Severity.MAJOR), 'it is not lowered'


async def test_when_the_hub_returns_nobody_is_called_until_the_masts_were_asked_again(
    application: RunningApplication,
) -> None:
    hub, masts, devices = await hub_and_masts(application, 3)
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False, False, False)
    await clock(application, 10.0)
    await answer(application, hub, True)
    assert [status_of(application, mast) for mast in masts] == [TowerStatus.UNREACHABLE] * 3, 'they are asked again'
    await clock(application, 2)
    root = alert_of(application, hub)
    assert (root.is_open, root.recovery, root.awaited, root.missing) == (True, 'up', 3, 3)
    for n, mast in enumerate(masts[:2], 1):
        await answer(application, mast, True)
        await application.check_in(devices[n - 1].id, radio=on(n))
    await answer(application, masts[2], False, False)
    await clock(application, 2)
    assert told(application) == [('Hub', 'raised')]
    assert alert_of(application, hub).missing == 1
    assert await answer(application, masts[2], False) is TowerStatus.DOWN, 'its own fault'
    await clock(application, 200)
    await clock(application, 2)
    assert told(application) == [('Hub', 'raised'), ('Mast 3', 'raised'), ('Hub', 'cleared')]
    assert [alert.object_name for alert in application.fleet[Alert].values()] == ['Mast 3']


async def test_an_outage_is_one_message_and_its_end_another(application: RunningApplication) -> None:
    hub, masts, devices = await hub_and_masts(application, 4)
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False)
    await clock(application, 10.0)
    for one in (hub, *masts):
        await answer(application, one, True)
    for n, device in enumerate(devices, 1):
        await application.check_in(device.id, radio=on(n))
    for _ in range(3):
        await clock(application, 2)
    assert told(application) == [('Hub', 'raised'), ('Hub', 'cleared')]
    assert not list(application.fleet[Alert])


async def test_a_redundancy_group_is_out_only_when_all_of_its_members_are(application: RunningApplication) -> None:
    one, other = [await tower(application, name, checks=(TCP,)) for name in ('One', 'Other')]
    mast = await tower(application, 'Mast', checks=(TCP,), parent_id=one.id, backup_ids=(other.id,))
    for each in (one, other, mast):
        await answer(application, each, True)
    await answer(application, one, False, False, False)
    assert await answer(application, mast, False) is TowerStatus.DEGRADED, 'the other still carries it'
    await answer(application, other, False, False, False)
    assert status_of(application, mast) is TowerStatus.UNREACHABLE
    assert tower_state(application.fleet, mast.id).because == 'One is down and Other is down: no backhaul'


async def test_power_is_a_group_of_its_own(application: RunningApplication) -> None:
    hub, plant = [await tower(application, name, checks=(TCP,)) for name in ('Hub', 'Plant')]
    mast = await tower(application, 'Mast', checks=(TCP,), parent_id=hub.id, power_ids=(plant.id,))
    for each in (hub, plant, mast):
        await answer(application, each, True)
    await answer(application, plant, False, False, False)
    assert await answer(application, mast, False) is TowerStatus.UNREACHABLE
    assert tower_state(application.fleet, mast.id).because == 'Plant is down: no power'
    with pytest.raises(Invalid, match='feed itself'):
        await change(application, plant, power_ids=(mast.id,))
    with pytest.raises(Conflict, match='it feeds Mast'):
        await application.towers.retire(application.actor, plant.id, plant.version)


async def test_a_chain_is_one_tree(application: RunningApplication) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,))
    middle = await tower(application, 'Middle', checks=(TCP,), parent_id=hub.id)
    leaf = await tower(application, 'Leaf', parent_id=middle.id)
    for each in (hub, middle):
        await answer(application, each, True)
    await answer(application, hub, False, False, False)
    await answer(application, middle, False)
    assert status_of(application, leaf) is TowerStatus.UNREACHABLE, 'it is not asked itself'
    assert alert_of(application, leaf).parent == alert_of(application, middle).id
    assert alert_of(application, middle).parent == alert_of(application, hub).id
    await answer(application, hub, True)
    await answer(application, middle, True)
    assert status_of(application, leaf) is TowerStatus.UNKNOWN
    for _ in range(3):
        await clock(application, 2)
    assert not list(application.fleet[Alert])


async def test_what_a_tower_in_maintenance_cuts_off_is_planned_and_calls_nobody(
    application: RunningApplication,
) -> None:
    hub, masts, _ = await hub_and_masts(application, 2)
    await answer(application, hub, False, False, False)
    await answer(application, masts[0], False)
    await change(application, hub, checks=hub.checks, maintenance_until=application.clock() + 600)
    await answer(application, masts[1], False, False, False)
    assert [status_of(application, mast) for mast in masts] == [TowerStatus.UNREACHABLE] * 2
    await clock(application, 120)
    assert told(application) == []
    assert not list(application.fleet[Alert])
    application.clock.tick(600)
    await application.towers.review_maintenance(application.enterprise)
    await clock(application, 10.0)
    assert told(application) == [('Hub', 'raised')]
    assert alert_of(application, masts[1]).parent == alert_of(application, hub).id


async def test_a_command_that_a_dead_tower_kept_from_its_device_is_a_part_of_that_outage(
    application: RunningApplication,
) -> None:
    hub, masts, devices = await hub_and_masts(application, 2)
    for device in devices:
        await application.commands.command(application.actor, device.id, Action.LOCK, 'lost')
        await application.check_in(device.id)
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False)
    application.clock.tick(600)
    await application.enforcement.run_due(application.enterprise)
    assert {command.state for command in application.store.rows[Command].values()} == {'timed_out'}
    await clock(application, 10.0)
    assert told(application) == [('Hub', 'raised')]
    assert [alert_of(application, device).parent for device in devices] == [
        alert_of(application, mast).id for mast in masts
    ]


async def test_what_waits_and_what_is_folded_is_found_again_after_a_restart() -> None:
    async with running_application() as application:
        hub, masts, _ = await hub_and_masts(application, 2)
        await answer(application, masts[0], False, False, False)
        store, time = application.store, application.clock
    async with running_application(store=store, clock=time) as application:
        assert told(application) == []
        await answer(application, hub, False, False, False)
        await answer(application, masts[1], False)
    async with running_application(store=store, clock=time) as application:
        await clock(application, 10.0)
        assert told(application) == [('Hub', 'raised')]
        await clock(application, 100)
        assert told(application) == [('Hub', 'raised')]
        assert len([one for one in application.fleet[Alert].values() if one.parent is not None]) == 2


async def test_a_tower_that_flaps_is_told_of_once_and_again_when_it_is_steady(application: RunningApplication) -> None:
    mast = await tower(application, 'Mast', checks=(TCP,))
    await answer(application, mast, True)
    for _ in range(8):
        await answer(application, mast, False, False, False, True)
    before = told(application)
    assert [kind for _, kind in before].count('flapping') == 1
    assert before[-1] == ('Mast', 'flapping')
    assert alert_of(application, mast).flapping_since is not None
    await answer(application, mast, *[True] * HISTORY)
    assert told(application)[len(before) :] == [('Mast', 'cleared')]


async def test_flapping_survives_a_restart_and_ends_with_the_word_that_the_tower_stays_down() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Mast', checks=(TCP,))
        await answer(application, mast, True)
        for _ in range(6):
            await answer(application, mast, False, False, False, True)
        before, store, time = told(application), application.store, application.clock
    assert before[-1] == ('Mast', 'flapping')
    async with running_application(store=store, clock=time) as application:
        assert application.fleet[CheckState][mast.checks[0].id].turns > 0
        await answer(application, mast, *[False] * HISTORY)
        assert told(application)[len(before) :] == [('Mast', 'reopened')]


async def test_the_tree_of_an_outage_is_whole_when_devices_never_came_back(application: RunningApplication) -> None:
    hub, masts, _ = await hub_and_masts(application, 2)
    await answer(application, hub, False, False, False)
    for mast in masts:
        await answer(application, mast, False)
    root, parts = alert_of(application, hub), [alert_of(application, mast) for mast in masts]
    for one in (hub, *masts):
        await answer(application, one, True)
    await clock(application, 3600)
    rows = application.store.rows[Alert]
    assert not rows[root.id].is_open
    assert [(rows[one.id].is_open, rows[one.id].parent) for one in parts] == [(False, root.id)] * 2


async def test_an_alert_may_be_laid_under_one_and_then_another_in_one_decision(application: RunningApplication) -> None:
    one, other, mast = [await tower(application, name, checks=(TCP,)) for name in ('One', 'Other', 'Mast')]
    for each in (one, other, mast):
        await answer(application, each, False, False, False)

    def decide(tx: Transaction) -> None:
        first, second, child = [alert_of(application, each) for each in (one, other, mast)]
        child = attach(tx, child, first)
        assert [each.id for each in children_of(tx, first)] == [child.id]
        attach(tx, child, second)
        assert children_of(tx, first) == []

    await application.transactor.transact(decide, application.enterprise)
    assert alert_of(application, mast).parent == alert_of(application, other).id
