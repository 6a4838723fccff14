"""What a part of a rule may be: which fields and literals its value can come from, through ``?:``, lists, maps and loops."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from domain.rules.custom_kinds import TEXT

MOST_JOINED = 50
"""Texts that one ``+`` may make; a person would write fewer."""
_LONGEST = 500
"""No text that a device says is longer."""

Span = tuple[float, float]
"""From a number to another, both among them."""


@dataclass(frozen=True, slots=True)
class ValueSource:
    """Where a value may come from: a field (``path``; of ``device.custom`` and ``device.labels`` the ``key`` too) or a literal."""

    place: int
    path: str = ''
    key: str | None = None
    kind: str = ''
    """Of a literal."""
    text: str = ''
    """Of a literal text."""
    number: float | None = None
    """Of a literal number."""
    whole: bool = True
    """False when the value was made of the field's and is another one."""
    texts: tuple[str, ...] | None = None
    """Of what was made of a field, all texts that it can be, as far as that is known."""
    span: Span | None = None
    """And between which numbers it is."""
    is_version: bool = False
    """True behind ``version()``."""

    @property
    def is_unsure(self) -> bool:
        """True for a value of which nothing is known."""
        return not self.path and not self.kind

    @property
    def words(self) -> str:
        """As a person would write it."""
        if self.path:
            return f'{self.path}.{self.key}' if self.key else self.path
        return f'"{self.text or 12.1}"'


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a part of a rule may be: a value from one of several sources, a list of ``items``, or a map with ``keys``."""

    sources: tuple[ValueSource, ...] = ()
    items: 'Meaning | None' = None
    keys: 'Meaning | None' = None


NOTHING = Meaning()
UNSURE = Meaning((ValueSource(0),))
"""One of which nothing is known, beside others."""


def value_at(read: Meaning, key: str | None) -> Meaning:
    """A value of a map, an item of a list."""
    items = read.items or NOTHING
    if read.keys is None or key is None:
        return items
    return replace(items, sources=tuple(replace(one, key=one.key or key) if one.path else one for one in items.sources))


def one_of(read: Iterable[Meaning]) -> Meaning:
    """One of several."""
    all_of = list(read)
    items, keys = ([part for one in all_of if (part := getattr(one, name)) is not None] for name in ('items', 'keys'))
    return Meaning(
        tuple(dict.fromkeys(source for one in all_of for source in one.sources)),
        one_of(items) if items else None,
        one_of(keys) if keys else None,
    )


def longer(left: Meaning, right: Meaning, made: Iterable[ValueSource]) -> Meaning:
    """What ``+`` makes of lists and texts: a longer list, a text of two literals, and what is ``made`` of a field."""
    if left.items is not None or right.items is not None:
        return one_of((left, right))
    texts = (
        ValueSource(one.place, kind=TEXT, text=one.text + other.text)
        for one in left.sources
        for other in right.sources
        if one.kind == other.kind == TEXT and len(one.text) + len(other.text) <= _LONGEST
    )
    return Meaning(tuple(dict.fromkeys((*islice(texts, MOST_JOINED), *made))))
