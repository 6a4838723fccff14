"""Rows of a list that stand as they stood: where an order moves all the time a device is on another page at each flush, mostly without
having moved itself."""

from collections.abc import Callable
from typing import Any

MOST = 5_000
"""The pages of a hundred browsers."""
Row = dict[str, Any]


class KeptRows:
    """Keeps rows with what they were made of, which is frozen, for all pages of a process."""

    def __init__(self) -> None:
        self._kept: dict[object, tuple[tuple[object, ...], Row]] = {}

    def row(self, key: object, made_of: tuple[object, ...], make: Callable[[], Row]) -> Row:
        """The row made of these very objects (of an equal text); its readers share it and leave it as it is."""
        kept = self._kept.get(key)
        if kept is not None and all(map(_same, kept[0], made_of)):
            return kept[1]
        if len(self._kept) >= MOST:
            self._kept.clear()
        row = make()
        self._kept[key] = (made_of, row)
        return row


def _same(before: object, after: object) -> bool:
    return before is after or (after.__class__ is str and before == after)
