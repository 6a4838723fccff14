"""Values as machines write them, read as the only thing that they can mean; what cannot be read costs itself and nothing else."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from math import isfinite
from typing import Any

from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing

_NUMBER = re.compile(r'[-+]?[0-9]{1,18}(\.[0-9]{1,18})?')
_FLAGS = {'true': True, 'yes': True, 'on': True, '1': True, 'false': False, 'no': False, 'off': False, '0': False}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class OddValue:
    """A value that was left out of what a device said: its path, such as ``radio.tac``, and why it could not be kept."""

    field: str
    detail: str


def read_value(kind: type, value: object) -> Any:
    """``value`` as ``kind`` (``str``, ``int``, ``float`` or ``bool``); ``None`` for what says that it is not known.

    16e9 and "4417" are whole numbers, 14 is a text, "yes" and 1 are flags. Raises ``Invalid`` for what is nothing of the kind.
    """
    if value.__class__ is kind and kind is not str and value == value:  # as it should be, and no NaN
        return value
    if value is None or (isinstance(value, str) and says_nothing(value)):
        return None
    return _READERS[kind](value)


def without(value: Any, names: Collection[str]) -> Any:
    """A dataclass with slots as it is but for these fields, which become ``None``: quicker than ``dataclasses.replace``."""
    return value.__class__(*[None if name in names else getattr(value, name) for name in value.__slots__])


def shown(value: object) -> str:
    """An odd value as a refusal names it, cut short."""
    if isinstance(value, dict):
        return 'an object'
    if isinstance(value, list | tuple):
        return 'an array'
    if value is None or isinstance(value, bool):
        return {None: 'null', True: 'true', False: 'false'}[value]
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f'{text[:_LONGEST]}…'


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):  # 10.10 has become 10.1 on the way
        raise Invalid(f'is a text; write "{value:g}" in quotes')
    raise Invalid(f'is a text, not {shown(value)}')


def _whole(value: object) -> int:
    number = _number(value)
    if number is None or number != (whole := int(number)):
        raise Invalid(f'is a whole number, not {shown(value)}')
    return whole


def _real(value: object) -> float:
    number = _number(value)
    if number is None:
        raise Invalid(f'is a number, not {shown(value)}')
    try:
        return float(number)
    except OverflowError:
        raise Invalid(f'is a number, not {shown(value)}') from None


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    found = _FLAGS.get(str(value).strip().casefold()) if isinstance(value, str | int) else None
    if found is None:
        raise Invalid(f'is true or false, not {shown(value)}')
    return found


def _number(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str) and _NUMBER.fullmatch(text := value.strip()):
        return float(text) if '.' in text else int(text)
    return None


_READERS: dict[type, Any] = {str: _text, int: _whole, float: _real, bool: _flag}
