"""After how long a device that is offline calls a person, and how loudly: by its criticality, its kind, and a label of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.alerts.catalogue import DAY, DEVICE_OFFLINE, HOUR, MINUTE, YEAR
from domain.alerts.model import AlertTuning
from domain.common.severity import Severity
from domain.devices.model import Criticality, Device, DeviceKind

LABEL = 'offline-alert'
"""The label that says it for one device: ``never``, or a time such as ``90s``, ``15m``, ``2h``, ``3d``."""
NEVER = 'never'
CARRIED = frozenset({DeviceKind.PHONE, DeviceKind.TABLET, DeviceKind.LAPTOP, DeviceKind.VEHICLE})
"""What people carry, drive and switch off: its silence says less than that of what is installed."""
SEVERITY: Mapping[Criticality, Severity] = {
    Criticality.VITAL: Severity.CRITICAL,
    Criticality.HIGH: Severity.MAJOR,
    Criticality.NORMAL: Severity.MINOR,
    Criticality.LOW: Severity.WARNING,
}
LONGEST_S = YEAR
_UNITS = {'s': 1.0, 'm': MINUTE, 'min': MINUTE, 'h': HOUR, 'd': DAY}
_TIME = re.compile(r'(\d{1,9})\s*(s|m|min|h|d)', re.ASCII)


@dataclass(frozen=True, slots=True)
class Patience:
    """``after_s`` seconds offline a person is called, ``None``: never. ``unread`` is the text of a label that says no time."""

    after_s: float | None
    severity: Severity
    by_label: bool = False
    unread: str = ''


def limit_of(device: Device) -> str:
    """The limit of the rule that says it of devices like this one."""
    return f'carried_{device.criticality}_s' if device.kind in CARRIED else f'{device.criticality}_s'


def patience_with(device: Device, tuning: AlertTuning | None = None) -> Patience:
    """How long this device may stay offline, by what the enterprise has set (``None``: nothing).

    Not less than one more interval, so that devices which fell silent together are all offline before the first of them calls.
    """
    tuning = tuning or DEVICE_OFFLINE.untouched(device.enterprise)
    severity, text = SEVERITY[device.criticality], device.labels.get(LABEL)
    after_s: float | None = DEVICE_OFFLINE.limit(tuning, limit_of(device)) or None
    unread, by_label = '', False
    if text is not None:
        said = text.strip().lower()
        found = _TIME.fullmatch(said)
        if said == NEVER:
            return Patience(None, severity, by_label=True)
        if found is not None:
            after_s, by_label = min(int(found[1]) * _UNITS[found[2]], LONGEST_S), True
        else:
            unread = text
    return Patience(None if after_s is None else max(after_s, device.interval_s), severity, by_label, unread)
