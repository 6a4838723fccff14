"""Values of a filter as an address carries them: several between commas."""

from collections.abc import Mapping
from typing import Any

from domain.common.errors import Invalid
from domain.common.text import comma_separated


def chosen_ids(query: Mapping[str, str], name: str) -> frozenset[str]:
    """The ids that a filter names; none when it is not set."""
    return frozenset(comma_separated(query.get(name)))


def chosen_values(kind: Any, query: Mapping[str, str], name: str) -> frozenset[Any]:
    """The values of an enumeration that a filter names; raises ``Invalid`` for one that does not exist."""
    try:
        return frozenset(kind(value) for value in comma_separated(query.get(name)))
    except ValueError as error:
        raise Invalid(str(error), field=name) from None
