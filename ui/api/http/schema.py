"""A schema of the API with its example, and what bodies and answers are made of schemas: arrays, pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec


def needs_body(kind: type) -> bool:
    """False when every field of ``kind`` may be left out."""
    try:
        msgspec.convert({}, kind)
    except msgspec.ValidationError:
        return True
    return False


@dataclass(frozen=True, slots=True)
class Schema:
    """A type whose name is that of its schema, and an example of it as it goes over the wire; what fills itself in may be left out."""

    kind: type
    example: Mapping[str, Any]

    @property
    def schema(self) -> Any:
        """All of them together hold one schema."""
        return self

    @property
    def is_required(self) -> bool:
        """Whether a body of this may not be left out."""
        return needs_body(self.kind)

    def reference(self) -> dict[str, Any]:
        """Where the description has it."""
        return {'$ref': f'#/components/schemas/{self.kind.__name__}'}


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """A plain array."""

    schema: Schema
    is_required = True

    def reference(self) -> dict[str, Any]:
        """The array, whose items are described elsewhere."""
        return {'type': 'array', 'items': self.schema.reference()}


NEXT: Mapping[str, Any] = {'type': ['string', 'null'], 'description': 'Cursor of the next page; null at the end'}
_TOTAL: Mapping[str, Any] = {
    'type': ['integer', 'null'],
    'description': 'How many fit the filters; null for closed ones',
}


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of a list: ``items``, and ``more`` properties beside them."""

    schema: Schema
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {'next': NEXT, 'total': _TOTAL})

    def reference(self) -> dict[str, Any]:
        """The page, whose items are described elsewhere."""
        items = {'type': 'array', 'items': self.schema.reference()}
        return {'type': 'object', 'required': ['items', *self.more], 'properties': {'items': items, **self.more}}
