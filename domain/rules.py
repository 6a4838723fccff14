"""Rules in CEL (Common Expression Language) over ``device``, ``tower`` and ``now``; true means compliant.

The runtime answers errors as values and a typing slip as an unknown key, so a rule is checked here against the fields that exist
before it is compiled, and an answer is taken for what it is: yes, no, or "could not be answered, because".
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from cel_expr_python import cel

from domain.devices import Device, DeviceState
from domain.errors import DomainError
from domain.facts import GROUPS, Facts
from domain.policies import Compliance
from domain.radio import Radio
from domain.towers import Tower, TowerState

MOST_CHARACTERS = 4000


class RuleError(DomainError):
    """The rule cannot be used; ``line`` and ``column`` count from 1."""

    title = 'The rule cannot be used'

    def __init__(self, detail: str, line: int, column: int) -> None:
        super().__init__(f'line {line}, column {column}: {detail}', field='rule')
        self.problem = detail
        self.line = line
        self.column = column


def _schema() -> dict[str, str]:
    groups = {name: kind for name, kind in Facts.__annotations__.items() if name in GROUPS}
    paths = {
        'device.id': 'string',
        'device.name': 'string',
        'device.kind': 'string',
        'device.interval_s': 'int',
        'device.quarantined': 'bool',
        'device.uptime_s': 'int',
        'device.labels': 'map(string, string)',
        'device.custom': 'map(string, any)',
        'device.os.patch_age_days': 'int',
        'device.storage.free_percent': 'double',
        'device.radio.plmn': 'string',
        'device.radio.cell': 'string',
        'tower.known': 'bool',
        'tower.id': 'string',
        'tower.name': 'string',
        'tower.operator': 'string',
        'tower.region': 'string',
        'tower.kind': 'string',
        'tower.status': 'string',
    }
    for name in ('imei', 'iccid', 'imsi', 'serial', 'msisdn'):
        paths[f'device.{name}'] = 'string'
    for group, kind in groups.items():
        for spec in fields(kind.__args__[0]):
            paths[f'device.{group}.{spec.name}'] = _type_name(spec.type)
    for spec in fields(Radio):
        paths[f'device.radio.{spec.name}'] = _type_name(spec.type)
    return paths


def _type_name(annotation: Any) -> str:
    text = str(annotation)
    return next(
        (name for word, name in (('bool', 'bool'), ('float', 'double'), ('int', 'int')) if word in text), 'string'
    )


FIELDS: Mapping[str, str] = _schema()
"""Every path a rule may read, with its CEL type."""

_ENV = cel.NewEnv(
    variables={
        'device': cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        'tower': cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        'now': cel.Type.TIMESTAMP,
    }
)
_LITERAL = re.compile(
    r'[rR]?("""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|//[^\n]*'
)
_PATH = re.compile(r'(?<![\w.])(device|tower)\b((?:\s*\.\s*[A-Za-z_]\w*)*)(\s*[(\[])?')
_NOW = re.compile(r'(?<![\w.])now\b')
_PLACE = re.compile(r'<input>:(\d+):(\d+): (.*?)(?:\n|$)')
_MAPS = frozenset({*GROUPS, 'radio', 'custom'})
_TIMED = frozenset({'device.os.patch_age_days'})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says of one device. ``evidence`` holds the values it read, by path."""

    status: Compliance
    evidence: Mapping[str, object]
    reason: str | None = None


class Rule:
    """A compiled rule. ``paths`` are the fields it reads; ``timed`` is true when its answer can change while nothing else does."""

    def __init__(self, text: str) -> None:
        """Raise :class:`RuleError` when the text is not a rule."""
        if len(text) > MOST_CHARACTERS:
            raise RuleError(f'a rule has at most {MOST_CHARACTERS} characters', 1, 1)
        self.text = text
        blank = _LITERAL.sub(lambda found: re.sub(r'[^\n]', ' ', found[0]), text)
        self.paths = frozenset(_paths(blank))
        self.timed = bool(_NOW.search(blank)) or not _TIMED.isdisjoint(self.paths)
        self.groups = frozenset(path.split('.')[1] for path in self.paths if path.startswith('device.'))
        self.reads_tower = any(path.startswith('tower.') for path in self.paths)
        try:
            self._expression = _ENV.compile(text)
        except RuntimeError as error:
            raise _located(str(error)) from None
        answer = self._expression.return_type()
        only = FIELDS.get(re.sub(r'\s', '', blank.strip().lstrip('!')))
        if answer != cel.Type.BOOL and not (answer == cel.Type.DYN and only == 'bool'):
            raise RuleError('a rule answers yes or no: compare the value with something', 1, 1)

    @cached_property
    def _wanted(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(path.split('.')) for path in sorted(self.paths))

    def ask(self, view: 'View') -> Answer:
        """The rule's answer on what is known of one device."""
        evidence = view.values(self._wanted)
        try:
            value = self._expression.eval(view.activation(self.groups))
        except RuntimeError as error:  # the iteration budget; everything else comes back as a value
            return Answer(Compliance.UNKNOWN, evidence, _sentence(str(error)))
        kind = value.type()
        if kind == cel.Type.BOOL:
            return Answer(Compliance.COMPLIANT if value.value() is True else Compliance.VIOLATING, evidence)
        if kind == cel.Type.ERROR:
            missing = [path for path, known in evidence.items() if known is None]
            reason = f'not reported: {", ".join(missing)}' if missing else _sentence(str(value.value()))
            return Answer(Compliance.UNKNOWN, evidence, reason)
        return Answer(Compliance.UNKNOWN, evidence, f'the rule answered {value.value()!r} instead of yes or no')


class View:
    """What the rules see of one device at one moment; built once and shared by all rules asked together."""

    def __init__(
        self, device: Device, state: DeviceState, tower: Tower | None, tower_state: TowerState | None, now: float
    ) -> None:
        self._device = device
        self._state = state
        self._tower = tower
        self._tower_state = tower_state
        self._now = now
        self._groups: dict[str, Any] = {}
        self._towers: dict[str, Any] | None = None
        self._activation: tuple[frozenset[str], Any] | None = None

    def activation(self, groups: frozenset[str]) -> Any:
        """The CEL activation that holds these groups of the device, and the tower."""
        if self._activation is not None and groups <= self._activation[0]:
            return self._activation[1]
        # A group nobody reported is an empty map, so that has(device.battery.level) is false instead of an error.
        device = {
            name: {} if value is None else value
            for name in groups
            if (value := self.group(name)) is not None or name in _MAPS
        }
        built = _ENV.Activation(
            {'device': device, 'tower': self.tower(), 'now': datetime.fromtimestamp(self._now, UTC)}
        )
        self._activation = (groups, built)
        return built

    def values(self, wanted: tuple[tuple[str, ...], ...]) -> dict[str, object]:
        """The values of these paths, ``None`` where nothing is known."""
        found: dict[str, object] = {}
        for path in wanted:
            value: Any = self.tower() if path[0] == 'tower' else self.group(path[1])
            for name in path[1:] if path[0] == 'tower' else path[2:]:
                value = value.get(name) if value is not None else None
            found['.'.join(path)] = value
        return found

    def group(self, name: str) -> Any:
        """One top-level field of ``device``, as plain maps without the unknown values."""
        if name not in self._groups:
            self._groups[name] = self._build(name)
        return self._groups[name]

    def tower(self) -> dict[str, Any]:
        """The serving tower; only ``known`` when no tower lists the serving cell."""
        if self._towers is None:
            tower, state = self._tower, self._tower_state
            if tower is None:
                self._towers = {'known': False}
            else:
                self._towers = {
                    'known': True,
                    'id': tower.id,
                    'name': tower.name,
                    'operator': tower.operator,
                    'region': tower.region,
                    'kind': str(tower.kind),
                    'status': 'unknown' if state is None else str(state.status),
                }
        return self._towers

    def _build(self, name: str) -> Any:
        device, state = self._device, self._state
        if name == 'radio':
            return _radio_map(state.radio)
        if name in GROUPS:
            group = _plain(getattr(state.facts, name))
            if group is not None and name == 'os' and group.get('patch_level'):
                group['patch_age_days'] = (
                    datetime.fromtimestamp(self._now, UTC).date() - date.fromisoformat(group['patch_level'])
                ).days
            if group is not None and name == 'storage' and group.get('total_bytes') and 'free_bytes' in group:
                group['free_percent'] = round(100 * group['free_bytes'] / group['total_bytes'], 2)
            return group
        if name in ('uptime_s', 'custom'):
            value = getattr(state.facts, name)
            return dict(value) if name == 'custom' and value is not None else value
        if name == 'quarantined':
            return state.quarantined
        if name == 'labels':
            return dict(device.labels)
        if name == 'kind':
            return str(device.kind)
        return getattr(device, name) if name in ('id', 'name', 'interval_s') else getattr(device.identifiers, name)


def _radio_map(radio: Radio | None) -> dict[str, Any] | None:
    plain = _plain(radio)
    if plain is not None and radio is not None:
        plain['rat'] = str(radio.rat)
        plain['registration'] = str(radio.registration)
        if radio.plmn is not None:
            plain['plmn'] = radio.plmn
        if radio.cell is not None:
            plain['cell'] = radio.cell
    return plain


def _plain(group: Any) -> dict[str, Any] | None:
    if group is None:
        return None
    return {name: value for name in group.__slots__ if (value := getattr(group, name)) is not None}


def _paths(blank: str) -> Iterator[str]:
    for found in _PATH.finditer(blank):
        names = re.findall(r'\w+', found[2])
        if names and found[3] and found[3].strip() == '(':
            names.pop()  # a function called on the value
        path = '.'.join([found[1], *names])
        line, column = blank.count('\n', 0, found.start()) + 1, found.start() - blank.rfind('\n', 0, found.start())
        if not names:
            raise RuleError(
                f'name a field of {found[1]}, such as {found[1]}.{"kind" if found[1] == "device" else "status"}',
                line,
                column,
            )
        for depth in (3, 2):
            known = '.'.join(path.split('.')[:depth])
            if known in FIELDS and (FIELDS[known].startswith('map') or known == path):
                yield known
                break
        else:
            if any(field.startswith(path + '.') for field in FIELDS):
                inside = ', '.join(sorted(field[len(path) + 1 :] for field in FIELDS if field.startswith(path + '.')))
                raise RuleError(f'{path} is a group; name one of its fields: {inside}', line, column)
            near = difflib.get_close_matches(path, FIELDS, 1, 0.5)
            raise RuleError(f'there is no field {path}' + (f'; did you mean {near[0]}?' if near else ''), line, column)


def _located(message: str) -> RuleError:
    found = _PLACE.search(message)
    if found is None:
        return RuleError(_sentence(message), 1, 1)
    return RuleError(found[3].removeprefix('Syntax error: '), int(found[1]), int(found[2]))


def _sentence(message: str) -> str:
    return re.sub(r'\s*\[[A-Z_]+\]$', '', re.sub(r'^[A-Z_]+: ', '', message.strip().splitlines()[0]))
