"""Values of a filter as an address carries them: several between commas."""

from collections.abc import Collection, Mapping
from typing import Any

from domain.common.errors import Invalid
from domain.common.reading import shown
from domain.common.text import comma_separated


def chosen_ids(query: Mapping[str, str], name: str) -> frozenset[str]:
    """The ids that a filter names; none when it is not set."""
    return frozenset(comma_separated(query.get(name)))


def chosen_values(kind: Any, query: Mapping[str, str], name: str) -> frozenset[Any]:
    """The values of an enumeration that a filter names; raises ``Invalid`` for one that does not exist."""
    return frozenset(map(kind, chosen_words([value.value for value in kind], query, name)))


def chosen_words(known: Collection[str], query: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The words that a filter names; raises ``Invalid`` for one that there is not: nothing would ever be found by it."""
    words = comma_separated(query.get(name))
    for word in words:
        if word not in known:
            raise Invalid(f'is one of {", ".join(known)}, not {shown(word)}', field=name)
    return words


def chosen_flag(query: Mapping[str, str], name: str) -> bool | None:
    """Whether a filter asks for those that are so, or for all others; ``None`` when it is not set. Raises ``Invalid``."""
    (word,) = chosen_words(('true', 'false'), query, name)[:1] or ('',)
    return word == 'true' if word else None
