"""From bytes to the domain's own dataclasses, with every fault named by its field."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import Request
from msgspec import inspect

from domain.common.errors import Invalid
from domain.common.reading import OddValue
from ui.api.http.misspelt import no_such_field
from ui.api.http.problems import HttpRefusal
from ui.api.http.schema import needs_body

T = TypeVar('T')
_PLACE = re.compile(r' - at `(?:key in )?([^`]*)`$')
MOST_DEPTH = 32
"""Levels of arrays and objects; ours have six."""
MOST_UNKNOWN = 24
"""Names without a field that are told of one body."""
_LONGEST_NAME = 80
_KINDS = re.compile(r'Expected ([a-z0-9 |]+), got ([a-z]+)')
_KIND_WORDS = {
    'str': 'a text',
    'int': 'a whole number',
    'float': 'a number',
    'bool': 'true or false',
    'object': 'an object',
    'array': 'an array',
    'datetime': 'a moment',
}
_MISSING = re.compile(r'missing required field `([^`]*)`')


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """What a device said, and the names that it said of which there is no field."""

    value: T
    unknown: tuple[OddValue, ...]


def body(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency: the body as ``kind``, without a field that ``kind`` does not have and without one said twice.

    Where nothing has to be said, no body is needed.
    """
    decoder = msgspec.json.Decoder(kind)
    otherwise = b'' if needs_body(kind) else b'{}'

    async def read(request: Request) -> T:
        data = await request.body() or otherwise
        value = decode(decoder, data)
        refuse_unknown(_names(data), msgspec.to_builtins(value))
        return value

    return read


def body_of_device(kind: type[T], texts: str) -> Callable[[Request], Awaitable[Said[T]]]:
    """A dependency: the same from a device, which a name that we do not have must not keep out; such names are told beside.

    ``texts`` names an object of texts in which whole numbers are taken for texts. What is no text there stays as it was sent, for
    the handler to refuse it alone.
    """
    decoder = msgspec.json.Decoder(kind)

    async def read(request: Request) -> Said[T]:
        data = await request.body()
        try:
            value = decode(decoder, data)
        except Invalid:
            value = _with_odd_texts(decoder, data, texts)
        unknown = tuple(_unknown(_names(data), msgspec.to_builtins(value)))
        return Said(value, unknown[:MOST_UNKNOWN])

    return read


def _with_odd_texts(decoder: msgspec.json.Decoder[T], data: bytes, field: str) -> T:
    found = decode(_OBJECT, data)
    if not isinstance(said := found.get(field), dict):
        return decode(decoder, data)
    texts = {name: str(int(each)) if _is_whole(each) else each for name, each in said.items()}
    odd = {name: each for name, each in texts.items() if isinstance(each, dict | list | bool | float)}
    found[field] = {name: each for name, each in texts.items() if name not in odd}
    value: Any = decode(decoder, msgspec.json.encode(found))
    known = {name: each for name, each in odd.items() if hasattr(getattr(value, field), name)}
    return replace(value, **{field: replace(getattr(value, field), **known)}) if known else value  # type: ignore[no-any-return]


def _is_whole(value: object) -> bool:
    return type(value) is int or (isinstance(value, float) and value.is_integer())


async def json_object(request: Request) -> dict[str, Any]:
    """A dependency: the body as an object of any fields."""
    data = await request.body()
    found = decode(_OBJECT, data)
    _names(data)
    return found


def decode(decoder: msgspec.json.Decoder[T], data: bytes | msgspec.Raw) -> T:
    """Decode, or raise ``Invalid`` by field for JSON of another shape and a 400 for what is no JSON."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise invalid(error, decoder.type) from None
    except msgspec.DecodeError as error:
        raise malformed(str(error) if bytes(data).strip() else 'the body is empty; send JSON') from None
    except UnicodeDecodeError:
        raise malformed('JSON is written in UTF-8') from None
    except RecursionError:
        raise _too_deep() from None


def convert(value: object, kind: type[T]) -> T:
    """What was decoded or merged already as ``kind``, or ``Invalid`` by field."""
    try:
        found = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise invalid(error, kind) from None
    refuse_unknown(value, msgspec.to_builtins(found))
    return found


def invalid(error: msgspec.ValidationError, kind: Any) -> Invalid:
    """msgspec's refusal of a ``kind`` in our words: ``$.cells[0].rat`` becomes the field ``cells.0.rat``, with what may stand there."""
    message = str(error)
    place = _PLACE.search(message)
    path = place[1] if place else '$'
    missing = _MISSING.search(message)
    if missing:
        path += f'.{missing[1]}'
    field = re.sub(r'\[(\d+)\]', r'.\1', path.replace('[...]', '')).removeprefix('$').lstrip('.')
    detail = 'is missing' if missing else _in_our_words(_PLACE.sub('', message).replace('`', ''))
    if message.startswith('Invalid enum value') and (choices := _choices(kind, field)):
        detail += f'; it is one of {", ".join(choices)}'
    return Invalid(detail, field=field or None)


def _in_our_words(message: str) -> str:
    if message.startswith('Invalid RFC3339'):
        return 'write a moment such as 2026-11-22T08:00:00Z (RFC 3339)'
    if (kinds := _KINDS.fullmatch(message)) is None:
        return message
    wanted, given = (' or '.join(_KIND_WORDS.get(kind, kind) for kind in kinds[part].split(' | ')) for part in (1, 2))
    return f'is {wanted}, not {given}'


def malformed(detail: str) -> HttpRefusal:
    """A body that is no JSON."""
    return HttpRefusal(HTTPStatus.BAD_REQUEST, detail)


def epoch(moment: datetime, field: str) -> float:
    """Epoch seconds of a time that says where it was measured."""
    if moment.tzinfo is None:
        raise Invalid('say the offset as well, such as 2026-11-22T08:00:00Z (RFC 3339)', field=field)
    return moment.timestamp()


def refuse_unknown(said: object, known: object) -> None:
    """Raise ``Invalid`` for the first name in ``said`` that did not make it into ``known``: most likely it is misspelt."""
    for name in _unknown(said, known):
        raise Invalid(name.detail, field=name.field)


def _unknown(said: object, known: object, path: str = '') -> Iterator[OddValue]:
    if isinstance(said, dict) and isinstance(known, dict):
        for name, value in said.items():
            if name not in known:
                detail = no_such_field(name[:_LONGEST_NAME], tuple(known), path)
                yield OddValue(f'{path}{name[:_LONGEST_NAME]}', detail)
            else:
                yield from _unknown(value, known[name], f'{path}{name}.')
    elif isinstance(said, list) and isinstance(known, list | tuple):
        for index, (value, made) in enumerate(zip(said, known, strict=False)):
            yield from _unknown(value, made, f'{path}{index}.')


def _choices(kind: Any, field: str) -> list[str]:
    """The values of the enumeration at a field."""
    found = _alternatives(inspect.type_info(kind))
    for part in field.split('.'):
        found = [inner for each in found for inner in _alternatives(_inside(each, part))]
    return [str(member.value) for each in found if isinstance(each, inspect.EnumType) for member in each.cls]


def _alternatives(kind: inspect.Type | None) -> list[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        return list(kind.types)
    return [] if kind is None else [kind]


def _inside(kind: inspect.Type, part: str) -> inspect.Type | None:
    if isinstance(kind, inspect.StructType | inspect.DataclassType):
        return next((each.type for each in kind.fields if each.encode_name == part), None)
    return kind.item_type if isinstance(kind, inspect.ListType | inspect.VarTupleType) else None


_OBJECT = msgspec.json.Decoder(dict[str, Any])


def _names(data: bytes) -> Any:
    """What decoded JSON says, with every number as 0: the names of its fields matter here, each of which may be said once.

    Raises ``Invalid`` for one that is said twice and a 400 for what is nested deeper than anything of ours.
    """
    try:
        found = json.loads(data.decode(), object_pairs_hook=_once, parse_int=_zero, parse_float=_zero)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError:
        raise malformed('JSON is written in UTF-8') from None
    except ValueError as error:  # in what the decoder passes over: a control character, an escape that is none
        raise malformed(f'JSON is malformed: {error}') from None
    if data.count(b'[') + data.count(b'{') > MOST_DEPTH:
        _check_depth(found)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Invalid('is said twice', field=name[:80])
            seen.add(name)
    return found


def _zero(_: str) -> int:
    return 0  # converting a number takes a time that grows with the square of its digits


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MOST_DEPTH + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> HttpRefusal:
    return malformed(f'JSON is nested too deeply: at most {MOST_DEPTH} levels')
