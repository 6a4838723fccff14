"""JSON that a strict decoder does not take, although it is JSON: what is odd about it costs the value alone.

A text that was cut between the two halves of an emoji has half a surrogate pair (RFC 8259, 8.2), a number may be larger than any that is
kept (6), and a byte order mark may be ignored (8.1). What is no JSON stays refused: NaN, another encoding than UTF-8.
"""

import json
import re
from math import isfinite
from typing import Any, NoReturn

import msgspec

from domain.common.reading import OddValue

BOM = b'\xef\xbb\xbf'
_CAN_BE_ODD = re.compile(rb'^\xef\xbb\xbf|\\u[dD]|[eE]\+?[0-9]{3}|[0-9]{300}')
"""What all that is mended has somewhere: so a long body without any is not read a second time."""
_HALF = re.compile('[\ud800-\udfff]')
_CUT = 'has half a character: was it cut in the middle of one?'
_BEYOND = 'is a number beyond all that is kept'


def mended(data: bytes | msgspec.Raw) -> tuple[bytes, tuple[OddValue, ...]] | None:
    """The same without what a strict decoder does not take, and that; ``None`` where there is nothing of the sort."""
    text = bytes(data)
    if not _CAN_BE_ODD.search(text):
        return None
    bare = text.removeprefix(BOM)
    odd: list[OddValue] = []
    try:
        found = json.loads(bare, parse_constant=_refuse)
        said = json.dumps(_without(found, '', odd), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not odd:
        return (bare, ()) if bare is not text else None
    return said, tuple(odd)


def items_of(data: bytes) -> list[bytes] | None:
    """The items of an array that a strict decoder does not take, each as it was: one that is odd, or no JSON, spoils no other."""
    try:
        found = json.loads(data.decode(errors='surrogateescape'), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return [_bytes(each) for each in found] if isinstance(found, list) else None


def _bytes(found: Any) -> bytes:
    try:
        return json.dumps(found, ensure_ascii=False).encode(errors='surrogateescape')
    except UnicodeEncodeError:
        return json.dumps(found).encode()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f'{name} is no JSON')


def _without(found: Any, place: str, odd: list[OddValue]) -> Any:
    if isinstance(found, list):
        return [_without(each, place, odd) for each in found if not _is_odd(each, place, odd)]
    if not isinstance(found, dict):
        return found
    kept: dict[str, Any] = {}
    for name, each in found.items():
        inner = f'{place}.{name}'.removeprefix('.')
        if _HALF.search(name):
            odd.append(OddValue(_HALF.sub('\ufffd', inner), _CUT))
        elif not _is_odd(each, inner, odd):
            kept[name] = _without(each, inner, odd)
    return kept


def _is_odd(found: Any, place: str, odd: list[OddValue]) -> bool:
    words = ''
    if isinstance(found, str) and _HALF.search(found):
        words = _CUT
    elif isinstance(found, float) and not isfinite(found):
        words = _BEYOND
    if words:
        odd.append(OddValue(place, words))
    return bool(words)
