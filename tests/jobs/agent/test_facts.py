"""Facts from a made-up root folder, so that every kind of machine can be had on every machine."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from domain.common.text import clean_line
from domain.devices.facts import Battery, Facts, Hardware, Network, Os, Storage, check_facts
from jobs.agent.facts import collect_facts, custom_facts, hardware_facts, host_name, os_facts, serial_number
from jobs.agent.options import AgentOptions
from jobs.agent.power import battery_facts
from jobs.agent.run import run_agent
from jobs.agent.storage import storage_facts
from tests.jobs.agent.conftest import Console

MACHINE_ID = 'b08dfa6083e7567a1921a715000001fb'


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_the_facts_of_this_machine_are_believable() -> None:
    facts = collect_facts()
    hardware, network = Hardware(**facts['hardware']), Network(**facts['network'])
    storage, battery = Storage(**facts.get('storage', {})), Battery(**facts.get('battery', {}))
    check_facts(Facts(Os(**facts['os']), hardware, storage, battery, network=network, custom=facts['custom']))
    assert facts['hardware']['memory_bytes'] > 2**27
    assert facts['uptime_s'] > 0


def test_the_patch_level_is_the_day_of_the_newest_package_database(tmp_path: Path) -> None:
    put(tmp_path, {
        'etc/os-release': 'NAME="Fedora Linux"\nVERSION_ID=42\n# NAME=not\n',
        'var/lib/dpkg/status': '', 'var/lib/rpm/rpmdb.sqlite': '',
    })  # fmt: skip
    os.utime(tmp_path / 'var/lib/dpkg/status', (1e9, 1e9))
    os.utime(tmp_path / 'var/lib/rpm/rpmdb.sqlite', (1_763_798_400, 1_763_798_400))
    assert os_facts(tmp_path) == {'name': 'Fedora Linux', 'version': '42', 'patch_level': '2025-11-22'}
    assert custom_facts(tmp_path)['patch_source'] == 'rpm'


def test_a_machine_without_known_packages_has_no_patch_level(tmp_path: Path) -> None:
    assert os_facts(tmp_path) == {'name': 'Linux'}


def test_maker_and_model_come_from_dmi_or_from_the_device_tree(tmp_path: Path) -> None:
    pc = put(tmp_path / 'pc', {
        'sys/class/dmi/id/sys_vendor': 'LENOVO\n', 'sys/class/dmi/id/product_name': '20XW\n',
        'sys/class/dmi/id/product_serial': 'PF2ABCDE\n',
    })  # fmt: skip
    pi = put(tmp_path / 'pi', {
        'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0', 'proc/device-tree/serial-number': '10000000abcd\0',
        'proc/device-tree/compatible': 'raspberrypi,4-model-b\0brcm,bcm2711\0',
    })  # fmt: skip
    assert hardware_facts(pc).items() >= {'manufacturer': 'LENOVO', 'model': '20XW'}.items()
    assert hardware_facts(pi).items() >= {'manufacturer': 'raspberrypi'}.items()
    assert hardware_facts(pi)['model'] == 'Raspberry Pi 4 Model B Rev 1.4'
    assert (serial_number(pc), serial_number(pi)) == ('PF2ABCDE', '10000000abcd')


@pytest.mark.parametrize(
    'serial',
    [
        'To be filled by O.E.M.',
        'Default string',
        'System Serial Number',
        'Not Specified',
        '0000000000',
        '0123456789ABCDEF',
    ],
)
def test_a_placeholder_is_no_serial_number(tmp_path: Path, serial: str) -> None:
    put(tmp_path, {'sys/class/dmi/id/product_serial': f'{serial}\n', 'etc/machine-id': f'{MACHINE_ID}\n'})
    assert str(serial_number(tmp_path)).startswith('mid-')


def test_the_machine_id_itself_does_not_leave_the_machine(tmp_path: Path) -> None:
    put(tmp_path, {'etc/machine-id': f'{MACHINE_ID}\n'})
    serial = str(serial_number(tmp_path))
    assert serial == serial_number(tmp_path)
    assert MACHINE_ID[:8] not in serial
    assert serial_number(put(tmp_path / 'new', {'etc/machine-id': 'uninitialized\n'})) is None


def disks(root: Path, mounts: str, **uuids: str) -> Path:
    """Block devices by name with their device-mapper UUID, and mount lines of /proc/self/mountinfo."""
    lines = [f'{n} 1 {line}' for n, line in enumerate(mounts.splitlines(), 20)]
    put(root, {'proc/self/mountinfo': '\n'.join(lines)})
    for name, uuid in uuids.items():
        (root / 'sys/class/block' / name / 'slaves').mkdir(parents=True, exist_ok=True)
        if uuid:
            put(root, {f'sys/class/block/{name}/dm/uuid': uuid})
    return root


def number(root: Path, device: str, name: str) -> None:
    folder = root / 'sys/dev/block'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / device).symlink_to(f'../../class/block/{name}')


def below(root: Path, upper: str, lower: str) -> None:
    (root / f'sys/class/block/{upper}/slaves/{lower}').symlink_to(root / f'sys/class/block/{lower}')


def test_lvm_on_luks_is_encrypted_and_a_plain_partition_is_not(tmp_path: Path) -> None:
    root = disks(tmp_path, '253:1 / / rw - ext4 /dev/mapper/vg-root rw', dm1='LVM-abc', dm0='CRYPT-LUKS2-77-x', sda3='')
    number(root, '253:1', 'dm1')
    below(root, 'dm1', 'dm0')
    below(root, 'dm0', 'sda3')
    assert storage_facts(root)['encrypted'] is True
    assert storage_facts(root)['total_bytes'] > 0

    plain = disks(tmp_path / 'plain', '8:3 / / rw - ext4 /dev/sda3 rw', sda3='')
    number(plain, '8:3', 'sda3')
    assert storage_facts(plain)['encrypted'] is False


def test_one_plain_leg_of_a_raid_or_one_plain_data_volume_is_enough_to_say_no(tmp_path: Path) -> None:
    raid = disks(tmp_path / 'raid', '9:0 / / rw - xfs /dev/md0 rw', md0='', dm0='CRYPT-LUKS2-1-a', sdb1='')
    number(raid, '9:0', 'md0')
    below(raid, 'md0', 'dm0')
    assert storage_facts(raid)['encrypted'] is True
    below(raid, 'md0', 'sdb1')
    assert storage_facts(raid)['encrypted'] is False

    mounts = (
        '253:0 / / rw - ext4 /dev/mapper/r rw\n8:17 / /home rw - ext4 /dev/sdb1 rw\n8:1 / /boot rw - ext4 /dev/sda1 rw'
    )
    home = disks(tmp_path / 'home', mounts, dm0='CRYPT-LUKS1-1-a', sdb1='', sda1='')
    for device, name in (('253:0', 'dm0'), ('8:17', 'sdb1'), ('8:1', 'sda1')):
        number(home, device, name)
    (home / 'home').mkdir()
    assert storage_facts(home)['encrypted'] is False


@pytest.mark.parametrize('kind', ['VERITY', 'INTEGRITY', 'SUBDEV'])
def test_verity_and_integrity_check_but_do_not_encrypt(tmp_path: Path, kind: str) -> None:
    root = disks(tmp_path, '253:0 / / ro - ext4 /dev/mapper/root ro', dm0=f'CRYPT-{kind}-9-root', mmcblk0p2='')
    number(root, '253:0', 'dm0')
    below(root, 'dm0', 'mmcblk0p2')
    assert storage_facts(root)['encrypted'] is False


def test_a_read_only_system_image_does_not_count_only_its_data_does(tmp_path: Path) -> None:
    mounts = '179:2 / / ro - squashfs /dev/mmcblk0p2 ro\n253:0 / /data rw - ext4 /dev/mapper/data rw'
    root = disks(tmp_path, mounts, mmcblk0p2='', dm0='CRYPT-PLAIN-data')
    number(root, '179:2', 'mmcblk0p2')
    number(root, '253:0', 'dm0')
    (root / 'data').mkdir()
    assert storage_facts(root)['encrypted'] is True


def test_btrfs_and_overlays_are_followed_to_their_disk(tmp_path: Path) -> None:
    btrfs = disks(tmp_path / 'btrfs', '0:32 /@ / rw - btrfs /dev/mapper/cr\\137root rw', dm0='CRYPT-LUKS2-1-a')
    (btrfs / 'dev/mapper').mkdir(parents=True)
    put(btrfs, {'dev/dm0': ''})
    (btrfs / 'dev/mapper/cr_root').symlink_to('../dm0')
    assert storage_facts(btrfs)['encrypted'] is True

    mounts = '0:20 / / rw - overlay overlay rw,upperdir=/media/rw/up,workdir=/media/rw/w\n8:2 / /media/rw rw - ext4 /dev/sda2 rw'
    overlay = disks(tmp_path / 'overlay', mounts, sda2='')
    number(overlay, '8:2', 'sda2')
    assert storage_facts(overlay)['encrypted'] is False


def test_what_cannot_be_known_is_left_out(tmp_path: Path) -> None:
    zfs = disks(tmp_path / 'zfs', '0:25 / / rw - zfs rpool/ROOT rw')
    container = disks(tmp_path / 'container', '0:20 / / rw - overlay overlay rw,upperdir=/var/lib/docker/x')
    assert 'encrypted' not in storage_facts(zfs)
    assert 'encrypted' not in storage_facts(container)
    assert storage_facts(tmp_path / 'nothing') == {}


def test_two_batteries_count_by_what_they_hold_and_a_mouse_does_not(tmp_path: Path) -> None:
    folder = 'sys/class/power_supply'
    for name, now, full, design, status in (
        ('BAT0', 10, 20, 40, 'Not charging'), ('BAT1', 30, 60, 60, 'Charging'),
    ):  # fmt: skip
        put(tmp_path, {
            f'{folder}/{name}/type': 'Battery\n', f'{folder}/{name}/status': f'{status}\n',
            f'{folder}/{name}/energy_now': f'{now}000000\n', f'{folder}/{name}/energy_full': f'{full}000000\n',
            f'{folder}/{name}/energy_full_design': f'{design}000000\n',
        })  # fmt: skip
    put(
        tmp_path,
        {f'{folder}/hid/type': 'Battery\n', f'{folder}/hid/scope': 'Device\n', f'{folder}/hid/capacity': '3\n'},
    )
    put(tmp_path, {f'{folder}/AC/type': 'Mains\n'})
    assert battery_facts(tmp_path) == {'charging': True, 'level': 50.0, 'health': 80.0}


def test_a_battery_that_counts_in_charge_keeps_its_own_estimate(tmp_path: Path) -> None:
    put(tmp_path, {f'sys/class/power_supply/battery/{name}': text for name, text in {
        'type': 'Battery', 'status': 'Discharging', 'capacity': '41', 'charge_full': '4100000', 'charge_full_design': '4000000',
    }.items()})  # fmt: skip
    assert battery_facts(tmp_path) == {'charging': False, 'level': 41.0, 'health': 100.0}
    assert battery_facts(tmp_path / 'none') == {}


@pytest.mark.parametrize(
    ('hostname', 'name'),
    [
        ('crane-7', 'crane-7'),
        ('نیم\u200cروز', 'نیم\u200cروز'),
        ('Zo\udceb', 'Zo'),
        ('bad\x07name', 'badname'),
        ('x\u200bx', 'xx'),
        ('\udcff\udcfe', None),
        ('', None),
        ('a' * 300, 'a' * 120),
    ],
)
def test_a_host_name_that_no_device_may_have_becomes_one_that_it_may(
    monkeypatch: pytest.MonkeyPatch, hostname: str, name: str | None
) -> None:
    """The kernel takes any bytes; Python has what is no UTF-8 as half surrogates."""
    monkeypatch.setattr(socket, 'gethostname', lambda: hostname)
    assert host_name() == name
    if name is not None:
        assert clean_line(name, 'name') == name


async def test_a_machine_without_a_usable_host_name_enrols_under_its_serial_number(
    console: Console, options: AgentOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, 'gethostname', lambda: '')
    await run_agent(replace(options, name=None))
    (said,) = console.enrolments
    assert said['name'] == said['identifiers']['serial']
