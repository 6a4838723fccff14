"""Kinds of bounds that SQLite and PostgreSQL both keep; which field has which is in :mod:`domain.limits`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from math import isfinite
from typing import Any

_INT8 = 2**63 - 1
_MANY = (tuple, list, set, frozenset)


@dataclass(frozen=True, slots=True)
class Text:
    """At most so many characters, without NUL and without halves of surrogate pairs, which PostgreSQL does not keep."""

    most: int

    def fault(self, value: Any) -> str:
        """What is wrong with the value, in words; empty when nothing is."""
        if len(value) > self.most:
            return f'must have at most {self.most} characters, has {len(value)}'
        return '' if is_text(value) else 'must not contain control or invisible characters'


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int

    def fault(self, value: Any) -> str:
        """See :class:`Text`."""
        return '' if self.least <= value <= self.most else f'must be {self.least} to {self.most}'


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from ``least`` to ``most``."""

    least: float
    most: float

    def fault(self, value: Any) -> str:
        """See :class:`Text`."""
        return '' if self.least <= value <= self.most else f'must be a number from {self.least:g} to {self.most:g}'


@dataclass(frozen=True, slots=True)
class Bytes:
    """At most so many bytes."""

    most: int

    def fault(self, value: Any) -> str:
        """See :class:`Text`."""
        return '' if len(value) <= self.most else f'must have at most {self.most} bytes'


@dataclass(frozen=True, slots=True)
class Nested:
    """Values in values, kept as JSON: text like any other, numbers finite and within 64 bits, all in all at most ``most`` of them."""

    most: int = 200_000

    def fault(self, value: Any) -> str:
        """See :class:`Text`."""
        values, left = 0, [value]
        while left:
            one = left.pop()
            values += 1
            if isinstance(one, str):
                if not is_text(one):
                    return 'must not contain control or invisible characters'
            elif isinstance(one, int):
                if not -_INT8 <= one <= _INT8:
                    return 'must fit 64 bits'
            elif isinstance(one, float):
                if not isfinite(one):
                    return 'must be a finite number'
            elif one is not None:
                left += _inside(one)
        return '' if values <= self.most else f'must hold at most {self.most} values'


Bound = Text | Whole | Real | Bytes | Nested


def fields_within(*groups: tuple[Bound, str]) -> dict[str, Bound]:
    """A bound for each field that stands beside it, the names apart by blanks."""
    return {name: bound for bound, names in groups for name in names.split()}


def is_text(value: str) -> bool:
    """True for text that both databases keep."""
    if value.isprintable():
        return True  # nearly all of it, and quick
    return '\0' not in value and not any('\ud800' <= char <= '\udfff' for char in value)


def _inside(value: Any) -> Iterable[Any]:
    """What a nested value is made of; of a mapping its keys too."""
    if isinstance(value, _MANY):
        return value
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    kind: type = type(value)
    return [getattr(value, name) for name in _names(kind)]


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


COUNT = Whole(0, 2**31 - 1)
"""How many of something: what both databases hold in four bytes."""
