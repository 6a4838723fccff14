"""Rules over facts: each device has its own waiting, one alert tells of all, and what cannot be known neither raises nor clears."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from domain.access.scopes import Scope
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.severity import Severity
from domain.devices.facts import Battery, Facts
from domain.devices.input import NewDevice
from domain.devices.model import Device
from domain.maintenance.input import NewMaintenanceWindow
from domain.own_rules.facts import review
from domain.own_rules.facts.asking import asked_of
from domain.own_rules.facts.holding import FEW_AGAIN, MOST_EACH
from domain.own_rules.input import NewOwnRule
from domain.own_rules.live import FactHolds
from domain.own_rules.model import Counted, FactHold, Over
from domain.rules.language import Rule
from domain.towers.input import NewTower
from domain.towers.model import Cell, TowerState, TowerStatus
from tests.domain.parts import sight
from tests.fakes import RunningApplication, running_application

LOW = NewOwnRule(
    name='Batteries run out',
    expression='device.battery.level < 10',
    over=Over.FACTS,
    for_s=600,
    severity=Severity.MAJOR,
    text='Charge them',
)
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
RADIO = Radio(Rat.LTE, '204', '08', 4417, 1712819)
EACH = replace(LOW, each=True, for_s=0)


async def look(application: RunningApplication, after_s: float = 0) -> list[tuple[str, str, int]]:
    application.clock.tick(after_s)
    await application.own_rules.review(application.enterprise)
    return [
        (alert.problem, alert.detail, alert.devices)
        for alert in application.fleet[Alert].values()
        if alert.key.startswith('own')
    ]


async def says(application: RunningApplication, device: Device, level: int | None) -> None:
    await application.check_in(device.id, facts=Facts(battery=Battery(level)))


async def test_each_device_waits_for_itself_and_one_alert_tells_of_all() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, LOW)
        one, two = [await application.device(f'crane-{number}') for number in (1, 2)]
        await says(application, one, 9)
        assert await look(application) == []
        await says(application, two, 4)
        assert await look(application, 300) == []
        assert await look(application, 299) == []
        told = 'Charge them: 1 device: crane-1 (battery.level 9)'
        assert await look(application, 1) == [('Batteries run out', told, 1)]
        told = 'Charge them: 2 devices: crane-1 (battery.level 9), crane-2 (battery.level 4)'
        assert await look(application, 300) == [('Batteries run out', told, 2)]
        (alert,) = application.fleet[Alert].values()
        assert alert.witnesses == (one.id, two.id)
        assert [each.reading for each in alert.evidence] == ['battery.level 9', 'battery.level 4']
        assert alert.condition is not None
        assert (alert.condition.expression, alert.condition.for_s) == ('device.battery.level < 10', 600)
        assert alert.condition.values == 'true of 1 device; the evidence has what each said'
        await says(application, one, 80)
        told = 'Charge them: 1 device: crane-2 (battery.level 4)'
        assert await look(application, 5) == [('Batteries run out', told, 1)]
        await says(application, two, 80)
        assert await look(application, 5) == []


async def test_what_cannot_be_known_neither_raises_nor_clears() -> None:
    async with running_application() as application:
        rule = replace(LOW, expression='device.custom.level < 10', for_s=0)
        await application.own_rules.save(application.actor, rule)
        silent, one = await application.device('silent'), await application.device('crane')
        await application.check_in(one.id, facts=Facts(custom={'level': 'low'}))
        assert await look(application) == []
        await application.check_in(one.id, facts=Facts(custom={'level': 3}))
        assert len(await look(application)) == 1
        await application.check_in(one.id, facts=Facts(custom={'level': 'low'}))
        assert len(await look(application, 5)) == 1
        await application.check_in(one.id, facts=Facts(custom={'level': 30}))
        assert await look(application) == []
        assert silent.id in application.fleet[Device]


async def test_a_label_that_a_device_does_not_have_is_known_not_to_be_there() -> None:
    async with running_application() as application:
        await application.own_rules.save(
            application.actor, replace(EACH, expression='device.labels.site == "port-1"', text='')
        )
        one = await application.device('crane', labels={'site': 'port-1'})
        await application.check_in(one.id)
        assert len(await look(application)) == 1
        now = application.fleet[Device][one.id]
        edited = NewDevice(name=now.name, kind=now.kind, criticality=now.criticality)
        await application.devices.change(application.actor, one.id, now.version, edited)
        assert await look(application, 5) == []


async def test_a_device_in_planned_works_is_left_out_of_it() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, replace(LOW, for_s=0))
        one = await application.device('crane', labels={'site': 'port-1'})
        begins = datetime.fromtimestamp(application.clock() + 60, UTC).strftime('%Y-%m-%dT%H:%M')
        window = NewMaintenanceWindow(
            name='Works', zone='UTC', starts_on=begins, length_min=60, labels={'site': 'port-1'}
        )
        await application.maintenance.save(application.actor, window)
        application.clock.tick(120)
        await application.maintenance.review(application.enterprise)
        await says(application, one, 3)
        assert await look(application) == []
        application.clock.tick(3700)
        await application.maintenance.review(application.enterprise)
        assert len(await look(application)) == 1


async def test_the_waiting_survives_a_restart() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, LOW)
        one = await application.device('crane')
        await says(application, one, 3)
        assert await look(application) == []
        assert await look(application, 400) == []
        await application.device('crane-2')  # until what it took down last, a server is known to have watched
        async with running_application(store=application.store, clock=application.clock) as later:
            assert len(await look(later, 200)) == 1
            await says(later, one, 90)
            assert await look(later, 1) == []


async def test_so_many_devices_have_to_be_concerned() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, replace(LOW, for_s=0, at_least=3))
        devices = [await application.device(f'crane-{number}') for number in range(3)]
        for device in devices[:2]:
            await says(application, device, 3)
        assert await look(application) == []
        await says(application, devices[2], 3)
        assert [devices for *_, devices in await look(application)] == [3]
        await says(application, devices[0], 30)
        assert await look(application) == []


async def test_each_device_has_an_alert_of_its_own_until_it_is_one_matter() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, EACH)
        devices = [await application.device(f'crane-{number}') for number in range(MOST_EACH + 1)]
        await says(application, devices[0], 3)
        assert await look(application) == [('Batteries run out: crane-0', 'Charge them: battery.level 3', 1)]
        for device in devices[1:]:
            await says(application, device, 3)
        await look(application)
        roots = [alert for alert in application.fleet[Alert].values() if alert.parent is None]
        assert [(alert.problem, alert.devices, alert.children) for alert in roots] == [
            ('Batteries run out', MOST_EACH + 1, 1)
        ]
        for device in devices[FEW_AGAIN + 1 :]:
            await says(application, device, 30)
        await look(application)
        assert [alert.devices for alert in application.fleet[Alert].values() if alert.parent is None] == [FEW_AGAIN + 1]
        await says(application, devices[FEW_AGAIN], 30)
        await look(application)
        alerts = list(application.fleet[Alert].values())
        assert (len(alerts), {alert.object_kind for alert in alerts}) == (FEW_AGAIN, {'device'})
        for device in devices:
            await says(application, device, 30)
        assert await look(application) == []


async def test_a_change_of_what_is_asked_begins_anew_and_a_change_of_name_does_not() -> None:
    async with running_application() as application:
        rule = await application.own_rules.save(application.actor, replace(LOW, for_s=60))
        one = await application.device('crane')
        await says(application, one, 3)
        await look(application)
        assert len(await look(application, 60)) == 1
        rule = await application.own_rules.save(
            application.actor, replace(LOW, for_s=60, name='Low'), rule.id, rule.version
        )
        assert [problem for problem, *_ in await look(application)] == ['Low']
        application.clock.tick(1)
        rule = await application.own_rules.save(
            application.actor, replace(LOW, for_s=60, expression='device.battery.level < 5'), rule.id, rule.version
        )
        assert await look(application) == []
        assert len(await look(application, 60)) == 1
        off = replace(LOW, for_s=60, expression='device.battery.level < 5', enabled=False)
        rule = await application.own_rules.save(application.actor, off, rule.id, rule.version)
        assert await look(application) == []
        assert not application.fleet[FactHold]


async def test_a_device_that_is_retired_or_selected_no_more_ends_it() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, replace(EACH, counted=Counted(labels={'site': 'port-1'})))
        one, two = [await application.device(f'crane-{number}', labels={'site': 'port-1'}) for number in range(2)]
        for device in (one, two):
            await says(application, device, 3)
        assert len(await look(application)) == 2
        await application.enrolments.retire(application.actor, one.id, application.fleet[Device][one.id].version)
        assert len(await look(application)) == 1
        now = application.fleet[Device][two.id]
        await application.devices.change(
            application.actor, two.id, now.version, NewDevice(name='crane-1', kind=now.kind)
        )
        assert await look(application) == []


@pytest.mark.parametrize('seed', range(30))
async def test_what_is_found_by_what_moved_is_what_asking_everything_finds(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random check-ins, edits, towers and restarts, when no device is asked in turn, against asking everything in its order."""
    monkeypatch.setattr(review, 'IN_TURN', 0)
    random = Random(seed)
    expression = 'device.battery.level < 10 || device.name.startsWith("late") || tower.status == "degraded"'
    async with running_application() as application:
        new = replace(LOW, expression=expression, for_s=0, counted=Counted(labels={'site': 'port-1'}))
        rule = await application.own_rules.save(application.actor, new)
        compiled = Rule(rule.expression)
        mast = await application.towers.add(application.actor, NewTower(name='Mast', cells=(CELL,)))
        devices = [(await application.device(f'crane-{n}', labels={'site': 'port-1'})).id for n in range(5)]
        holds: set[str] = set()

        async def happens(id: str) -> None:
            now = application.fleet[Device][id]
            match random.randrange(4):
                case 0:
                    battery = random.choice((Battery(3), Battery(50), None))
                    await application.check_in(id, facts=Facts(battery=battery), radio=random.choice((None, RADIO)))
                case 1:
                    name = f'{random.choice(("late", "crane"))}-{id}'
                    edited = NewDevice(name=name, kind=now.kind, labels=now.labels)
                    await application.devices.change(application.actor, id, now.version, edited)
                case 2:
                    edited = NewDevice(name=now.name, kind=now.kind, labels=random.choice(({}, {'site': 'port-1'})))
                    await application.devices.change(application.actor, id, now.version, edited)
                case 3:
                    status = random.choice((TowerStatus.UP, TowerStatus.DEGRADED))
                    after = TowerState(mast.id, application.enterprise, status=status)
                    await application.transactor.transact(lambda tx: tx.put(after))

        for _ in range(40):
            await happens(random.choice(devices))
            application.clock.tick(5)
            await application.own_rules.review(application.enterprise)
            for id in devices:
                answer = asked_of(
                    application.fleet, rule.counted, compiled, application.fleet[Device][id], application.clock()
                ).holds
                if answer is not None:
                    (holds.add if answer else holds.discard)(id)
            assert set(application.fleet.index(FactHolds).due(rule.id)) == holds


async def test_a_reader_of_a_part_sees_the_alert_of_their_device_but_not_what_the_rule_of_the_enterprise_asks() -> None:
    async with running_application() as application:
        await application.own_rules.save(application.actor, EACH)
        device = await application.device('crane-1', labels={'site': 'port-1'})
        await says(application, device, 9)
        await look(application)
        (alert,) = application.fleet[Alert].values()
        assert alert.condition is not None
        assert alert.condition.values == 'battery.level 9'
        (seen,) = sight(application, Scope({'site': ('port-1',)}))[Alert].values()
        assert (seen.id, seen.condition) == (alert.id, None)
