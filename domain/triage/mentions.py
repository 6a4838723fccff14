"""Who is meant by ``@name`` in a comment."""

from collections.abc import Iterable

from domain.accounts.model import Person
from domain.common.text import folded


def mentioned(text: str, people: Iterable[Person]) -> list[Person]:
    """The people whose whole name follows an ``@``, in any case; of two names of which one begins the other the longer one is meant."""
    parts = [folded(part) for part in text.split('@')[1:]]
    found: dict[str, Person] = {}
    for part in parts:
        fitting = [one for one in people if _begins(part, folded(one.name))]
        longest = max((len(one.name) for one in fitting), default=0)
        found |= {one.id: one for one in fitting if len(one.name) == longest}
    return list(found.values())


def _begins(text: str, name: str) -> bool:
    return bool(name) and text.startswith(name) and not text[len(name) : len(name) + 1].isalnum()
