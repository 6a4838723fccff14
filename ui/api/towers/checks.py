"""The shape of a check in JSON, made from the fields of all kinds: flat, with ``kind``, and null for a field of another kind."""

from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, cast

from msgspec import Meta, Struct, defstruct

from domain.checks.kinds import KINDS
from domain.checks.kinds.kind import CheckKind, Field
from domain.checks.model import TIMING
from domain.checks.model import Check as Asked

_DEFAULTS = {field.name: field.default for field in fields(Asked)}
_DOC = 'How to ask a tower, see :class:`domain.checks.model.Check`; leave ``id`` out of a new one. Times in seconds.'


def _of_a_kind() -> list[tuple[str, Any, Any]]:
    """The fields of all kinds, each once, with what its kinds say of it."""
    said: dict[str, list[tuple[CheckKind, Field]]] = {}
    for kind in KINDS.values():
        for field in kind.fields:
            said.setdefault(field.name, []).append((kind, field))
    return [_sent(name, meanings) for name, meanings in said.items()]


def _sent(name: str, meanings: list[tuple[CheckKind, Field]]) -> tuple[str, Any, Any]:
    kind, field = meanings[0]
    schema: dict[str, Any] = {'description': '; '.join(_meaning(*each) for each in meanings)}
    if all(each.choices for _, each in meanings):
        schema['enum'] = [*dict.fromkeys(choice for _, each in meanings for choice in each.choices), None]
    if field.in_every_kind:
        return name, Annotated[field.type, Meta(extra_json_schema=schema)], kind.default(name)
    return name, Annotated[field.type | None, Meta(extra_json_schema=schema)], None


def _meaning(kind: CheckKind, field: Field) -> str:
    default = kind.default(field.name)
    return f'{kind.label}: {field.meaning}' + (f', {default} unless said' if default else '')


def _timing(field: Field) -> tuple[str, Any, Any]:
    described = Meta(extra_json_schema={'description': field.meaning})
    return field.name, Annotated[field.type, described], _DEFAULTS[field.name]


def _key() -> Any:
    keys = cast(Any, StrEnum)('CheckKind', {key.upper(): key for key in KINDS}, module=__name__)
    keys.__doc__ = 'How a tower is asked.'
    return keys


if TYPE_CHECKING:

    class Check(Struct, kw_only=True, frozen=True):
        def __init__(self, **flat: object) -> None: ...

else:
    Check = defstruct(
        'Check',
        [('kind', _key()), ('id', str, ''), *_of_a_kind(), *map(_timing, TIMING)],
        namespace={'__doc__': _DOC},
        module=__name__,
        kw_only=True,
        frozen=True,
    )


def example(kind: CheckKind) -> dict[str, Any]:
    """A check of that kind in JSON, from the examples of its fields."""
    return {'kind': kind.key, **{field.name: field.type(field.hint) for field in kind.fields if field.hint}}
