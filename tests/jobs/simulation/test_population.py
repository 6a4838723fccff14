from collections import Counter

from domain.cellular.identifiers import Identifiers, clean_identifiers, luhn_valid
from domain.devices.model import DeviceKind
from jobs.simulation.population import MODELS, Fleet, build_fleet, interval_for


def test_the_same_seed_gives_the_same_fleet(fleet: Fleet) -> None:
    again = build_fleet(seed=7, devices=500, towers=40)
    assert [(d.name, d.route, d.patch_age_days) for d in again.devices] == [
        (d.name, d.route, d.patch_age_days) for d in fleet.devices
    ]


def test_another_seed_brings_the_same_machines_to_other_places(fleet: Fleet) -> None:
    other = build_fleet(seed=8, devices=500, towers=40)
    assert [(d.name, d.imei, d.serial) for d in other.devices] == [(d.name, d.imei, d.serial) for d in fleet.devices]
    assert [d.route for d in other.devices] != [d.route for d in fleet.devices]


def test_a_larger_fleet_begins_with_the_smaller_one(fleet: Fleet) -> None:
    larger = build_fleet(seed=7, devices=900, towers=40)
    assert [d.imei for d in larger.devices[:500]] == [d.imei for d in fleet.devices]


def test_every_identifier_meets_its_standard_and_no_two_devices_share_one(fleet: Fleet) -> None:
    for device in fleet.devices:
        raw = Identifiers(
            imei=device.imei, iccid=device.iccid, imsi=device.imsi, serial=device.serial, msisdn=device.msisdn
        )
        assert clean_identifiers(raw).imei == device.imei
        assert luhn_valid(device.iccid)
        assert device.imsi.startswith(device.operator.mcc + device.operator.mnc)
    for field in ('name', 'imei', 'iccid', 'imsi', 'serial'):
        assert max(Counter(getattr(d, field) for d in fleet.devices).values()) == 1


def test_the_fleet_has_every_kind_of_machine_in_about_its_share(fleet: Fleet) -> None:
    counts = Counter(device.model.prefix for device in fleet.devices)
    assert counts == {model.prefix: model.share * 5 for model in MODELS}
    assert all(model.kind in list(DeviceKind) for model in MODELS)


def test_check_ins_stay_below_300_a_second_however_large_the_fleet() -> None:
    assert interval_for(500) == 10
    for devices in (500, 5_000, 20_000):
        fleet = build_fleet(seed=1, devices=devices, towers=5)
        assert sum(1 / device.interval_s for device in fleet.devices) <= 300


def test_a_fleet_without_towers_or_devices_can_be_built() -> None:
    assert build_fleet(seed=1, devices=0, towers=0).devices == ()
    assert len(build_fleet(seed=1, devices=10, towers=1).devices) == 10
    assert len(build_fleet(seed=1, devices=10, towers=0).devices) == 10
