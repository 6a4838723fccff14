"""What TMF630 has of every list and resource: ``fields``, pages with their counts, attributes left out that have no value."""

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from domain.common.errors import Invalid
from domain.common.text import comma_separated
from ui.api.http.responses import answer

ALWAYS = frozenset({'id', 'href'})
"""Attributes that are given whatever is asked for."""


def fields_asked(text: str, known: frozenset[str], noun: str) -> frozenset[str]:
    """The attributes that ``fields`` asks for; none asks for all. ``Invalid`` for one that a ``noun`` does not have."""
    names = frozenset(comma_separated(text))
    if unknown := sorted(names - known):
        raise Invalid(f'{noun} has no attribute {unknown[0][:80]}', field='fields')
    return names | ALWAYS if names else names


def chosen(found: msgspec.Struct, wanted: frozenset[str]) -> dict[str, Any]:
    """A resource with the attributes that are asked for."""
    told: dict[str, Any] = msgspec.to_builtins(found)
    return {name: value for name, value in told.items() if name in wanted} if wanted else told


def counted_page(given: Sequence[object], total: int, offset: int) -> Response:
    """A page with ``X-Total-Count`` and ``X-Result-Count``; 206 when there are more behind it."""
    response = answer(given, 206 if offset + len(given) < total else 200)
    response.headers['x-total-count'], response.headers['x-result-count'] = str(total), str(len(given))
    return response
