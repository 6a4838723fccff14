"""What rules can read: every path with its CEL type, and how it is read from what is known of a device.

Only the paths that the asked rules name are read and handed to the runtime; that is most of what makes a check-in cheap.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum, EnumType
from typing import Any

from domain.cellular.cells import network_number
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, cell_key
from domain.devices.facts import GROUPS, Facts
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceState, Reporting
from domain.devices.plausibility import is_of_the_future, is_overfull
from domain.devices.sims import is_expected
from domain.rules.custom_kinds import COMBINATIONS, KIND_OF, name_of
from domain.towers.model import Tower, TowerKind, TowerState, TowerStatus

CUSTOM = 'device.custom'
Read = Callable[['RuleInput'], Any]
_OF_SEVERAL = frozenset({'labels', 'identifiers', 'permitted_sims'})
"""What people say of a device and is not one value; each has paths of its own, the permitted SIMs ``device.sim_expected``."""


class RuleInput:
    """What the rules see of one device at one moment; built once and shared by all rules that are asked together."""

    __slots__ = ('_read', 'device', 'now', 'reporting', 'state', 'tower', 'tower_state')

    def __init__(
        self,
        device: Device,
        state: DeviceState,
        tower: Tower | None,
        tower_state: TowerState | None,
        now: float,
        reporting: Reporting | None = None,
    ) -> None:
        self.device = device
        self.state = state
        self.tower = tower
        self.tower_state = tower_state
        self.now = now
        self.reporting = reporting
        self._read: dict[str, Any] = {}

    @property
    def moment(self) -> datetime:
        """``now`` as the runtime wants it."""
        return datetime.fromtimestamp(self.now, UTC)

    def value(self, path: str) -> Any:
        """The value of one path, ``None`` when it is not known."""
        try:
            return self._read[path]
        except KeyError:
            value = self._read[path] = _READ[path].read(self)
            return value

    def maps(self, paths: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """``device`` and ``tower`` as nested maps that hold these paths; what is not known is left out."""
        device: dict[str, Any] = {}
        tower: dict[str, Any] = {}
        for path in paths:
            field = _READ[path]
            value = self.value(path)
            # A group that was not reported is an empty map, so that has(device.battery.level) is false instead of an error.
            root = tower if field.of_tower else device
            inner = root if field.group is None else root.setdefault(field.group, {})
            if value is not None:
                inner[field.name] = value
        return device, tower

    def group(self, name: str) -> Any:
        """A group of facts with everything known in it, ``None`` when nothing is; or a single field of the device."""
        single = PATHS.get(f'device.{name}')
        if single is not None:
            return self.value(single.path)
        known = {path.name: value for path in _OF_GROUP[name] if (value := self.value(path.path)) is not None}
        return known or None


class RuleField:
    """A path such as ``device.os.patch_level``: its CEL type, the group and name in it, how it is read, and the ``words`` of its
    vocabulary when that is closed."""

    __slots__ = ('group', 'kind', 'name', 'of_tower', 'path', 'read', 'words')

    def __init__(self, path: str, kind: str, read: Read, words: Iterable[str] = ()) -> None:
        root, *middle, self.name = path.split('.')
        self.path = path
        self.kind = kind
        self.read = read
        self.words = tuple(map(str, words))
        self.group = middle[0] if middle else None
        self.of_tower = root == 'tower'


def _patch_age_days(view: RuleInput) -> int | None:
    level = _patch_level(view)
    return None if not level else max(0, (view.moment.date() - date.fromisoformat(level)).days)


def _patch_level(view: RuleInput) -> str | None:
    os = view.state.facts.os
    return None if os is None or is_of_the_future(os, view.moment.date()) else os.patch_level


def _bytes(name: str) -> Read:
    def read(view: RuleInput) -> Any:
        storage = view.state.facts.storage
        return None if storage is None or is_overfull(storage) else getattr(storage, name)

    return read


def _free_percent(view: RuleInput) -> float | None:
    storage = view.state.facts.storage
    if storage is None or not storage.total_bytes or storage.free_bytes is None or is_overfull(storage):
        return None
    return round(100 * storage.free_bytes / storage.total_bytes, 2)


def _clock_offset_s(view: RuleInput) -> float | None:
    """Seconds that the clock is ahead of ours; 0 while it is not known to be wrong."""
    if view.state.last_seen is None:
        return None
    return (view.reporting.clock_offset_s if view.reporting is not None else None) or 0.0


def _custom(view: RuleInput) -> dict[str, Any]:
    return dict(view.state.facts.custom or {})


def _custom_of(kinds: frozenset[str]) -> Read:
    classes = {of for of, kind in KIND_OF.items() if kind in kinds}

    def read(view: RuleInput) -> dict[str, Any]:
        custom = view.state.facts.custom or {}
        return {key: value for key, value in custom.items() if value.__class__ in classes}

    return read


def _tower_status(view: RuleInput) -> str | None:
    if view.tower is None:
        return None
    return 'unknown' if view.tower_state is None else view.tower_state.status.value


def _device(name: str) -> Read:
    return lambda view: _plain(getattr(view.device, name))


def _identifier(name: str) -> Read:
    return lambda view: getattr(view.device.identifiers, name)


def _fact(group: str, name: str) -> Read:
    def read(view: RuleInput) -> Any:
        facts = getattr(view.state.facts, group)
        return None if facts is None else getattr(facts, name)

    return read


def _radio(name: str) -> Read:
    return lambda view: None if view.state.radio is None else _plain(getattr(view.state.radio, name))


def _mnc(view: RuleInput) -> str | None:
    """The network code as the serving tower lists it: 008 on a cell of a tower of 204-08 is 08, and no other network
    (:class:`domain.towers.cells.Cells`)."""
    radio = view.state.radio
    if radio is None or radio.mnc is None or view.tower is None:
        return radio.mnc if radio is not None else None
    number = network_number(radio.mnc)
    listed = {one.mnc for one in view.tower.cells if one.mcc == radio.mcc and network_number(one.mnc) == number}
    return radio.mnc if radio.mnc in listed or len(listed) != 1 else listed.pop()


def _plmn(view: RuleInput) -> str | None:
    radio, mnc = view.state.radio, _mnc(view)
    return f'{radio.mcc}-{mnc}' if radio is not None and radio.mcc and mnc else None


def _cell(view: RuleInput) -> str | None:
    radio, mnc = view.state.radio, _mnc(view)
    if radio is None or mnc is None or radio.mcc is None or radio.cell_id is None:
        return None
    return cell_key(radio.mcc, mnc, radio.tac, radio.cell_id)


def _tower(name: str) -> Read:
    return lambda view: None if view.tower is None else _plain(getattr(view.tower, name))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _type_name(annotation: Any) -> str:
    text = str(annotation)
    kinds = (('bool', 'bool'), ('float', 'double'), ('int', 'int'))
    return next((name for word, name in kinds if word in text), 'string')


def _words(annotation: Any) -> Iterable[str]:
    """The words of an enumeration, which may be one of several types that a field has."""
    kinds = (annotation, *getattr(annotation, '__args__', ()))
    return next((list(map(str, kind)) for kind in kinds if isinstance(kind, EnumType)), ())


def _field(path: str, annotation: Any, read: Read) -> RuleField:
    return RuleField(path, _type_name(annotation), read, _words(annotation))


def _paths() -> dict[str, RuleField]:
    known = [
        RuleField('device.id', 'string', _device('id')),
        RuleField('device.labels', 'map(string, string)', lambda view: dict(view.device.labels)),
        RuleField('device.quarantined', 'bool', lambda view: view.state.quarantined),
        RuleField('device.sim_expected', 'bool', lambda view: is_expected(view.device)),
        RuleField('device.uptime_s', 'int', lambda view: view.state.facts.uptime_s),
        RuleField(CUSTOM, 'map(string, any)', _custom),
        RuleField('device.clock_offset_s', 'double', _clock_offset_s),
        RuleField('device.os.patch_age_days', 'int', _patch_age_days),
        RuleField('device.storage.free_percent', 'double', _free_percent),
        RuleField('device.radio.plmn', 'string', _plmn),
        RuleField('device.radio.cell', 'string', _cell),
        RuleField('tower.known', 'bool', lambda view: view.tower is not None),
        RuleField('tower.status', 'string', _tower_status, TowerStatus),
        RuleField('tower.kind', 'string', _tower('kind'), TowerKind),
    ]
    known += [RuleField(f'tower.{name}', 'string', _tower(name)) for name in ('id', 'name', 'operator', 'region')]
    known += [
        _field(f'device.{spec.name}', spec.type, _device(spec.name))
        for spec in fields(NewDevice)
        if spec.name not in _OF_SEVERAL
    ]
    known += [RuleField(f'device.{name}', 'string', _identifier(name)) for name in Identifiers.__slots__]
    for group, kind in Facts.__annotations__.items():
        if group in GROUPS:
            known += [
                _field(f'device.{group}.{spec.name}', spec.type, _fact(group, spec.name))
                for spec in fields(kind.__args__[0])
            ]
    known += [_field(f'device.radio.{spec.name}', spec.type, _radio(spec.name)) for spec in fields(Radio)]
    known += [  # in place of the plain ones: what cannot be true is not known, and a network is that of its tower
        RuleField('device.radio.mnc', 'string', _mnc),
        RuleField('device.os.patch_level', 'string', _patch_level),
        RuleField('device.storage.total_bytes', 'int', _bytes('total_bytes')),
        RuleField('device.storage.free_bytes', 'int', _bytes('free_bytes')),
    ]
    return {field.path: field for field in known}


PATHS: Mapping[str, RuleField] = _paths()
"""Every path a rule may read."""
FIELDS: Mapping[str, str] = {path: field.kind for path, field in PATHS.items()}
"""Every path a rule may read, with its CEL type."""
OF_KINDS: Mapping[frozenset[str], RuleField] = {
    kinds: RuleField(f'device.{name_of(kinds)}', FIELDS[CUSTOM], _custom_of(kinds)) for kinds in COMBINATIONS
}
"""The custom values of some kinds alone. People write ``device.custom``; a rule that compares reads one of these instead."""
_READ: Mapping[str, RuleField] = {**PATHS, **{field.path: field for field in OF_KINDS.values()}}
OF_NETWORK = frozenset({'device.radio.mnc', 'device.radio.plmn', 'device.radio.cell'})
"""Paths whose value follows the serving tower, which may write the network in another form."""
TIMED = frozenset({'device.os.patch_age_days'})
"""Paths whose value changes with the clock alone."""
_OF_GROUP = {
    group: [field for field in PATHS.values() if not field.of_tower and field.group == group]
    for group in (*GROUPS, 'radio')
}
