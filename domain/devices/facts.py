"""What a device says of itself, in groups; every group is optional and replaced as a whole."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import isfinite
from operator import attrgetter
from typing import Any, TypeVar

from domain.common.errors import Invalid
from domain.common.text import clean_line

T = TypeVar('T')


@dataclass(frozen=True, slots=True)
class Os:
    """``patch_level`` is the date (YYYY-MM-DD) up to which security fixes are in."""

    name: str | None = None
    version: str | None = None
    patch_level: str | None = None


@dataclass(frozen=True, slots=True)
class Hardware:
    """``memory_bytes`` is the installed RAM."""

    manufacturer: str | None = None
    model: str | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """The volume that holds the enterprise's data; sizes in bytes."""

    encrypted: bool | None = None
    total_bytes: int | None = None
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Battery:
    """``level`` and ``health`` in percent; health is full charge against design capacity."""

    level: float | None = None
    health: float | None = None
    charging: bool | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """The program that checks in."""

    name: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """Posture: is there a screen lock, is the device rooted or jailbroken."""

    screen_lock: bool | None = None
    rooted: bool | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """How the device names itself on its network."""

    hostname: str | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All groups of one device; ``uptime_s`` in seconds, ``custom`` is the integrator's own scalars."""

    os: Os | None = None
    hardware: Hardware | None = None
    storage: Storage | None = None
    battery: Battery | None = None
    agent: Agent | None = None
    security: Security | None = None
    network: Network | None = None
    uptime_s: int | None = None
    custom: Mapping[str, str | int | float | bool] | None = None

    def changes(self, newer: 'Facts') -> dict[str, Any]:
        """The facts that ``newer`` carries and that differ from these, by name."""
        return {
            name: new
            for name, new, known in zip(_ALL, _values(newer), _values(self), strict=True)
            if new is not None and new is not known and new != known
        }

    def having(self, changed: Mapping[str, Any]) -> 'Facts':
        """These facts with the changed ones; without any, these very facts."""
        return Facts(*map(changed.get, _ALL, _values(self))) if changed else self

    def updated(self, newer: 'Facts') -> 'Facts':
        """These facts with every group that ``newer`` carries; an equal group stays the object it was, and so do equal facts."""
        return self.having(self.changes(newer))


NO_FACTS = Facts()
_ALL = tuple(Facts.__annotations__)
_values: Callable[[Facts], tuple[Any, ...]] = attrgetter(*_ALL)
_DATE = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}')
GROUPS = ('os', 'hardware', 'storage', 'battery', 'agent', 'security', 'network')


def check_facts(facts: Facts, field: str = 'facts') -> None:
    """Raise ``Invalid`` naming the fact that is out of range, too long or not printable."""
    for name, value in NO_FACTS.changes(facts).items():
        check_fact(name, value, field)


def check_fact(name: str, value: Any, field: str = 'facts') -> None:
    """The same for one group or value, see :meth:`Facts.changes`."""
    if name == 'uptime_s':
        if not 0 <= value < 2**40:
            raise Invalid('is a number of seconds, 0 or more', field=f'{field}.uptime_s')
    elif name == 'custom':
        _check_custom(value, f'{field}.custom')
    else:
        _check_group(value, f'{field}.{name}')


def patch_date(text: str, field: str = 'facts.os.patch_level') -> date:
    """The date a patch level names."""
    if _DATE.fullmatch(text):  # fromisoformat alone takes week dates and dates without dashes too
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise Invalid(f'write the date as YYYY-MM-DD, not {text[:40]!r}', field=field)


def _check_group(group: Any, field: str) -> None:
    for name in group.__slots__:
        value = getattr(group, name)
        if isinstance(value, str):
            clean_line(value, f'{field}.{name}', most=200, least=0)
        elif isinstance(value, int) and not 0 <= value < 2**60:
            raise Invalid('must be 0 or more and fit 60 bits', field=f'{field}.{name}')
    if isinstance(group, Os) and group.patch_level:
        patch_date(group.patch_level, f'{field}.patch_level')
    elif isinstance(group, Battery):
        for name, percent in (('level', group.level), ('health', group.health)):
            if percent is not None and not 0 <= percent <= 100:
                raise Invalid(f'is a percentage from 0 to 100, not {percent:g}', field=f'{field}.{name}')


def _check_custom(custom: Mapping[str, str | int | float | bool], field: str) -> None:
    if len(custom) > 64:
        raise Invalid(f'at most 64 custom facts, got {len(custom)}', field=field)
    for key, value in custom.items():
        clean_line(key, f'{field}.{key[:40]}', most=64)
        if isinstance(value, str):
            clean_line(value, f'{field}.{key[:40]}', most=500, least=0)
        elif isinstance(value, int) and not -(2**62) < value < 2**62:
            raise Invalid('must fit 63 bits', field=f'{field}.{key[:40]}')
        elif not isfinite(value):
            raise Invalid('must be a finite number', field=f'{field}.{key[:40]}')
