"""Whether this machine has a cellular modem at all. It is said only when it is known: a modem that is still starting is listed nowhere."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SETTLED_S = 600
"""Seconds after a start within which a modem may not have shown itself yet."""
_DRIVERS = ('option1', 'qcserial', 'sierra')
"""Drivers of Linux for the serial ports of USB modems, under ``/sys/bus/usb-serial/drivers``."""


def has_modem(listed: Mapping[str, Any] | None, uptime_s: float, root: Path = Path('/')) -> bool | None:
    """True when ModemManager lists one (``mmcli -L``; ``listed`` is ``None`` where it did not say) or the kernel knows one; false when
    neither does some time after the start; else ``None``."""
    if (listed and listed.get('modem-list')) or _in_kernel(root):
        return True
    if not (root / 'sys/class/net').is_dir() or uptime_s < SETTLED_S:
        return None
    return False


def _in_kernel(root: Path) -> bool:
    folder = root / 'sys/class'
    if any((folder / 'wwan').glob('*')) or any((folder / 'usbmisc').glob('cdc-wdm*')):
        return True
    if any(re.search('(?m)^DEVTYPE=wwan$', _text(net / 'uevent')) for net in (folder / 'net').glob('*')):
        return True
    drivers = root / 'sys/bus/usb-serial/drivers'
    return any(any((drivers / name).glob('ttyUSB*')) for name in _DRIVERS)


def _text(path: Path) -> str:
    try:
        return path.read_text('utf-8', 'replace')
    except OSError:
        return ''
