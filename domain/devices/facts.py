"""What a device says of itself, in groups; every group is optional and replaced as a whole."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from math import isfinite
from operator import attrgetter
from typing import Any, TypeVar

from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.common.reading import OddValue, read_value, shown, without
from domain.common.rows import made_often
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
    """``memory_bytes`` is the installed RAM; ``modem`` says whether there is a cellular modem, ``None`` when that is not known."""

    manufacturer: str | None = None
    model: str | None = None
    memory_bytes: int | None = None
    modem: bool | None = None


@made_often(frozen=True, slots=True)
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


@made_often(frozen=True, slots=True)
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
MOST_CUSTOM = 64
GROUPS = ('os', 'hardware', 'storage', 'battery', 'agent', 'security', 'network')


def check_facts(facts: Facts, field: str = 'facts') -> None:
    """Raise ``Invalid`` naming the fact that is out of range, too long or not printable."""
    for name, value in NO_FACTS.changes(facts).items():
        for odd in expressible_fact(name, value, field)[1]:
            raise Invalid(odd.detail, field=odd.field)


def expressible_fact(name: str, value: Any, field: str = 'facts') -> tuple[Any, tuple[OddValue, ...]]:
    """One group or value (see :meth:`Facts.changes`) without what is out of range, too long or not printable, each of which is named,
    and without texts that stand for "not known". The very same when all of it can be kept; ``None`` when nothing of a value can."""
    if name == 'uptime_s':
        if not 0 <= value < 2**40:
            return None, (OddValue(f'{field}.uptime_s', 'is a number of seconds, 0 or more'),)
        return value, ()
    if name == 'custom':
        return _expressible_custom(value, f'{field}.custom')
    left_out: list[str] = []
    odd: list[OddValue] = []
    for each in value.__slots__:
        known = getattr(value, each)
        if known is None or known is True or known is False:
            continue
        if known.__class__ is str and says_nothing(known):
            left_out.append(each)
        elif (problem := _fault(value, each, known)) is not None:
            left_out.append(each)
            odd.append(OddValue(f'{field}.{name}.{each}', problem))
    return (without(value, left_out) if left_out else value), tuple(odd)


def patch_date(text: str, field: str = 'facts.os.patch_level') -> date:
    """The date a patch level names."""
    if _DATE.fullmatch(text):  # fromisoformat alone takes week dates and dates without dashes too
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise Invalid(f'write the date as YYYY-MM-DD, not {text[:40]!r}', field=field)


def _fault(group: Any, name: str, value: Any) -> str | None:
    """Why a field of a group cannot be kept, which is neither a flag nor left out."""
    if value.__class__ is str:
        try:
            clean_line(value, name, most=200)
            if name == 'patch_level':
                patch_date(value)
        except Invalid as problem:
            return problem.detail
    elif group.__class__ is Battery:
        if not 0 <= value <= 100:
            return f'is a percentage from 0 to 100, not {value:g}'
    elif value.__class__ is int and not 0 <= value < 2**60:
        return 'must be 0 or more and fit 60 bits'
    return None


def _expressible_custom(custom: Mapping[str, Any], field: str) -> tuple[Any, tuple[OddValue, ...]]:
    odd: list[OddValue] = []
    kept: dict[str, Any] = {}
    for key, value in custom.items():
        if len(kept) == MOST_CUSTOM:
            odd.append(OddValue(field, f'at most {MOST_CUSTOM} custom facts, got {len(custom)}'))
            break
        problem = _custom_fault(key, value)
        if problem is None:
            kept[key] = value
        else:
            odd.append(OddValue(f'{field}.{key[:40]}', problem))
    return (kept if odd else custom), tuple(odd)


def _custom_fault(key: str, value: Any) -> str | None:
    try:
        clean_line(key, key[:40], most=64)
        if isinstance(value, str):
            clean_line(value, key[:40], most=500, least=0)
    except Invalid as problem:
        return problem.detail
    if isinstance(value, bool | str):
        return None
    if not isinstance(value, int | float):
        return f'is a text, a number, true or false, not {shown(value)}'
    if isinstance(value, int):
        return None if -(2**62) < value < 2**62 else 'must fit 63 bits'
    return None if isfinite(value) else 'must be a finite number'


def read_facts(raw: object, field: str = 'facts') -> tuple[Facts | None, list[OddValue]]:
    """What a device says of itself as far as it can be read, and what of it cannot. Names that are none of ours are passed over.

    A group may have been read already.
    """
    if raw is None:
        return None, []
    if not isinstance(raw, Mapping):
        return None, [OddValue(field, f'is an object, not {shown(raw)}')]
    found: dict[str, Any] = {}
    odd: list[OddValue] = []
    for name, said in raw.items():
        if name not in _ALL or said is None:
            continue
        if name in GROUPS and isinstance(said, _KINDS[name][0]):
            found[name] = said
        else:
            found[name], wrong = read_fact(name, said, field)
            odd += wrong
    return Facts(**found), odd


def read_fact(name: str, said: object, field: str = 'facts') -> tuple[Any, tuple[OddValue, ...]]:
    """One group or value, named as in :class:`Facts`, as far as it can be read, ``None`` when nothing of it can; and what cannot."""
    place = f'{field}.{name}'
    odd: list[OddValue] = []
    values: dict[str, Any] = {}
    if name == 'uptime_s':
        _read_into(values, odd, name, int, said, place)
        return values.get(name), tuple(odd)
    if not isinstance(said, Mapping):
        return None, (OddValue(place, f'is an object, not {shown(said)}'),)
    if name == 'custom':
        return _expressible_custom(said, place)
    group, kinds = _KINDS[name]
    for each in kinds.keys() & said.keys():
        _read_into(values, odd, each, kinds[each], said[each], f'{place}.{each}')
    return group(**values), tuple(odd)


def _read_into(values: dict[str, Any], odd: list[OddValue], name: str, kind: type, said: object, place: str) -> None:
    try:
        values[name] = read_value(kind, said)
    except Invalid as problem:
        odd.append(OddValue(place, problem.detail))


def _kinds() -> dict[str, tuple[type, dict[str, type]]]:
    """Of each group its class and the type behind each of its optional fields."""
    found = {}
    for name in GROUPS:
        group: Any = Facts.__annotations__[name].__args__[0]
        kinds: dict[str, Any] = {each.name: each.type for each in fields(group)}
        found[name] = (group, {each: kind.__args__[0] for each, kind in kinds.items()})
    return found


_KINDS = _kinds()
