"""After how long a device that is offline calls a person, and how loudly: by its criticality, its kind, and a label of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.common.severity import Severity
from domain.devices.model import Criticality, Device, DeviceKind

LABEL = 'offline-alert'
"""The label that says it for one device: ``never``, or a time such as ``90s``, ``15m``, ``2h``, ``3d``."""
NEVER = 'never'
CARRIED = frozenset({DeviceKind.PHONE, DeviceKind.TABLET, DeviceKind.LAPTOP, DeviceKind.VEHICLE})
"""What people carry, drive and switch off: its silence says less than that of what is installed."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
INSTALLED_S: Mapping[Criticality, float | None] = {
    Criticality.VITAL: MINUTE,
    Criticality.HIGH: 10 * MINUTE,
    Criticality.NORMAL: HOUR,
    Criticality.LOW: DAY,
}
CARRIED_S: Mapping[Criticality, float | None] = {
    Criticality.VITAL: 15 * MINUTE,
    Criticality.HIGH: 2 * HOUR,
    Criticality.NORMAL: 3 * DAY,  # a weekend
    Criticality.LOW: None,
}
"""Seconds that it may stay offline; ``None``: for ever."""
SEVERITY: Mapping[Criticality, Severity] = {
    Criticality.VITAL: Severity.CRITICAL,
    Criticality.HIGH: Severity.MAJOR,
    Criticality.NORMAL: Severity.MINOR,
    Criticality.LOW: Severity.WARNING,
}
LONGEST_S = 365 * DAY
_UNITS = {'s': 1.0, 'm': MINUTE, 'min': MINUTE, 'h': HOUR, 'd': DAY}
_TIME = re.compile(r'(\d{1,9})\s*(s|m|min|h|d)', re.ASCII)


@dataclass(frozen=True, slots=True)
class Patience:
    """``after_s`` seconds offline a person is called, ``None``: never. ``unread`` is the text of a label that says no time."""

    after_s: float | None
    severity: Severity
    by_label: bool = False
    unread: str = ''


def patience_with(device: Device) -> Patience:
    """How long this device may stay offline.

    Not less than one more interval, so that devices which fell silent together are all offline before the first of them calls.
    """
    table = CARRIED_S if device.kind in CARRIED else INSTALLED_S
    severity, text = SEVERITY[device.criticality], device.labels.get(LABEL)
    after_s, unread, by_label = table[device.criticality], '', False
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
