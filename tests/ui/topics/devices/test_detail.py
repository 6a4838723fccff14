"""What the page of one device follows."""

from datetime import UTC, datetime
from typing import Any

from domain.cellular.radio import Radio, Rat
from domain.checkins.model import CheckIn
from domain.common.errors import Invalid
from domain.common.reading import OddValue
from domain.devices.facts import Battery, Facts, Os, Storage
from domain.devices.model import DeviceState
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import running_application
from ui.live.channel import News
from ui.topics.devices.detail import MOST_NAMED, DeviceTopic
from ui.topics.devices.signal import SignalTopic
from ui.topics.devices.verdicts import VerdictsTopic


async def test_a_kept_policy_shows_what_its_rule_sees_now_and_a_broken_one_what_it_saw() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
        device = await application.device()

        def evidence() -> list[str]:
            topic = VerdictsTopic(
                fleet=application.fleet, store=application.store, clock=application.clock, id=device.id
            )
            return [row['evidence'] for row in topic.full()['rows']]

        await application.check_in(device.id, facts=Facts(storage=Storage(True)))
        assert evidence() == ['storage.encrypted = true']
        await application.check_in(device.id, facts=Facts(storage=Storage(False)))
        assert evidence() == ['storage.encrypted = false']


async def test_a_rule_that_stays_broken_shows_what_it_saw_then_and_what_it_would_see_now() -> None:
    async with running_application() as application:
        await application.policies.add(
            application.actor, NewPolicy(name='Room', rule='device.storage.free_percent >= 10.0')
        )
        device = await application.device()
        for free in (8, 3):
            await application.check_in(device.id, facts=Facts(storage=Storage(True, 100, free)))
        topic = VerdictsTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=device.id)
        assert [row['evidence'] for row in topic.full()['rows']] == ['storage.free_percent = 8.0 (now 3.0)']


async def test_the_signal_is_told_with_the_cell_and_the_tower_that_it_came_from() -> None:
    async with running_application() as application:
        cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
        await application.towers.add(application.actor, NewTower(name='Waalhaven', cells=(cell,)))
        device = await application.device()
        await application.check_in(device.id, radio=Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-80.0))
        topic = SignalTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=device.id)
        await topic.open()
        assert topic.full()['places'] == ['Waalhaven · 204-08-4417-0x1']
        application.clock.tick(60)
        await application.check_in(device.id, radio=Radio(Rat.LTE, '204', '08', 4417, 2, rsrp=-99.0))
        patch = topic.patch(News(ids={DeviceState: {device.id}})) or {}
    assert patch['points'] == [[application.clock(), -99.0, None, None, 1]]
    assert patch['places'] == ['Waalhaven · 204-08-4417-0x1', '204-08-4417-0x2']


async def test_the_page_tells_odd_values_a_wrong_clock_and_what_is_not_believed() -> None:
    async with running_application() as application:
        device = await application.device()

        def view() -> dict[str, Any]:
            return DeviceTopic(
                fleets=application.fleets,
                fleet=application.fleet,
                store=application.store,
                clock=application.clock,
                id=device.id,
            ).view()

        assert (view()['odd'], view()['clock'], view()['odd_at']) == (None, None, None)
        facts = Facts(os=Os('Android', patch_level='2099-01-01'), storage=Storage(True, 10, 11), battery=Battery(255))
        off = -21_600.0
        for number in (1, 2, 3):
            application.clock.tick(60)
            moment = datetime.fromtimestamp(application.clock() + off, UTC)
            await application.checkins.check_in(
                application.enterprise, device.id, CheckIn(number, moment, moment, facts)
            )
        shown = view()
        assert (shown['odd'], shown['clock'], shown['clock_is']) == ('odd', 'clock 6 h behind', '6 h behind')
        assert shown['odd_values'] == 'facts.battery.level: is a percentage from 0 to 100, not 255'
        assert shown['os']['patch_level'] == '2099-01-01'
        assert shown['patch_age'] == 'implausible: in the future'
        assert shown['storage']['free_bytes'] == 11
        assert shown['storage_doubt'] == 'implausible: above total'
        await application.checkins.refuse(application.enterprise, device.id, Invalid('is missing', field='sequence'))
        assert (view()['odd_values'], view()['odd_refused']) == (None, 'sequence: is missing')


async def test_each_odd_value_stands_on_a_line_of_its_own_and_a_clock_that_stands_says_where() -> None:
    async with running_application() as application:
        device = await application.device(interval_s=60)
        odd = [OddValue(f'facts.f{number}', 'is a number') for number in range(MOST_NAMED + 2)]
        for number in (1, 2, 3):
            application.clock.tick(60)
            said = CheckIn(number, datetime(2000, 1, 1, 0, 0, 10, tzinfo=UTC))
            await application.checkins.check_in(application.enterprise, device.id, said, odd)
        shown = DeviceTopic(
            fleets=application.fleets,
            fleet=application.fleet,
            store=application.store,
            clock=application.clock,
            id=device.id,
        ).view()
    assert shown['odd_values'].splitlines()[0] == 'facts.f0: is a number'
    assert shown['odd_values'].splitlines()[MOST_NAMED:] == ['and 2 more']
    assert (shown['clock'], shown['clock_is']) == ('clock stands still', 'stands still at 2000-01-01 00:00:10 UTC')
