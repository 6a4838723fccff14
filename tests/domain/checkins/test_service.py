"""Check-ins: current, late, duplicate, out of order, from a wrong clock; and what each does to state, history and alerts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.alerts.events import AlertRaised
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checkins.model import Accepted, CheckIn, Receipt
from domain.common.errors import DomainError, Invalid, NotFound
from domain.common.severity import Severity
from domain.devices.compliance import Compliance
from domain.devices.events import PresenceChanged, ServingTowerChanged
from domain.devices.facts import Battery, Facts, Os, Security
from domain.devices.live import state_of
from domain.devices.model import DeviceState, Presence
from domain.policies.events import ViolationOpened
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from domain.towers.live import OnTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication, running_application

HERE = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
ON_HERE = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
STRANGE = Radio(Rat.LTE, '204', '08', 4417, 666, rsrp=-60.0)
ROOTED, CLEAN = Facts(security=Security(rooted=True)), Facts(security=Security(rooted=False))


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def not_rooted(application: RunningApplication) -> None:
    await application.policies.add(
        application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted', severity=Severity.CRITICAL)
    )


async def test_a_check_in_becomes_the_state_of_the_device(application: RunningApplication) -> None:
    tower = await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    receipt = await application.check_in(device.id, facts=CLEAN, radio=ON_HERE)
    assert receipt == Receipt(Accepted.CURRENT, application.clock(), 60, [])
    state = application.fleet[DeviceState][device.id]
    assert (state.facts, state.radio, state.tower) == (CLEAN, ON_HERE, tower.id)
    assert (state.presence, state.last_seen) == (Presence.ONLINE, application.clock())


async def test_what_is_not_said_stays_as_it_was(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, facts=Facts(os=Os('Android')), radio=ON_HERE)
    await application.check_in(device.id, facts=Facts(battery=Battery(50)))
    state = application.fleet[DeviceState][device.id]
    assert state.facts == Facts(os=Os('Android'), battery=Battery(50))
    assert state.radio == ON_HERE


async def test_without_a_radio_link_there_is_no_serving_tower(application: RunningApplication) -> None:
    tower = await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    await application.check_in(device.id, radio=ON_HERE)
    await application.check_in(device.id, radio=None)
    state = state_of(application.fleet, device.id)
    assert (state.radio, state.tower, application.fleet.index(OnTower).count(tower.id)) == (None, None, 0)
    assert application.entries(ServingTowerChanged)[-1].after is None
    async with running_application(store=application.store, clock=application.clock) as later:
        assert state_of(later.fleet, device.id) == state


async def test_the_same_number_again_is_a_duplicate_and_leaves_no_trace(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, 1, radio=ON_HERE)
    before, samples = application.fleet[DeviceState][device.id], len(application.store.kept_samples)
    application.clock.tick(10)
    assert (await application.check_in(device.id, 1, facts=ROOTED, radio=STRANGE)).accepted is Accepted.DUPLICATE
    assert application.fleet[DeviceState][device.id] is before
    assert len(application.store.kept_samples) == samples


async def test_a_lower_number_is_history_and_moves_nothing(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, 5, radio=ON_HERE)
    before = application.fleet[DeviceState][device.id]
    assert (await application.check_in(device.id, 4, facts=ROOTED, radio=STRANGE, age=30)).accepted is Accepted.LATE
    assert application.fleet[DeviceState][device.id] is before
    assert [(s.observed_at, s.radio) for s in application.store.kept_samples][1:] == [
        (application.clock() - 30, STRANGE)
    ]


async def test_news_from_a_buffer_moves_the_state_and_opens_no_violation_and_no_alert(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    await application.check_in(device.id, facts=CLEAN, radio=ON_HERE)
    application.clock.tick(3600)
    assert (await application.check_in(device.id, facts=ROOTED, radio=STRANGE, age=1800)).accepted is Accepted.LATE
    state = application.fleet[DeviceState][device.id]
    assert (state.facts, state.compliance) == (ROOTED, Compliance.COMPLIANT)
    assert not application.entries(ViolationOpened)
    assert not application.entries(AlertRaised)


async def test_the_first_current_check_in_after_a_buffer_is_judged_by_everything(
    application: RunningApplication,
) -> None:
    await not_rooted(application)
    await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    await application.check_in(device.id, facts=CLEAN, radio=ON_HERE)
    application.clock.tick(3600)
    await application.check_in(device.id, facts=ROOTED, radio=STRANGE, age=1800)
    await application.check_in(device.id, radio=replace(STRANGE, rsrp=-61.0))
    assert application.fleet[DeviceState][device.id].compliance is Compliance.VIOLATING
    assert {alert.problem for alert in application.fleet[Alert].values()} == {
        'Not rooted is broken',
        'Unknown cell in our tracking area',
    }


async def test_a_move_learned_from_a_buffer_is_in_the_journal_too(application: RunningApplication) -> None:
    tower = await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    await application.check_in(device.id)
    application.clock.tick(3600)
    await application.check_in(device.id, radio=ON_HERE, age=1800)
    await application.check_in(device.id, radio=ON_HERE)
    assert [entry.after for entry in application.entries(ServingTowerChanged)] == [tower.id]


async def test_a_device_that_changes_cells_changes_towers(application: RunningApplication) -> None:
    tower = await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
    device = await application.device()
    await application.check_in(device.id, radio=ON_HERE)
    assert application.fleet.index(OnTower).devices(tower.id) == {device.id}
    await application.check_in(device.id, radio=replace(ON_HERE, cell_id=2))
    assert not application.fleet.index(OnTower).devices(tower.id)
    moves = [(entry.before_name, entry.after_name, entry.cell) for entry in application.entries(ServingTowerChanged)]
    assert moves == [(None, 'Mast', '204-08-4417-0x1'), ('Mast', None, '204-08-4417-0x2')]


async def test_a_device_clock_that_is_years_off_is_corrected_by_when_it_says_it_sent(
    application: RunningApplication,
) -> None:
    device = await application.device()
    wrong = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    checkin = CheckIn(1, wrong, sent_at=wrong + timedelta(seconds=7))
    receipt = await application.checkins.check_in(application.enterprise, device.id, checkin)
    assert receipt.accepted is Accepted.CURRENT
    assert application.fleet[DeviceState][device.id].observed_at == application.clock() - 7


async def test_a_wrong_clock_does_not_make_old_news_new(application: RunningApplication) -> None:
    device = await application.device()
    wrong = datetime(2090, 1, 1, tzinfo=UTC)
    checkin = CheckIn(1, wrong, sent_at=wrong + timedelta(hours=2))
    assert (await application.checkins.check_in(application.enterprise, device.id, checkin)).accepted is Accepted.LATE


async def test_an_observation_is_never_in_the_future(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, age=-3600)
    assert application.fleet[DeviceState][device.id].observed_at == application.clock()
    assert (await application.check_in(device.id, age=-2 * 86_400)).accepted is Accepted.CURRENT
    assert application.fleet[DeviceState][device.id].observed_at == application.clock()


async def test_a_clock_that_was_set_back_does_not_move_the_state_back(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id)
    seen = application.clock()
    application.clock.tick(10)
    assert (await application.check_in(device.id, age=60)).accepted is Accepted.CURRENT
    state = application.fleet[DeviceState][device.id]
    assert (state.sequence, state.observed_at, state.last_seen) == (2, seen, application.clock())


@pytest.mark.parametrize('sequence', [0, -1, 2**53])
async def test_a_number_that_cannot_be_counted_is_refused(application: RunningApplication, sequence: int) -> None:
    device = await application.device()
    with pytest.raises(Invalid) as refused:
        await application.check_in(device.id, sequence)
    assert refused.value.field == 'sequence'


async def test_a_device_of_another_enterprise_is_not_there(application: RunningApplication) -> None:
    device = await application.device()
    other = await application.enterprises.add('Other')
    with pytest.raises(NotFound):
        await application.checkins.check_in(
            other.id, device.id, CheckIn(1, datetime.fromtimestamp(application.clock(), UTC))
        )


async def test_coming_back_says_how_long_the_device_was_away(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id)
    application.clock.tick(3600)
    await application.presence.expire()
    await application.check_in(device.id)
    changes = [(entry.before, entry.after, entry.away_s) for entry in application.entries(PresenceChanged)]
    assert changes == [('never_seen', 'online', None), ('online', 'offline', None), ('offline', 'online', 3600.0)]


async def test_a_bad_line_of_a_batch_does_not_spoil_the_others(application: RunningApplication) -> None:
    devices = [await application.device(f'crane-{n}') for n in range(3)]
    now = datetime.fromtimestamp(application.clock(), UTC)
    items = [
        (devices[0].id, CheckIn(1, now)),
        ('nobody', CheckIn(1, now)),
        (devices[1].id, CheckIn(0, now)),
        (devices[2].id, CheckIn(1, now)),
    ]
    answers = await application.checkins.check_in_many(application.enterprise, items)
    assert [isinstance(answer, DomainError) for answer in answers] == [False, True, True, False]
    assert [answer.field for answer in answers if isinstance(answer, DomainError)] == ['device', 'sequence']
    assert [application.fleet[DeviceState][device.id].sequence for device in devices] == [1, 0, 1]


async def test_a_large_batch_answers_in_its_order_and_shares_commits(application: RunningApplication) -> None:
    devices = [await application.device(f'crane-{n}') for n in range(3)]
    now = datetime.fromtimestamp(application.clock(), UTC)
    items = [(devices[n % 3].id, CheckIn(n // 3 + 1, now)) for n in range(900)]
    before = application.store.commits
    answers = await application.checkins.check_in_many(application.enterprise, items)
    assert [answer.accepted for answer in answers if isinstance(answer, Receipt)] == [Accepted.CURRENT] * 900
    assert [application.fleet[DeviceState][device.id].sequence for device in devices] == [300, 300, 300]
    assert application.store.commits - before <= 10
