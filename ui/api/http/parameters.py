"""What a parameter may be, in our words: FastAPI refuses in those of a library, which say what was wrong with the letters."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.common.reading import shown

MOMENT = 'write a moment with its offset, such as 2026-11-22T08:00:00Z or 2026-11-22T09:00:00+01:00 (RFC 3339), or as epoch seconds'
_Words = Callable[[Mapping[str, Any]], str]
_WORDS: Mapping[str, _Words] = {
    'missing': lambda _: 'is missing',
    'enum': lambda limits: f'is one of {_choices(limits)}',
    'literal_error': lambda limits: f'is one of {_choices(limits)}',
    'int_parsing': lambda _: 'is a whole number',
    'int_from_float': lambda _: 'is a whole number',
    'int_parsing_size': lambda _: 'is a smaller number',
    'float_parsing': lambda _: 'is a number',
    'bool_parsing': lambda _: 'is true or false',
    'string_too_long': lambda limits: f'has at most {limits["max_length"]} characters',
    'string_too_short': lambda limits: f'has at least {limits["min_length"]} characters',
    'greater_than_equal': lambda limits: f'is {limits["ge"]} or more',
    'less_than_equal': lambda limits: f'is {limits["le"]} or less',
}
"""By what the library calls the fault."""
_LONG = frozenset({'string_too_long', 'string_too_short', 'missing'})
"""Faults that are told without the value."""


def in_our_words(fault: Mapping[str, Any]) -> str:
    """One fault of a parameter, as the library describes it: what may stand there, and what stood there."""
    kind = str(fault['type'])
    if kind.startswith(('datetime', 'date_', 'timezone')):
        return f'{MOMENT}, not {shown(fault["input"])}'
    if (words := _WORDS.get(kind)) is None:
        return str(fault['msg'])
    said = words(fault.get('ctx', {}))
    return said if kind in _LONG else f'{said}, not {shown(fault["input"])}'


def _choices(limits: Mapping[str, Any]) -> str:
    return str(limits['expected']).replace("'", '').replace(' or ', ', ')
