"""A compiled rule as a tree, read from the runtime's own serialised form: a protocol buffer of the type ``cel.expr.CheckedExpr``.

What the runtime will do is judged on what it understood, and not on a second reading of the text. Field numbers are those of
``cel/expr/checked.proto`` and ``syntax.proto`` of https://github.com/google/cel-spec, the wire format is that of
https://protobuf.dev/programming-guides/encoding; only the few fields are read that the cost of a rule depends on.
"""

import struct
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

_Fields = dict[int, list[Any]]
_FIXED = {1: 8, 5: 4}
"""Bytes of the wire types that have a length of their own."""


class NoTree(ValueError):
    """The runtime's form is another one than is known here."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; ``value`` is its text or bytes, ``None`` for numbers and all others that have no size.

    ``kind`` is ``null``, ``flag``, ``number``, ``text`` or ``bytes``; ``number`` is what a number is."""

    id: int
    value: str | bytes | None
    kind: str = ''
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable: one of the rule's own, or that of a macro."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """``operand.field``, or with ``tested`` the macro ``has(operand.field)``."""

    id: int
    operand: 'Node'
    field: str
    tested: bool


@dataclass(frozen=True, slots=True)
class Call:
    """An operator, function or method; the object of a method is the first of ``arguments``."""

    id: int
    function: str
    arguments: tuple['Node', ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A literal list."""

    id: int
    items: tuple['Node', ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    """A literal map, keys and values; ``message`` is the type of a literal message, empty for a map."""

    id: int
    message: str
    items: tuple[tuple['Node', 'Node'], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """What ``all``, ``exists``, ``exists_one``, ``map`` and ``filter`` stand for: ``step`` is asked for each item of ``over``."""

    id: int
    item: str
    over: 'Node'
    result: str
    """The name of what is gathered; no rule can spell it."""
    start: 'Node'
    condition: 'Node'
    step: 'Node'
    answer: 'Node'


Node = Constant | Name | Select | Call | ListOf | MapOf | Loop


@dataclass(frozen=True, slots=True)
class Tree:
    """A rule, and where in its text each part stands: offsets in characters, by id."""

    root: Node
    places: Mapping[int, int] = field(default_factory=dict)


def path_of(node: Node, hidden: Container[str] = ()) -> str:
    """``device.os.version`` for such a path, empty for anything else; ``hidden`` are the names that loops took for themselves."""
    names: list[str] = []
    while isinstance(node, Select):
        names.append(node.field)
        node = node.operand
    if isinstance(node, Name) and node.name in ('device', 'tower') and node.name not in hidden:
        return '.'.join([node.name, *reversed(names)])
    return ''


def read_tree(serialised: bytes) -> Tree:
    """Read what ``Expression.serialize()`` gives. Raises :class:`NoTree`."""
    try:
        checked = _fields(_fields(serialised)[2][0])  # google.protobuf.Any: type and value
        entries = map(_fields, _fields(checked[5][0]).get(4, ()))
        places = {entry[1][0]: entry[2][0] if 2 in entry else 0 for entry in entries}
        return Tree(_node(checked[4][0]), places)
    except (IndexError, KeyError, TypeError, UnicodeDecodeError, struct.error) as error:
        raise NoTree(f'no such part: {error}') from None


def _node(data: bytes) -> Node:
    fields = _fields(data)
    id = fields.pop(2)[0] if 2 in fields else 0
    for number, values in fields.items():
        if number in _PARTS:
            return _PARTS[number](id, _fields(values[0]))
    raise NoTree('a part of an unknown kind')


_LITERALS = {1: 'null', 2: 'flag', 3: 'number', 4: 'number', 5: 'number', 6: 'text', 7: 'bytes'}


def _constant(id: int, fields: _Fields) -> Constant:
    text, data = fields.get(6), fields.get(7)
    kind = next((_LITERALS[number] for number in fields if number in _LITERALS), '')
    return Constant(id, _text(text) if text else data[0] if data else None, kind, _literal_number(fields))


def _literal_number(fields: _Fields) -> float | None:
    if 5 in fields:
        (double,) = struct.unpack('<d', fields[5][0])
        return float(double)
    for number in fields.get(3, ()):  # an int64, in two's complement
        return float(number - 2**64 if number >= 2**63 else number)
    return next(map(float, fields.get(4, ())), None)


def _call(id: int, fields: _Fields) -> Call:
    return Call(id, _text(fields[2]), tuple(map(_node, [*fields.get(1, ()), *fields.get(3, ())])))


def _entry(data: bytes) -> tuple[Node, Node]:
    fields = _fields(data)
    key = _node(fields[3][0]) if 3 in fields else Constant(0, _text(fields[2]))
    return key, _node(fields[4][0])


def _loop(id: int, fields: _Fields) -> Loop:
    if 8 in fields:
        raise NoTree('a loop over two variables')
    over, start, condition, step, answer = (_node(fields[number][0]) for number in (2, 4, 5, 6, 7))
    return Loop(id, _text(fields[1]), over, _text(fields[3]), start, condition, step, answer)


_PARTS: Mapping[int, Callable[[int, _Fields], Node]] = {
    3: _constant,
    4: lambda id, fields: Name(id, _text(fields[1])),
    5: lambda id, fields: Select(id, _node(fields[1][0]), _text(fields[2]), 3 in fields and bool(fields[3][0])),
    6: _call,
    7: lambda id, fields: ListOf(id, tuple(map(_node, fields.get(1, ())))),
    8: lambda id, fields: MapOf(id, _text(fields.get(1, [b''])), tuple(map(_entry, fields.get(2, ())))),
    9: _loop,
}


def _text(values: list[Any]) -> str:
    text: str = values[0].decode()
    return text


def _fields(data: bytes) -> _Fields:
    """The values of a message by field number: numbers as they are, everything else as bytes."""
    fields: _Fields = {}
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _number(data, at)
            fields.setdefault(key >> 3, []).append(value)
        else:
            size, at = _number(data, at) if kind == 2 else (_FIXED[kind], at)
            fields.setdefault(key >> 3, []).append(data[at : at + size])
            at += size
    return fields


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = data[at]
    at += 1
    if value < 128:
        return value, at
    value, shift = value & 127, 7
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
