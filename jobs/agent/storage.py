"""The volume that holds the data: how large, how full, and whether the disks below it are encrypted.

Seen is dm-crypt in all its forms (LUKS, plain, BitLocker), below LVM, RAID and partitions. Not seen are self-encrypting
drives, fscrypt and ZFS encryption: the kernel does not say without asking the device or its owner's keys.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where data lies on a machine with separate volumes; /boot and plugged-in media are not data at rest of this machine.
_DATA = ('/', '/home', '/var', '/srv', '/data', '/userdata')
_READ_ONLY = frozenset({'squashfs', 'erofs', 'cramfs', 'iso9660', 'romfs'})  # system images: no data in them
_IN_MEMORY = frozenset({'tmpfs', 'ramfs', 'rootfs'})


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of /proc/self/mountinfo (proc(5)); ``device`` is ``major:minor``."""

    device: str
    point: str
    kind: str
    source: str
    options: str


def storage_facts(root: Path = Path('/')) -> dict[str, Any]:
    """Totals of the first data volume in bytes; ``encrypted`` when all data volumes are, absent when it cannot be known."""
    mounts = {mount.point: mount for mount in read_mounts(root)}  # of mounts on one point the last one shows
    kept = [mounts[point] for point in _DATA if point in mounts]
    volumes = [mount for mount in kept if mount.kind not in _READ_ONLY | _IN_MEMORY]
    if not volumes:
        return {}
    usage = shutil.disk_usage(root / volumes[0].point.lstrip('/'))
    facts: dict[str, Any] = {'total_bytes': usage.total, 'free_bytes': usage.free}
    known = [_volume_encrypted(root, volume, mounts) for volume in volumes]
    if False in known:
        facts['encrypted'] = False
    elif None not in known:
        facts['encrypted'] = True
    return facts


def read_mounts(root: Path = Path('/')) -> list[Mount]:
    """The mounts this process sees."""
    try:
        lines = (root / 'proc/self/mountinfo').read_text('utf-8', 'replace').splitlines()
    except OSError:
        return []
    mounts = []
    for line in lines:
        left, _, right = line.partition(' - ')
        fields, (kind, source, options) = left.split(), (*right.split(), '', '', '')[:3]
        if len(fields) >= 6:
            mounts.append(Mount(fields[2], _plain(fields[4]), kind, _plain(source), options))
    return mounts


def _volume_encrypted(root: Path, volume: Mount, mounts: dict[str, Mount], depth: int = 0) -> bool | None:
    if upper := re.search(r'(?:^|,)upperdir=([^,]+)', volume.options):
        below = _mount_of(_plain(upper[1]), mounts)
        # An overlay writes into its upper folder. Inside a container that folder's mount is not visible.
        return _volume_encrypted(root, below, mounts, depth + 1) if below and below != volume and depth < 4 else None
    if (block := _block_name(root, volume)) is None:
        return None
    return block_encrypted(root, block)


def block_encrypted(root: Path, block: str, depth: int = 0) -> bool | None:
    """Is what is written to ``/dev/<block>`` encrypted on its way to the disks? ``None`` for an unknown device."""
    folder = root / 'sys/class/block' / block
    if not folder.exists() or depth > 16:
        return None
    try:
        uuid = (folder / 'dm/uuid').read_text()
    except OSError:
        uuid = ''
    # cryptsetup also names verity and integrity targets CRYPT-: those check, they do not encrypt.
    if uuid.startswith('CRYPT-') and not uuid.startswith(('CRYPT-VERITY', 'CRYPT-INTEGRITY', 'CRYPT-SUBDEV')):
        return True
    below = sorted(slave.name for slave in (folder / 'slaves').iterdir()) if (folder / 'slaves').is_dir() else []
    return bool(below) and all(block_encrypted(root, name, depth + 1) for name in below)


def _block_name(root: Path, volume: Mount) -> str | None:
    if not volume.device.startswith('0:'):
        link = root / 'sys/dev/block' / volume.device
        return link.resolve().name if link.exists() else None
    # btrfs has a device number of its own and names one member of the volume as its source.
    if volume.source.startswith('/dev/'):
        name = (root / volume.source.lstrip('/')).resolve().name
        return name if (root / 'sys/class/block' / name).exists() else None
    return None


def _mount_of(path: str, mounts: dict[str, Mount]) -> Mount | None:
    for parent in (Path(path), *Path(path).parents):
        if str(parent) in mounts:
            return mounts[str(parent)]
    return None


def _plain(text: str) -> str:
    """Undo the octal escapes (``\\040`` is a blank) that the kernel puts into paths."""
    return re.sub(r'\\([0-7]{3})', lambda match: chr(int(match[1], 8)), text)
