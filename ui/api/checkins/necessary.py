"""What a check-in cannot do without, its number and its moment, read as the only thing that it can mean."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain.common.errors import Invalid
from domain.common.reading import read_value, shown

_LEAP_SECOND = re.compile(r'(?<=[0-9]:)60(?=[.Zz+-])')
_OLDEST, _NEWEST = 946_684_800, 4_102_444_800
"""The years 2000 to 2099 in epoch seconds: a number in there is a time, and one that is a thousand times as large is one in ms. What is
smaller counts since something else, such as the start of the device."""


def read_sequence(said: Any) -> int:
    """The number; -1 for one between two whole numbers, which none can be. Raises ``Invalid``."""
    if isinstance(said, float) and said == said and said != said // 1:
        return -1
    try:
        number: int | None = read_value(int, said)
    except (Invalid, OverflowError):
        number = None
    if number is None:
        raise Invalid(f'is a whole number from 1 on, not {shown(said)}', field='sequence')
    return number


def read_moment(said: Any, field: str) -> datetime:
    """The moment; a leap second is the one before it, and an epoch time is one in UTC. Raises ``Invalid``."""
    text = _LEAP_SECOND.sub('59', said) if isinstance(said, str) else said
    if isinstance(said, int | float) and not isinstance(said, bool):
        for unit in (1, 1000):
            if _OLDEST <= said / unit < _NEWEST:
                return datetime.fromtimestamp(said / unit, UTC)
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        raise Invalid(f'is a time such as 2026-11-22T08:00:00Z (RFC 3339), not {shown(said)}', field=field) from None
