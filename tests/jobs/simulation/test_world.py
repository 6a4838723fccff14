from collections import Counter
from datetime import date

import pytest

from domain.cellular.radio import Radio, check_radio
from jobs.simulation.population import Device, Fleet
from jobs.simulation.scenario import Event, What
from jobs.simulation.world import World

NETWORKS = {'204-90', '999-41'}


@pytest.fixture
def world(fleet: Fleet) -> World:
    return World(fleet, today=date(2026, 11, 22))


def tower_of(world: World, device: Device, scene: float = 0.0) -> int | None:
    """The number of the site whose cell the device reports."""
    radio = world.radio(device, scene)
    for site in world.fleet.sites:
        for cell in site.cells:
            if radio and (site.operator.mcc, cell.tac, cell.cell_id) == (radio['mcc'], radio['tac'], radio['cell_id']):
                return site.number
    return None


def phone(fleet: Fleet) -> Device:
    return next(device for device in fleet.devices if device.model.prefix == 'phone')


def test_a_sound_fleet_is_served_by_listed_cells_of_its_own_networks(fleet: Fleet, world: World) -> None:
    for device in fleet.devices:
        radio = world.radio(device, 0.0)
        assert radio is not None
        check_radio(Radio(**radio))
        assert f'{radio["mcc"]}-{radio["mnc"]}' in NETWORKS
        assert radio['rat'] in device.model.rats
        assert tower_of(world, device) is not None


def test_two_runs_hear_the_same(fleet: Fleet, world: World) -> None:
    again = World(fleet, today=date(2026, 11, 22))
    for device in fleet.devices[:50]:
        assert [world.radio(device, t) for t in (0.0, 60.0, 90.0)] == [
            again.radio(device, t) for t in (0.0, 60.0, 90.0)
        ]


def test_vans_drive_from_tower_to_tower_and_cranes_stay(fleet: Fleet, world: World) -> None:
    van = next(device for device in fleet.devices if device.model.prefix == 'van')
    crane = next(device for device in fleet.devices if device.model.prefix == 'crane')
    assert len({tower_of(world, van, float(scene)) for scene in range(0, 1200, 10)}) > 2
    assert len({tower_of(world, crane, float(scene)) for scene in range(0, 1200, 10)}) == 1


def test_devices_of_a_dead_tower_lose_service_some_find_another_and_all_come_back_with_it(
    fleet: Fleet, world: World
) -> None:
    homes = [(device, tower_of(world, device)) for device in fleet.devices]
    dead = Counter(tower for _, tower in homes).most_common(1)[0][0]
    assert dead is not None
    lost = [device for device, tower in homes if tower == dead]
    world.apply(Event(10, What.SITE_REFUSED, (dead,)))
    assert [world.radio(device, 30.0) for device in lost] == [None] * len(
        lost
    )  # polling finds it dead before a device moves
    later = [tower_of(world, device, 100.0) for device in lost]
    assert None in later
    assert set(later) - {None, dead}
    world.apply(Event(120, What.SITE_RECOVERED, (dead,)))
    assert None not in [tower_of(world, device, 121.0) for device in lost]


def test_a_device_with_no_tower_of_its_network_left_has_no_service(fleet: Fleet, world: World) -> None:
    crane = next(device for device in fleet.devices if device.model.prefix == 'crane')
    private = tuple(site.number for site in fleet.sites if site.operator is crane.operator)
    world.apply(Event(1, What.STORM_STRUCK, private))
    assert world.radio(crane, 1.0) is None


def test_a_faulty_site_still_radiates(fleet: Fleet, world: World) -> None:
    device = next(d for d in fleet.devices if d.model.prefix == 'gate-cam')
    home = tower_of(world, device)
    assert home is not None
    world.apply(Event(1, What.SITE_FAULTY, (home,)))
    assert tower_of(world, device) == home


def test_the_strange_cell_is_loud_and_on_no_list_in_a_tracking_area_we_know(fleet: Fleet, world: World) -> None:
    device = phone(fleet)
    world.apply(Event(1, What.STRANGE_CELL, devices=(device.number,)))
    radio = world.radio(device, 1.0)
    assert radio is not None
    assert tower_of(world, device, 1.0) is None
    assert f'{radio["mcc"]}-{radio["mnc"]}' == '204-90'
    assert radio['tac'] in {cell.tac for site in fleet.sites for cell in site.cells}
    assert -66 <= radio['rsrp'] <= -56


def test_the_strange_cell_stays_one_cell_while_the_device_moves_on(fleet: Fleet, world: World) -> None:
    van = next(device for device in fleet.devices if device.model.prefix == 'van')
    world.apply(Event(1, What.STRANGE_CELL, devices=(van.number,)))
    reports = [world.radio(van, float(scene)) for scene in range(0, 1200, 10)]
    assert len({(report['tac'], report['cell_id']) for report in reports if report}) == 1


def test_abroad_means_roaming_on_a_network_that_is_not_ours(fleet: Fleet, world: World) -> None:
    device = phone(fleet)
    world.apply(Event(1, What.WENT_ABROAD, devices=(device.number,)))
    radio = world.radio(device, 1.0)
    assert radio is not None
    assert f'{radio["mcc"]}-{radio["mnc"]}' not in NETWORKS
    assert radio['registration'] == 'roaming'
    assert radio['roaming'] is True


def test_a_downgraded_device_is_on_a_listed_gsm_cell(fleet: Fleet, world: World) -> None:
    device = phone(fleet)
    world.apply(Event(1, What.FELL_TO_2G, devices=(device.number,)))
    radio = world.radio(device, 1.0)
    assert radio is not None
    assert radio['rat'] == 'GSM'
    assert tower_of(world, device, 1.0) is not None


def test_a_repair_puts_everything_right_but_leaves_a_quarantine_to_its_release(fleet: Fleet, world: World) -> None:
    device = fleet.devices[0]
    for what in (What.ENCRYPTION_DROPPED, What.DEVICE_ROOTED, What.PATCHES_AGED, What.STORAGE_FILLED):
        world.apply(Event(1, what, devices=(device.number,)))
    world.restrict(device.number, quarantined=True)
    world.apply(Event(2, What.REPAIRED, devices=(device.number,)))
    facts = world.facts(device, 3.0)
    assert facts['storage']['encrypted'] is True
    assert facts['storage']['free_bytes'] > 0.1 * facts['storage']['total_bytes']
    assert facts['security']['rooted'] is False
    assert facts['os']['patch_level'] == '2026-11-19'
    assert facts['custom']['restricted'] is True
    world.restrict(device.number, quarantined=False)
    assert world.facts(device, 4.0)['custom']['restricted'] is False
