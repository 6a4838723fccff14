"""Indexes by key, and how a row leaves them: what :mod:`domain.fleet.fleet` and :mod:`domain.devices.listing.labels` keep theirs with."""

from typing import Any


def leave(sets: dict[Any, set[str]], key: Any, id: str) -> None:
    """Take an id from the set of a key; an empty set is dropped."""
    ids = sets[key]
    ids.discard(id)
    if not ids:
        del sets[key]


def release(owners: dict[str, str], key: str, owner: str) -> None:
    """Take a key from its owner; in a group of edits it may have changed hands already."""
    if owners.get(key) == owner:
        del owners[key]
