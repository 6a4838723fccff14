"""Cells that are not what they say: each is found, also over a restart, and nothing that honest networks do is taken for one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from domain.alerts.events import AlertRaised
from domain.alerts.model import AlarmType, Alert
from domain.cellular.radio import Radio, Rat, Registration
from domain.checkins.model import AS_BEFORE, CheckIn
from domain.common.severity import Severity
from domain.devices.alerts import COPIED_IDENTITY, DOWNGRADE, FOREIGN_NETWORK, JUMP
from domain.devices.live import TOGETHER_S
from domain.devices.model import Device
from domain.devices.rogue_cells import review_rogue_cells
from domain.towers.alerts import AREA
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower, TowerState, TowerStatus
from tests.fakes import RunningApplication, running_application

QUIET_S, JUMP_STANDS_S, MANY = 300, 3600.0, 5

DELFT, GRONINGEN = (52.0, 4.36), (53.2, 6.57)  # 200 km
ON_DELFT = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
ON_GRONINGEN = replace(ON_DELFT, tac=4418, cell_id=2)
FOREIGN = replace(ON_DELFT, mcc='901', mnc='70')
CATCHER = Radio(Rat.GSM, '204', '08', 999, 7, rsrp=-55.0)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def mast(application: RunningApplication, name: str, place: tuple[float, float] | None, *radios: Radio) -> Tower:
    cells = tuple(
        Cell(rat=radio.rat, mcc=radio.mcc or '', mnc=radio.mnc or '', tac=radio.tac, cell_id=radio.cell_id or 0)
        for radio in radios
    )
    latitude, longitude = place or (None, None)
    new = NewTower(name=name, cells=cells, latitude=latitude, longitude=longitude)
    return await application.towers.add(application.actor, new)


async def two_masts(application: RunningApplication) -> tuple[Tower, Tower]:
    one = await mast(application, 'Delft', DELFT, ON_DELFT)
    return one, await mast(application, 'Groningen', GRONINGEN, ON_GRONINGEN)


async def seen(application: RunningApplication, device: Device, radio: Radio | None, after_s: float = 60) -> None:
    application.clock.tick(after_s)
    await application.check_in(device.id, radio=radio)


async def review(application: RunningApplication) -> list[str]:
    await application.presence.expire()
    await application.transactor.transact(lambda tx: review_rogue_cells(tx, application.fleet))
    return problems(application)


def problems(application: RunningApplication) -> list[str]:
    return sorted(alert.problem for alert in application.fleet[Alert].values())


def only(application: RunningApplication) -> Alert:
    (alert,) = application.fleet[Alert].values()
    return alert


async def test_another_network_on_the_numbers_of_our_cell_is_found(application: RunningApplication) -> None:
    await two_masts(application)
    devices = [await application.device(f'crane-{number}') for number in range(2)]
    for device in devices:
        await seen(application, device, ON_DELFT)
        await seen(application, device, FOREIGN)
        await seen(application, device, ON_DELFT)
        await seen(application, device, FOREIGN)  # a witness counts once
    alert = only(application)
    assert (alert.problem, alert.alarm_type) == (FOREIGN_NETWORK.problem, AlarmType.SECURITY)
    assert (alert.score, alert.severity) == (0.8, Severity.MAJOR)
    assert alert.witnesses == tuple(device.id for device in devices)
    assert 'LTE cell 901-70-4417-0x1, RSRP -90 dBm, identity and area are those of a cell of Delft' in alert.detail


@pytest.mark.parametrize('tac', [None, 4999])
async def test_on_lte_the_identity_alone_is_a_copy_at_the_very_tower_that_has_it(
    application: RunningApplication, tac: int | None
) -> None:
    radio = replace(ON_DELFT, cell_id=1714995)
    await mast(application, 'Delft', DELFT, radio)
    await mast(application, 'Groningen', GRONINGEN, ON_GRONINGEN)
    copy = replace(radio, mcc='901', mnc='70', tac=tac)
    near, far, new = [await application.device(f'crane-{number}') for number in range(3)]
    await seen(application, far, ON_GRONINGEN)
    for device in (far, new):
        await seen(application, device, copy)
    assert problems(application) == [], 'elsewhere, or for all that is known elsewhere, it is chance'
    await seen(application, near, radio)
    await seen(application, near, copy)
    alert = only(application)
    assert (alert.problem, alert.score, alert.severity) == (FOREIGN_NETWORK.problem, 0.6, Severity.MAJOR)
    assert alert.detail.endswith('its identity is that of a cell of Delft')


LARGE = replace(ON_DELFT, cell_id=1714995)


async def tower_with_large_numbers(application: RunningApplication) -> None:
    await mast(application, 'Delft', DELFT, LARGE, replace(LARGE, rat=Rat.NR, tac=70_000, cell_id=0x1234_5678_9))
    await mast(application, 'Groningen', GRONINGEN, ON_GRONINGEN)


@pytest.mark.parametrize('rat', [Rat.NR, Rat.UMTS])
async def test_another_technology_with_our_identity_and_an_area_of_nobody_is_found_where_the_cell_stands(
    application: RunningApplication, rat: Rat
) -> None:
    await tower_with_large_numbers(application)
    false = replace(LARGE, rat=rat, tac=50_123)
    near, far, new = [await application.device(f'crane-{number}') for number in range(3)]
    await seen(application, far, ON_GRONINGEN)
    for device in (far, new):
        await seen(application, device, false)
    assert problems(application) == []
    await seen(application, near, LARGE)
    await seen(application, near, false)
    alert = only(application)
    assert (alert.problem, alert.score, alert.severity) == (COPIED_IDENTITY.problem, 0.6, Severity.MAJOR)
    assert (
        f'{rat} cell 204-08-50123-0x1A2B33, RSRP -90 dBm, under another area, its identity is that of' in alert.detail
    )
    await seen(application, near, LARGE, QUIET_S + 1)
    assert await review(application) == []


async def test_a_false_nr_cell_with_the_whole_identity_of_ours_and_another_area_is_said(
    application: RunningApplication,
) -> None:
    await tower_with_large_numbers(application)
    await seen(application, await application.device(), Radio(Rat.NR, '204', '08', 50_123, 0x1234_5678_9))
    assert only(application).key.startswith(AREA.key.partition('{')[0])


async def test_an_lte_cell_is_no_copy_of_the_anchor_whose_area_the_network_has_numbered_anew(
    application: RunningApplication,
) -> None:
    await tower_with_large_numbers(application)
    anew = replace(LARGE, tac=4999)
    one, two = [await application.device(f'crane-{number}') for number in range(2)]
    for device, radio in ((one, anew), (two, LARGE), (two, replace(anew, rat=Rat.NR))):
        await seen(application, device, radio)
    assert COPIED_IDENTITY.problem not in problems(application)


async def test_it_is_less_sure_where_nothing_says_that_the_device_is_at_our_place(
    application: RunningApplication,
) -> None:
    await two_masts(application)
    await seen(application, await application.device(), FOREIGN)
    assert (only(application).score, only(application).severity) == (0.4, Severity.MINOR)


@pytest.mark.parametrize(
    'radio',
    [
        replace(FOREIGN, tac=2),
        replace(FOREIGN, cell_id=9),
        replace(FOREIGN, tac=None),
        replace(FOREIGN, rat=Rat.GSM),
        replace(FOREIGN, mcc='204', mnc='16'),  # a network of ours, see Oude Tonge
    ],
)
async def test_another_network_with_numbers_of_its_own_is_none_of_our_business(
    application: RunningApplication, radio: Radio
) -> None:
    await two_masts(application)
    await mast(application, 'Oude Tonge', None, replace(ON_DELFT, mnc='16', tac=1))
    device = await application.device()
    await seen(application, device, ON_DELFT)
    await seen(application, device, radio)
    assert FOREIGN_NETWORK.problem not in problems(application)


async def test_the_same_numbers_far_from_our_cell_are_chance(application: RunningApplication) -> None:
    await two_masts(application)
    device = await application.device()
    await seen(application, device, ON_GRONINGEN)
    await seen(application, device, FOREIGN)
    assert problems(application) == []


async def test_a_foreign_network_is_forgotten_when_no_device_is_on_it_or_it_is_listed(
    application: RunningApplication,
) -> None:
    """Listed too by those who share a site with another operator: one identity under several networks (3GPP TS 23.251)."""
    await two_masts(application)
    device = await application.device()
    await seen(application, device, ON_DELFT)
    await seen(application, device, FOREIGN)
    async with running_application(store=application.store, clock=application.clock) as later:
        await seen(later, device, FOREIGN, QUIET_S + 1)
        assert await review(later) == [FOREIGN_NETWORK.problem]
        await seen(later, device, ON_DELFT, QUIET_S + 1)
        assert await review(later) == []
        await seen(later, device, FOREIGN)
        assert problems(later) == [FOREIGN_NETWORK.problem]
        await mast(later, 'Shared', DELFT, FOREIGN)
        assert await review(later) == []


async def test_an_impossible_jump_is_found_also_over_a_restart(application: RunningApplication) -> None:
    await two_masts(application)
    device = await application.device()
    await seen(application, device, ON_DELFT)
    async with running_application(store=application.store, clock=application.clock) as later:
        await seen(later, device, ON_GRONINGEN)
        await seen(later, device, ON_DELFT)  # and back: the same pair
        alert = only(later)
        assert (alert.problem, alert.score, alert.severity) == (JUMP.problem, 0.6, Severity.MAJOR)
        assert 'of Delft, 200 km from Groningen after 60 s' in alert.detail
        later.clock.tick(JUMP_STANDS_S)
        assert await review(later) == [JUMP.problem]
        later.clock.tick(1)
        assert await review(later) == []


async def test_a_jump_ends_when_the_place_of_a_tower_is_corrected(application: RunningApplication) -> None:
    one, _ = await two_masts(application)
    device = await application.device()
    await seen(application, device, ON_DELFT)
    await seen(application, device, ON_GRONINGEN)
    changed = NewTower(name='Delft', cells=one.cells, latitude=53.2, longitude=6.5)
    await application.towers.change(application.actor, one.id, one.version, changed)
    assert await review(application) == []


async def flight_with_gap(application: RunningApplication, device: Device) -> None:
    await seen(application, device, ON_DELFT)
    await seen(application, device, ON_GRONINGEN, 600)


async def flight_without_radio(application: RunningApplication, device: Device) -> None:
    await seen(application, device, ON_DELFT)
    for _ in range(10):
        await seen(application, device, AS_BEFORE)  # on the Wi-Fi of the aircraft
    await seen(application, device, ON_GRONINGEN)


async def flight_without_link(application: RunningApplication, device: Device) -> None:
    await seen(application, device, ON_DELFT)
    await seen(application, device, None, 300)
    await seen(application, device, ON_GRONINGEN, 300)


async def news_from_a_buffer(application: RunningApplication, device: Device) -> None:
    """Told together, observed ten minutes apart."""
    await application.check_in(device.id, radio=ON_DELFT, age=600)
    await application.check_in(device.id, radio=ON_GRONINGEN)


async def late_news(application: RunningApplication, device: Device) -> None:
    await seen(application, device, ON_DELFT)
    await application.check_in(device.id, radio=ON_GRONINGEN, age=3600, sent_at=application.clock())


async def a_clock_that_stands_still(application: RunningApplication, device: Device) -> None:
    for radio, age in ((ON_DELFT, 0), (ON_GRONINGEN, 600)):
        await application.check_in(device.id, radio=radio, age=age)
        application.clock.tick(600)


@pytest.mark.parametrize(
    'journey',
    [
        flight_with_gap,
        flight_without_radio,
        flight_without_link,
        news_from_a_buffer,
        late_news,
        a_clock_that_stands_still,
    ],
)
async def test_who_had_the_time_to_travel_has_not_jumped(
    application: RunningApplication, journey: Callable[[RunningApplication, Device], Awaitable[None]]
) -> None:
    await two_masts(application)
    device = await application.device()
    await journey(application, device)
    assert problems(application) == []


async def test_after_a_journey_without_radio_a_jump_is_found_again(application: RunningApplication) -> None:
    await two_masts(application)
    device = await application.device()
    await flight_without_radio(application, device)
    await seen(application, device, ON_GRONINGEN)
    await seen(application, device, ON_DELFT)
    assert problems(application) == [JUMP.problem]


@pytest.mark.parametrize('place', [None, (52.3, 4.9)])  # 50 km are within reach of both
async def test_towers_without_a_place_and_neighbours_are_no_jump(
    application: RunningApplication, place: tuple[float, float] | None
) -> None:
    await mast(application, 'Delft', DELFT, ON_DELFT)
    await mast(application, 'Other', place, ON_GRONINGEN)
    device = await application.device()
    for radio in (ON_DELFT, ON_GRONINGEN, ON_DELFT):
        await seen(application, device, radio, 1)
    assert problems(application) == []


async def crowd(application: RunningApplication, number: int, radio: Radio = ON_DELFT) -> list[Device]:
    devices = [await application.device(f'phone-{n}') for n in range(number)]
    await together(application, devices, radio)
    return devices


async def together(application: RunningApplication, devices: list[Device], radio: Radio) -> None:
    """In one batch, so that all are decided in one group."""
    application.clock.tick(60)
    await batch(application, {device.id: radio for device in devices})


async def batch(application: RunningApplication, radios: dict[str, Radio | None]) -> None:
    now = application.clock()
    items = [(id, CheckIn(int(now), datetime.fromtimestamp(now, UTC), radio=radio)) for id, radio in radios.items()]
    answers = await application.checkins.check_in_many(application.enterprise, items)
    assert not [answer for answer in answers if isinstance(answer, Exception)]


async def test_thirty_devices_that_are_forced_down_at_once_are_one_alert_until_they_are_back(
    application: RunningApplication,
) -> None:
    await two_masts(application)
    devices = await crowd(application, 30)
    await together(application, devices, CATCHER)
    alert = only(application)
    assert (alert.problem, alert.score, alert.severity) == (DOWNGRADE.problem, 0.9, Severity.MAJOR)
    assert set(alert.witnesses) == {device.id for device in devices}
    assert alert.detail == 'GSM cell 204-08-999-0x7, which no tower lists, after LTE or NR of Delft'
    assert len(application.entries(AlertRaised)) == 1
    async with running_application(store=application.store, clock=application.clock) as later:
        assert await review(later) == [DOWNGRADE.problem]
        await together(later, devices[:15], ON_DELFT)
        assert await review(later) == [DOWNGRADE.problem]
        await together(later, devices[15:16], ON_DELFT)
        assert await review(later) == []


@pytest.mark.parametrize(('tac', 'cell_id'), [(None, 7), (999, None), (None, None)])
async def test_a_false_cell_that_does_not_say_where_it_is_forces_down_all_the_same(
    application: RunningApplication, tac: int | None, cell_id: int | None
) -> None:
    """An area such as FFFE is none and is left out, which a false cell is free to choose."""
    await two_masts(application)
    devices = await crowd(application, 30)
    await together(application, devices, replace(CATCHER, tac=tac, cell_id=cell_id))
    alert = only(application)
    assert (alert.problem, alert.score) == (DOWNGRADE.problem, 0.9)
    assert 'which no tower lists, after LTE or NR of Delft' in alert.detail
    assert await review(application) == [DOWNGRADE.problem]
    await together(application, devices[:16], ON_DELFT)
    assert await review(application) == []


@pytest.mark.parametrize(
    'radio',
    [
        replace(CATCHER, mnc='16'),  # another network of the country, which a train does not explain
        replace(CATCHER, mcc='001', mnc='01'),  # a test network
        replace(CATCHER, mcc='310', mnc='260', rat=Rat.UMTS),  # another part of the world
        replace(CATCHER, mcc='999', mnc='41', tac=None),
        replace(CATCHER, mcc=None, mnc=None),
        Radio(Rat.GSM),
        Radio(Rat.GSM, '204', registration=Registration.HOME),
    ],
)
async def test_a_network_that_no_border_explains_or_that_is_not_named_forces_down_all_the_same(
    application: RunningApplication, radio: Radio
) -> None:
    await two_masts(application)
    devices = await crowd(application, 30)
    await together(application, devices, radio)
    alert = only(application)
    assert (alert.problem, alert.score, len(alert.witnesses)) == (DOWNGRADE.problem, 0.9, 30)
    assert 'which no tower lists, after LTE or NR of Delft' in alert.detail
    assert await review(application) == [DOWNGRADE.problem]
    await together(application, devices[:16], ON_DELFT)
    assert await review(application) == []


async def test_a_downgrade_is_counted_over_a_restart(application: RunningApplication) -> None:
    await two_masts(application)
    devices = await crowd(application, MANY)
    await together(application, devices[: MANY - 1], CATCHER)
    assert problems(application) == []
    async with running_application(store=application.store, clock=application.clock) as later:
        await together(later, devices[MANY - 1 :], replace(CATCHER, cell_id=8, rat=Rat.UMTS))
        assert set(only(later).witnesses) == {device.id for device in devices}


@pytest.mark.parametrize(
    'radio',
    [
        replace(CATCHER, tac=500),  # listed
        replace(CATCHER, mcc='206', mnc='01'),  # over the border
        replace(CATCHER, mcc='901', mnc='12'),  # aboard a ship
        Radio(Rat.GSM),  # which may be a listed one
        replace(CATCHER, tac=None),  # not named whole, so it may be a listed one
        replace(CATCHER, rat=Rat.LTE, cell_id=7),
        None,
    ],
)
async def test_many_that_go_elsewhere_were_not_forced_down(
    application: RunningApplication, radio: Radio | None
) -> None:
    await two_masts(application)
    await mast(application, 'Old', DELFT, replace(CATCHER, tac=500))
    devices = await crowd(application, 30)
    application.clock.tick(60)
    await batch(application, {device.id: radio for device in devices})
    assert problems(application) == []


async def test_modems_that_search_in_a_tunnel_were_not_forced_down(application: RunningApplication) -> None:
    await two_masts(application)
    devices = await crowd(application, 30)
    await together(application, devices, Radio(Rat.GSM, registration=Registration.SEARCHING))
    assert problems(application) == []


async def test_devices_that_fall_one_by_one_are_indoors(application: RunningApplication) -> None:
    await two_masts(application)
    for device in await crowd(application, 20):
        await seen(application, device, CATCHER, TOGETHER_S / (MANY - 1))
    assert problems(application) == []


async def test_few_of_the_many_on_a_tower_are_chance(application: RunningApplication) -> None:
    await two_masts(application)
    devices = await crowd(application, 10 * MANY + 1)
    await together(application, devices[:MANY], CATCHER)
    assert problems(application) == []


@pytest.mark.parametrize('status', [TowerStatus.DOWN, TowerStatus.DEGRADED, TowerStatus.MAINTENANCE])
async def test_a_tower_that_fails_lets_its_devices_go_before_and_after_it_is_known(
    application: RunningApplication, status: TowerStatus
) -> None:
    tower, _ = await two_masts(application)
    devices = await crowd(application, 30)
    await together(application, devices, CATCHER)
    assert problems(application) == [DOWNGRADE.problem]
    failing = TowerState(tower.id, application.enterprise, status, application.clock())
    await application.transactor.transact(lambda tx: tx.put(failing))
    assert await review(application) == []
    await together(application, devices, ON_DELFT)
    await together(application, devices, CATCHER)
    assert problems(application) == []


TOWERS, MINUTES, DEVICES = 40, 100, 150
HOME_LTE = [Radio(Rat.LTE, '204', '08', 4400 + n // 8, 256 * n + 1, rsrp=-95.0) for n in range(TOWERS)]
HOME_GSM = [Radio(Rat.GSM, '204', '08', 44, 100 + n, rsrp=-80.0) for n in range(TOWERS)]
INDOORS = [Radio(Rat.GSM, '204', '08', 45, 500 + n, rsrp=-88.0) for n in range(TOWERS)]


def abroad(chance: Random, number: int) -> Radio:
    """A cell of a foreign network, in areas and under identities that ours have as well, but never both."""
    ours = chance.choice(HOME_LTE)
    mcc, mnc = chance.choice((('206', '01'), ('262', '01'), ('310', '260')))
    if chance.random() < 0.2:
        return Radio(Rat.GSM, mcc, mnc, 44, number)
    return replace(ours, mcc=mcc, mnc=mnc, cell_id=chance.choice((number * 256 + 7, 256 * 77)))


def benign(chance: Random, device: int, minute: int) -> Radio | None:
    """What the device of this number observes then; ten of each kind. Towers stand 15 km apart in a row."""
    kind, number = divmod(device, 10)
    if kind == 0:  # roams
        return abroad(chance, number)
    if kind == 1:  # reselects between neighbours that are up to 45 km apart
        return HOME_LTE[chance.randrange(3 * number, 3 * number + 4)]
    if kind == 2:  # lives at the border
        return HOME_LTE[number] if chance.random() < 0.5 else abroad(chance, number)
    if kind in (3, 4):  # a train at 300 km/h, with tunnels; ten travel together
        where = HOME_LTE[(minute * 5 + kind * 7) // 15 % TOWERS]
        return chance.choice((where, where, where, AS_BEFORE, None)) if minute % 5 == number % 5 else where
    if kind == 5:  # flies 585 km in 40 minutes, and says nothing of its radio, or that there is none
        phase = (minute + 3 * number) % 100
        if phase in range(10, 50):
            return AS_BEFORE if number % 2 else None
        return HOME_LTE[0] if phase < 10 else HOME_LTE[TOWERS - 1] if phase < 60 else None
    if kind in (6, 7):  # goes indoors and comes back, a new one every minute and tower
        return INDOORS[kind] if (minute - 2 * number - (kind == 7)) % 23 < 6 else HOME_LTE[kind]
    if kind == 8:  # on a tower that dies, and has a listed GSM layer
        return HOME_GSM[8] if minute >= 50 else HOME_LTE[8]
    if kind == 9:  # a ferry
        mcc, mnc = chance.choice((('206', '01'), ('262', '01'), ('901', '12')))
        return HOME_LTE[39] if minute % 40 < 20 else Radio(Rat.GSM, mcc, mnc, 44, 77)
    return benign_elsewhere(chance, kind - 10, number, minute)


def benign_elsewhere(chance: Random, kind: int, number: int, minute: int) -> Radio | None:
    if kind == 0:  # SIMs of many networks change the network in their own country, one by one
        other = replace(HOME_GSM[10], mnc='16', tac=90, cell_id=900 + number)
        return other if (minute - 2 * number) % 23 < 6 else HOME_LTE[10]
    if kind == 1:  # a tunnel, in which ten modems search at once and tell the technology of their last try
        return Radio(Rat.GSM, registration=Registration.SEARCHING) if minute % 7 == 3 else HOME_LTE[11]
    if kind == 2:  # EN-DC told as NR, with the identity of the anchor, and its area or none
        anchor = HOME_LTE[20]
        return replace(anchor, rat=Rat.NR, tac=chance.choice((anchor.tac, None))) if minute % 3 else anchor
    if kind == 3:  # a train that leaves the country, and comes back
        if minute % 50 < 25:
            return HOME_LTE[TOWERS - 1]
        return Radio(chance.choice((Rat.GSM, Rat.UMTS)), '262', '01', 45, 300 + minute % 5)
    dark = Radio(Rat.GSM, registration=chance.choice((Registration.NOT_REGISTERED, Registration.DENIED)))
    return dark if (minute + 5 * number) % 30 < 3 else HOME_LTE[14]  # cellars


async def test_fifteen_thousand_benign_observations_raise_no_alert_and_each_attack_after_them_is_found() -> None:
    chance = Random(20)
    async with running_application(twice=False) as application:
        for n in range(TOWERS):
            await mast(application, f'km {15 * n}', (52.0, 4.0 + 15 * n / 68.5), HOME_LTE[n], HOME_GSM[n])
        devices = [await application.device(f'device-{n}') for n in range(DEVICES)]
        for minute in range(MINUTES):
            application.clock.tick(60)
            await batch(application, {d.id: benign(chance, n, minute) for n, d in enumerate(devices)})
            if minute % 10 == 0:
                await review(application)
        assert [alert.detail for alert in application.fleet[Alert].values()] == []
        assert application.entries(AlertRaised) == []

        await together(application, devices, HOME_LTE[20])
        await seen(application, devices[0], replace(HOME_LTE[20], mcc='901', mnc='70'))
        await seen(application, devices[1], HOME_LTE[0])
        await together(application, devices[60:90], CATCHER)
        await together(application, devices[90:120], HOME_LTE[30])
        await together(application, devices[90:120], Radio(Rat.GSM, '310', '410', 7, 7))
        assert FOREIGN_NETWORK.problem in problems(application)
        assert JUMP.problem in problems(application)
        assert problems(application).count(DOWNGRADE.problem) == 2
