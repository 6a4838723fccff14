"""Facts of this machine, from the system's own files. What cannot be known is left out; nothing is guessed.

Every function takes ``root``, the folder that stands for ``/``.
"""

import hashlib
import hmac
import platform
import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from domain.cellular.identifiers import Identifiers
from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.common.text import clean_line
from jobs.agent.power import battery_facts
from jobs.agent.storage import storage_facts

ROOT = Path('/')
_MOST_NAME = 120
"""Characters of a device's name, as the server takes it."""
_DMI = 'sys/class/dmi/id'
_TREE = 'proc/device-tree'

# The package databases whose files change with every installed, upgraded or removed package.
_PACKAGE_DATABASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ('dpkg', ('var/lib/dpkg/status',)),
    ('rpm', tuple(f'{folder}/{name}' for folder in ('var/lib/rpm', 'usr/lib/sysimage/rpm')
                  for name in ('rpmdb.sqlite', 'Packages.db', 'Packages'))),
    ('apk', ('lib/apk/db/installed', 'usr/lib/apk/db/installed')),
    ('pacman', ('var/lib/pacman/local',)),
    ('opkg', ('usr/lib/opkg/status', 'var/lib/opkg/status')),
)  # fmt: skip


def collect_facts(root: Path = ROOT) -> dict[str, Any]:
    """All fact groups of the check-in that this machine knows."""
    facts: dict[str, Any] = {'agent': {'name': 'cellwarden-agent', 'version': agent_version()}}
    for name, facts_of in _GROUPS:
        with suppress(OSError):  # an unreadable file system costs its own group, not the check-in
            if group := facts_of(root):
                facts[name] = group
    return facts | {'uptime_s': int(time.clock_gettime(time.CLOCK_BOOTTIME))}


def os_facts(root: Path = ROOT) -> dict[str, Any]:
    """Name and version by os-release(5); the patch level is the day of the last change of an installed package."""
    release = _os_release(root)
    found = package_change(root)
    return _known({
        'name': one_line(release.get('NAME', 'Linux')),
        'version': one_line(release.get('VERSION_ID') or release.get('BUILD_ID') or ''),
        'patch_level': datetime.fromtimestamp(found[1], UTC).date().isoformat() if found else None,
    })  # fmt: skip


def package_change(root: Path = ROOT) -> tuple[str, float] | None:
    """The package manager whose database changed last, and when (epoch seconds)."""
    changes = [
        (path.stat().st_mtime, manager)
        for manager, names in _PACKAGE_DATABASES for path in (root / name for name in names) if path.exists()
    ]  # fmt: skip
    return (newest[1], newest[0]) if (newest := max(changes, default=None)) else None


def hardware_facts(root: Path = ROOT) -> dict[str, Any]:
    """Maker and model by SMBIOS (DMI) on PCs, by the device tree on most other boards."""
    model = vendor_text(root / _DMI / 'product_name') or vendor_text(root / _TREE / 'model')
    maker = vendor_text(root / _DMI / 'sys_vendor')
    if maker is None and (compatible := _text(root / _TREE / 'compatible')):
        maker = one_line(compatible.split('\0')[0].partition(',')[0])  # "raspberrypi,4-model-b": the vendor's prefix
    return _known({'manufacturer': maker, 'model': model, 'memory_bytes': psutil.virtual_memory().total})


def serial_number(root: Path = ROOT) -> str | None:
    """The maker's serial number where it can be read, else a number derived from the machine id (machine-id(5)).

    The machine id itself is confidential by its own manual page, so that only a keyed hash of it leaves the machine.
    """
    for name in (f'{_DMI}/product_serial', f'{_TREE}/serial-number', f'{_DMI}/board_serial', f'{_DMI}/chassis_serial'):
        if (serial := vendor_text(root / name)) and 4 <= len(serial) <= 64:
            return serial
    for name in ('etc/machine-id', 'var/lib/dbus/machine-id'):
        if re.fullmatch(r'[0-9a-f]{32}', machine_id := _text(root / name)):
            digest = hmac.new(bytes.fromhex(machine_id), b'cellwarden device serial', hashlib.sha256).hexdigest()
            return f'mid-{digest[:24]}'
    return None


def custom_facts(root: Path = ROOT) -> dict[str, Any]:
    """What policies like to ask beyond the fixed groups."""
    found: dict[str, Any] = {'kernel': one_line(platform.release()), 'architecture': one_line(platform.machine())}
    if cpu := re.search(r'(?m)^(?:model name|Model)\s*:\s*(.+)$', _text(root / 'proc/cpuinfo')):
        found['cpu'] = one_line(cpu[1])
    if change := package_change(root):
        found['patch_source'] = change[0]
        if change[0] == 'dpkg':
            found['reboot_required'] = (root / 'run/reboot-required').exists()
    secure_boot = root / 'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'
    with suppress(OSError):  # no UEFI, or its variables are not mounted
        found['secure_boot'] = secure_boot.read_bytes()[4:5] == b'\x01'  # four bytes of attributes, then the value
    return _known(found)


def network_facts(root: Path = ROOT) -> dict[str, Any]:
    """How the machine names itself and where it is reached; asks the kernel, so that ``root`` plays no part."""
    return _known({'hostname': one_line(socket.gethostname()), 'ip': primary_ip()})


def host_name() -> str | None:
    """What the machine calls itself, as far as a device may be called so: the kernel takes any bytes. ``None`` when nothing remains."""
    name = socket.gethostname()
    return one_line(name, _MOST_NAME) or one_line(''.join(filter(_is_plain, name)), _MOST_NAME)


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter.isprintable()


def primary_ip() -> str | None:
    """The address this machine has towards the outside; connecting a UDP socket looks up the route, nothing is sent."""
    for family, documentation_address in ((socket.AF_INET, '192.0.2.1'), (socket.AF_INET6, '2001:db8::1')):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((documentation_address, 9))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return None


def agent_version() -> str:
    """The installed release, or ``source`` when it runs from a checkout."""
    try:
        return version('cellwarden')
    except PackageNotFoundError:
        return 'source'


def one_line(text: str, most: int = 200) -> str | None:
    """``text`` as the server accepts it: one printable line, cut at ``most`` characters; ``None`` when none remain."""
    try:
        return clean_line(' '.join(text.split())[:most], 'text')
    except Invalid:
        return None


def vendor_text(path: Path) -> str | None:
    """A text the vendor put into the firmware; ``None`` for placeholders and for what this user may not read."""
    text = one_line(_text(path).split('\0')[0])
    if text is None or says_nothing(text) or Identifiers(serial=text).is_placeholder('serial'):
        return None
    return text


def _os_release(root: Path) -> dict[str, str]:
    text = _text(root / 'etc/os-release') or _text(root / 'usr/lib/os-release')
    pairs = (line.partition('=') for line in text.splitlines() if '=' in line and not line.startswith('#'))
    return {key.strip(): value.strip().strip('\'"') for key, _, value in pairs}


def _text(path: Path) -> str:
    try:
        return path.read_text('utf-8', 'replace').strip()
    except OSError:
        return ''


def _known(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if value is not None}


_GROUPS: tuple[tuple[str, Callable[[Path], dict[str, Any]]], ...] = (
    ('os', os_facts),
    ('hardware', hardware_facts),
    ('storage', storage_facts),
    ('battery', battery_facts),
    ('network', network_facts),
    ('custom', custom_facts),
)
