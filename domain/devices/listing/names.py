"""Devices of one name, and what tells them apart where a list shows them by name."""

from domain.common.text import natural
from domain.devices.listing.columns import DeviceColumns
from domain.devices.model import Device
from domain.fleet.fleet import Fleet


def apart(fleet: Fleet, device_id: str) -> str | None:
    """What to show beside the name of a device when another one that is shown has the same: its serial number, else its IMEI, else a
    label, else the end of its id. ``None`` when the name is enough, and for a device that is not there."""
    device = fleet[Device].get(device_id)
    if device is None or not _shares_name(fleet, device):
        return None
    label = next((f'{key}={value}' for key, value in device.labels.items()), None)
    return device.identifiers.key('serial') or device.identifiers.key('imei') or label or f'…{device.id[-6:]}'


def _shares_name(fleet: Fleet, device: Device) -> bool:
    """Looks at the neighbours in the order of names, which is there for the lists."""
    rows = fleet.index(DeviceColumns)
    own = rows.row_of[device.id]
    if own in rows.unique:
        return False
    shown, name, others = rows.mask(), natural(device.name), False
    rank = int(rows.ranks()[own])
    for step in (-1, 1):
        at = rank + step
        while (row := rows.row_at(at)) is not None and rows.name_of(row).partition('\0')[0] == name:
            if shown[row]:
                return True
            others = True
            at += step
    if not others:
        rows.unique.add(own)
    return False
