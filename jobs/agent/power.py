"""The battery by the kernel's power supply class (sysfs-class-power)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FOLDER = 'sys/class/power_supply'


def battery_facts(root: Path = Path('/')) -> dict[str, Any]:
    """Level, health and charging of the machine's batteries taken together; empty without one.

    ``level`` is charge now against full charge, ``health`` full charge against design capacity, both in percent.
    """
    batteries = list(_batteries(root / _FOLDER))
    if not batteries:
        return {}
    facts: dict[str, Any] = {'charging': any(_read(battery, 'status') == 'Charging' for battery in batteries)}
    # A smart battery's own estimate comes first where there is just one: it knows temperature and age.
    capacity = _number(batteries[0], 'capacity') if len(batteries) == 1 else None
    level = capacity if capacity is not None else _percent(batteries, 'now', 'full')
    if level is not None:
        facts['level'] = min(100.0, max(0.0, level))
    if (health := _percent(batteries, 'full', 'full_design')) is not None:
        facts['health'] = min(100.0, health)  # a new battery often holds a little more than promised
    return facts


def _batteries(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for supply in sorted(folder.iterdir()):
        # Scope "Device" is the battery of a mouse or a headset.
        ours = _read(supply, 'type') == 'Battery' and _read(supply, 'scope') != 'Device'
        if ours and _read(supply, 'present') != '0':
            yield supply


def _percent(batteries: list[Path], part: str, whole: str) -> float | None:
    parts = [_measured(battery, part) for battery in batteries]
    wholes = [_measured(battery, whole) for battery in batteries]
    if None in parts or None in wholes:
        return None
    total = sum(filter(None, wholes))
    return round(100 * sum(filter(None, parts)) / total, 1) if total > 0 else None


def _measured(battery: Path, what: str) -> float | None:
    """Drivers count in energy (µWh) or in charge (µAh), hardly ever in both."""
    energy = _number(battery, f'energy_{what}')
    return energy if energy is not None else _number(battery, f'charge_{what}')


def _number(battery: Path, name: str) -> float | None:
    try:
        return float(_read(battery, name))
    except ValueError:
        return None


def _read(battery: Path, name: str) -> str:
    try:
        return (battery / name).read_text().strip()
    except OSError:  # drivers answer ENODEV for what their hardware cannot measure
        return ''
