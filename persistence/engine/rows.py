"""How a domain object becomes a row tuple and back. The columns and their order are those of the Tortoise model."""

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from tortoise import fields as columns
from tortoise.models import Model

Row = TypeVar('Row')
Tuple = tuple[Any, ...]
_ARRAYS: dict[type, str] = {  # what PostgreSQL unpacks a column of parameters as; assignment casts do the rest
    columns.CharField: 'text[]',
    columns.TextField: 'text[]',
    columns.FloatField: 'float8[]',
    columns.IntField: 'int8[]',
    columns.BigIntField: 'int8[]',
    columns.SmallIntField: 'int8[]',
    columns.BinaryField: 'bytea[]',
}

encode: Callable[[Any], bytes] = msgspec.json.Encoder().encode


class Target(NamedTuple):
    """Where rows go: a table, its written columns with their PostgreSQL array types, and the key that makes it an upsert."""

    table: str
    columns: tuple[str, ...]
    arrays: tuple[str, ...]
    key: tuple[str, ...] = ()


def target(model: type[Model], *, key: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Target:
    """The written columns of ``model``: all but those the database fills by itself (``without``)."""
    meta = model._meta
    names = tuple(name for name in meta.fields_map if name not in without)
    return Target(meta.db_table, names, tuple(_ARRAYS[type(meta.fields_map[name])] for name in names), key)


class Form(NamedTuple):
    """A field whose stored form is not that of its type: how it becomes a column and back."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


class Table(Generic[Row]):
    """One kind of domain object and its table.

    ``live`` is the SQL condition of what a reload reads, on the table's alias ``t``; ``is_open`` that of being open, for what is opened and
    closed, which is also what a reload reads of it. Readers get a positional row in the order of ``select``.
    """

    def __init__(
        self,
        kind: type[Row],
        model: type[Model],
        *,
        live: str = '',
        is_open: str = '',
        write: Callable[[Row], Tuple] | None = None,
        read: Callable[[Sequence[Any]], Row] | None = None,
        forms: Mapping[str, Form] = types.MappingProxyType({}),
    ) -> None:
        self.kind = kind
        self.target = target(model, key=('id',))
        self.live = live or is_open
        self.is_open = is_open
        self.write = write or writer(kind, self.target.columns, forms=forms)
        self.read = read or reader(kind, self.target.columns, forms=forms)
        self.select = ', '.join(f't.{name}' for name in self.target.columns)
        self.source = f'{self.target.table} t'


def writer(
    kind: type[Row],
    names: Sequence[str],
    renamed: Mapping[str, str] = types.MappingProxyType({}),
    forms: Mapping[str, Form] = types.MappingProxyType({}),
) -> Callable[[Row], Tuple]:
    """A function from an object to its row; for kinds that are written seldom (the hot ones are written out by hand)."""
    hints = typing.get_type_hints(kind)
    steps = [
        (field, forms[field].write if field in forms else _to_column(hints[field]))
        for field in (renamed.get(name, name) for name in names)
    ]
    return lambda row: tuple([convert(getattr(row, field)) for field, convert in steps])


def reader(
    kind: type[Row],
    names: Sequence[str],
    renamed: Mapping[str, str] = types.MappingProxyType({}),
    forms: Mapping[str, Form] = types.MappingProxyType({}),
) -> Callable[[Sequence[Any]], Row]:
    """A function from a row to its object."""
    hints = typing.get_type_hints(kind)
    steps = [
        (field, forms[field].read if field in forms else _from_column(hints[field]))
        for field in (renamed.get(name, name) for name in names)
    ]
    return lambda row: kind(**{field: convert(value) for (field, convert), value in zip(steps, row, strict=True)})


def fields_of(kind: type) -> frozenset[str]:
    """The names of a dataclass's fields."""
    return frozenset(field.name for field in fields(kind))


def _same(value: Any) -> Any:
    return value


def _plain(hint: Any) -> tuple[Any, bool]:
    """The type behind an optional one, and whether a column holds its values as they are."""
    if isinstance(hint, types.UnionType) and type(None) in hint.__args__:
        (hint,) = (arg for arg in hint.__args__ if arg is not type(None))
    return hint, hint in (str, int, float, bytes)


def _to_column(hint: Any) -> Callable[[Any], Any]:
    base, plain = _plain(hint)
    if plain:
        return _same
    if base is bool:
        return lambda value: None if value is None else int(value)
    if isinstance(base, type) and issubclass(base, StrEnum):
        return lambda value: None if value is None else value._value_
    return lambda value: None if value is None else encode(value).decode()


def _from_column(hint: Any) -> Callable[[Any], Any]:
    base, plain = _plain(hint)
    if plain:
        return _same
    if base is bool or (isinstance(base, type) and issubclass(base, StrEnum)):
        return lambda value: None if value is None else base(value)
    decode = msgspec.json.Decoder(base).decode
    return lambda value: None if value is None else decode(value)
