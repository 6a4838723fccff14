"""Windows begin and end by the clock, early or late; what stands behind their towers is in them; nobody is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, Stale
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Security
from domain.devices.model import DeviceState
from domain.enforcement.model import Command
from domain.maintenance.covering import works_on
from domain.maintenance.events import MaintenanceBegun, MaintenanceEnded
from domain.maintenance.input import NewMaintenanceWindow
from domain.maintenance.model import MaintenanceWindow
from domain.policies.events import ViolationExcused
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.violations import Violation
from domain.towers.events import TowerStatusChanged
from domain.towers.input import NewTower
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from tests.domain.towers.test_service import TCP, answer, tower
from tests.fakes import RunningApplication, running_application
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

HOUR = 3600.0


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:  # 2027-01-15 08:00 UTC, a Friday
        yield application


async def planned(application: RunningApplication, *towers: Tower, **more: Any) -> MaintenanceWindow:
    """From ten to twelve, by default each Friday."""
    known = {'zone': 'UTC', 'starts_on': '2027-01-15T10:00', 'length_min': 120, 'rule': 'FREQ=WEEKLY'}
    new = NewMaintenanceWindow(name='Works', towers=tuple(one.id for one in towers), **{**known, **more})
    return await application.maintenance.save(application.actor, new)


async def pass_hours(application: RunningApplication, hours: float) -> None:
    """Time passes, and the clock's jobs look."""
    application.clock.tick(hours * HOUR)
    await application.maintenance.review(application.enterprise)
    await application.towers.review_maintenance(application.enterprise)


def is_planned(application: RunningApplication, one: Tower) -> bool:
    return tower_state(application.fleet, one.id).status is TowerStatus.MAINTENANCE


async def test_a_window_comes_every_week_with_what_it_cuts_off_and_nobody_is_told(
    application: RunningApplication,
) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,))
    mast = await tower(application, 'Mast', checks=(TCP,), parent_id=hub.id)
    other = await tower(application, 'Other', checks=(TCP,))
    for one in (hub, mast, other):
        await answer(application, one, True)
    await planned(application, hub)
    for _ in range(2):
        await pass_hours(application, 2)
        assert [is_planned(application, one) for one in (hub, mast, other)] == [True, True, False]
        for one in (hub, mast):
            await answer(application, one, False)
        assert not application.fleet[Alert]
        await answer(application, hub, True)
        await answer(application, mast, True)
        await pass_hours(application, 2)
        assert [is_planned(application, one) for one in (hub, mast)] == [False, False]
        await pass_hours(application, 7 * 24 - 4)
    assert len(application.entries(MaintenanceBegun)) == len(application.entries(MaintenanceEnded)) == 2


async def test_a_mast_with_a_reserve_is_not_behind_the_hub(application: RunningApplication) -> None:
    hub, spare = await tower(application, 'Hub', checks=(TCP,)), await tower(application, 'Spare', checks=(TCP,))
    mast = await tower(application, 'Mast', checks=(TCP,), parent_id=hub.id, backup_ids=(spare.id,))
    row = await planned(application, hub)
    assert application.maintenance.towers_of(row) == {hub.id}
    both = await planned(application, hub, spare)
    assert application.maintenance.towers_of(both) == {hub.id, spare.id, mast.id}
    alone = await planned(application, hub, spare, below=False)
    assert application.maintenance.towers_of(alone) == {hub.id, spare.id}


async def test_it_begins_early_is_extended_and_ended_and_the_next_one_comes_as_planned(
    application: RunningApplication,
) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,), region='West')
    row = await planned(application, regions=('West',))
    row = await application.maintenance.begin(application.actor, row.id, row.version)
    assert is_planned(application, hub)
    with pytest.raises(Conflict):
        await application.maintenance.begin(application.actor, row.id, row.version)
    with pytest.raises(Stale):
        await application.maintenance.end(application.actor, row.id, 1)
    row = await application.maintenance.extend(application.actor, row.id, row.version, application.clock() + 5 * HOUR)
    await pass_hours(application, 4)
    assert is_planned(application, hub)
    row = await application.maintenance.end(application.actor, row.id, row.version)
    assert not is_planned(application, hub)
    await pass_hours(application, 1)
    assert not is_planned(application, hub), 'the one of today has begun early and is over'
    await pass_hours(application, 7 * 24 - 2)
    assert is_planned(application, hub)
    (following, *_) = application.maintenance.following(row, 1)
    assert following.starts_at > application.clock()


async def test_a_tower_that_a_person_takes_out_stays_out_until_the_next_time(application: RunningApplication) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,))
    await planned(application, hub)
    await pass_hours(application, 2)
    known = application.fleet[Tower][hub.id]
    new = NewTower(name=known.name, checks=known.checks, maintenance_until=None)
    await application.towers.change(application.actor, hub.id, known.version, new)
    await pass_hours(application, 0.5)
    assert not is_planned(application, hub)
    await pass_hours(application, 3)
    await pass_hours(application, 7 * 24 - 3)
    assert is_planned(application, hub)


async def test_what_a_person_planned_for_longer_stays(application: RunningApplication) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,), maintenance_until=application.clock() + 9 * HOUR)
    row = await planned(application, hub)
    await pass_hours(application, 2)
    row = application.maintenance.read(application.actor, row.id)
    await application.maintenance.retire(application.actor, row.id, row.version)
    assert is_planned(application, hub)


async def test_when_the_longer_of_two_is_ended_the_other_goes_on_without_a_gap(application: RunningApplication) -> None:
    hub = await tower(application, 'Hub', checks=(TCP,))
    await answer(application, hub, False, False, False)
    longer = await planned(application, hub, length_min=600)
    await planned(application, hub)
    await pass_hours(application, 2)
    longer = application.maintenance.read(application.actor, longer.id)
    before = len(application.entries(TowerStatusChanged))
    await application.maintenance.end(application.actor, longer.id, longer.version)
    assert is_planned(application, hub)
    assert len(application.entries(TowerStatusChanged)) == before
    await pass_hours(application, 2)
    assert not is_planned(application, hub)


async def test_a_restart_finds_the_window_and_a_standstill_over_it_does_nothing() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        hub = await tower(application, 'Hub', checks=(TCP,))
        await planned(application, hub)
    clock.tick(2.5 * HOUR)
    async with running_application(store=store, clock=clock) as application:
        await pass_hours(application, 0)
        assert is_planned(application, hub)
    clock.tick(7 * 24 * HOUR + 4 * HOUR)
    async with running_application(store=store, clock=clock) as application:
        await pass_hours(application, 0)
        assert not is_planned(application, hub)


@pytest.mark.parametrize(
    ('field', 'more'),
    [
        ('zone', {'zone': 'Middle/Earth'}),
        ('starts_on', {'starts_on': 'tomorrow'}),
        ('starts_on', {'starts_on': '2027-01-14T10:00', 'rule': ''}),
        ('length_min', {'length_min': 0}),
        ('rule', {'rule': 'FREQ=HOURLY'}),
        ('rule', {'rule': 'FREQ=WEEKLY;UNTIL=20270101T000000Z'}),
        ('towers', {'regions': ()}),
        ('towers.0', {'towers': ('nowhere',)}),
    ],
)
async def test_what_is_refused_names_its_field(
    application: RunningApplication, field: str, more: dict[str, object]
) -> None:
    known = {'zone': 'UTC', 'starts_on': '2027-01-15T10:00', 'length_min': 120, 'regions': ('West',)}
    new = NewMaintenanceWindow(name='Works', **{**known, **more})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refusal:
        await application.maintenance.save(application.actor, new)
    assert refusal.value.field == field


async def test_a_window_by_label_excuses_devices_wherever_they_are_and_sends_them_nothing(
    application: RunningApplication,
) -> None:
    inside, outside = await application.device('crane-1', labels={'site': 'west'}), await application.device('crane-2')
    enforced = NewPolicy(name='Not rooted', rule='!device.security.rooted', mode=Mode.ENFORCE, grace_s=0)
    policy = await application.policies.add(application.actor, enforced)
    await planned(application, labels={'site': 'west'})
    await pass_hours(application, 2)
    for one in (inside, outside):
        await application.check_in(one.id, facts=Facts(security=Security(rooted=True)))
    await application.enforcement.run_due(application.enterprise)

    def verdicts() -> list[Compliance]:
        return [application.fleet[DeviceState][one.id].verdicts[policy.id].status for one in (inside, outside)]

    def asked() -> list[str]:
        return [command.device for command in application.fleet[Command].values()]

    assert verdicts() == [Compliance.EXCUSED, Compliance.VIOLATING]
    assert asked() == [outside.id]
    await pass_hours(application, 2)
    await application.enforcement.run_due(application.enterprise)
    assert verdicts() == [Compliance.VIOLATING, Compliance.VIOLATING]
    assert inside.id in asked()


async def test_a_violation_is_excused_when_works_by_label_begin_and_held_again_when_they_end(
    application: RunningApplication,
) -> None:
    device = await application.device(labels={'site': 'west', 'role': 'lift'})
    await application.policies.add(application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    await application.check_in(device.id, facts=Facts(security=Security(rooted=True)))
    row = await planned(application, labels={'site': 'west', 'role': 'lift'})
    row = await application.maintenance.begin(application.actor, row.id, row.version)
    (violation,) = application.fleet[Violation].values()
    assert violation.excused_at is not None
    assert application.entries(ViolationExcused)[-1].because == 'planned works: Works'
    await application.maintenance.end(application.actor, row.id, row.version)
    (violation,) = application.fleet[Violation].values()
    assert violation.excused_at is None


async def test_only_devices_that_carry_all_of_the_labels_are_in_it(application: RunningApplication) -> None:
    row = await planned(application, labels={'site': 'west', 'role': 'lift'})
    await application.maintenance.begin(application.actor, row.id, row.version)
    assert works_on(application.fleet, {'site': 'west', 'role': 'lift', 'more': 'x'}) is not None
    assert works_on(application.fleet, {'site': 'west'}) is None


@pytest.mark.parametrize('labels', [{'': 'x'}, {'site': ''}, {'a b': 'c'}, {'x' * 64: 'y'}])
async def test_a_label_that_no_device_can_have_is_refused(
    application: RunningApplication, labels: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        await planned(application, labels=labels)
    assert (refused.value.field or '').startswith('labels')
