"""What a device says of itself at a moment: the workshop's state, the day's wear, and what has befallen it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jobs.simulation.population import Device

DAY_S = 1440.0
"""Seconds of the scenario in which a day of wear passes: batteries drain and charge, storage fills and is cleared."""
_BOOT_S = 86_400 * 9
_GB = 10**9
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """What has befallen a device; the default is nothing. ``patch_age_days`` and ``free_share`` replace the device's own."""

    patch_age_days: int | None = None
    encrypted: bool = True
    rooted: bool = False
    free_share: float | None = None
    abroad: bool = False
    on_2g: bool = False
    stranger: bool = False
    asleep: bool = False
    quarantined: bool = False


SOUND = Condition()


def facts(device: Device, condition: Condition, scene: float, today: date) -> Facts:
    """All groups of facts ``scene`` seconds into the scenario; ``today`` is what patch ages count back from."""
    model = device.model
    age = device.patch_age_days if condition.patch_age_days is None else condition.patch_age_days
    groups: Facts = {
        'os': {
            'name': model.system,
            'version': model.version,
            'patch_level': (today - timedelta(days=age)).isoformat(),
        },
        'hardware': {'manufacturer': model.maker, 'model': model.name, 'memory_bytes': model.memory_gb * 2**30},
        'storage': {
            'encrypted': condition.encrypted,
            'total_bytes': model.storage_gb * _GB,
            'free_bytes': int(model.storage_gb * _GB * _free_share(device, condition, scene)),
        },
        'agent': {'name': 'cellwarden-agent', 'version': '0.1.0'},
        'security': {'screen_lock': model.number, 'rooted': condition.rooted},
        'network': {'hostname': device.name, 'ip': _address(device.number)},
        'uptime_s': int(_BOOT_S * device.phase + scene),
        'custom': {'restricted': condition.quarantined},
    }
    if model.battery:
        level, charging = _battery(device, scene)
        groups['battery'] = {'level': level, 'health': round(78 + 21 * device.phase), 'charging': charging}
    return groups


def news(told: Facts, now: Facts) -> Facts | None:
    """The groups of ``now`` that are worth another report after ``told``; None when there is none.

    A battery level counts from 2 % on, free storage from 1 % of the volume on, and uptime rides along.
    """
    fresh = {
        group: value for group, value in now.items() if group != 'uptime_s' and not _same(group, told.get(group), value)
    }
    return {**fresh, 'uptime_s': now['uptime_s']} if fresh else None


def _address(number: int) -> str:
    return f'10.{40 + number // 62_500}.{number // 250 % 250}.{number % 250 + 2}'


def _same(group: str, old: Any, new: Any) -> bool:
    if old is None or old == new:
        return old is not None
    if group == 'battery':
        return bool(old['charging'] == new['charging'] and abs(old['level'] - new['level']) < 2)
    if group == 'storage':
        near = abs(old['free_bytes'] - new['free_bytes']) < new['total_bytes'] / 100
        return bool(old['encrypted'] == new['encrypted'] and near)
    return False


def _battery(device: Device, scene: float) -> tuple[int, bool]:
    """A shift drains it to about a fifth in two thirds of a day, then it charges."""
    day = (scene / DAY_S + device.phase) % 1
    if day < 2 / 3:
        return round(98 - 76 * day * 1.5), False
    return round(22 + 76 * (day - 2 / 3) * 3), True


def _free_share(device: Device, condition: Condition, scene: float) -> float:
    if condition.free_share is not None:
        return condition.free_share
    return device.free_share - 0.08 * ((scene / DAY_S + device.phase) % 1)
