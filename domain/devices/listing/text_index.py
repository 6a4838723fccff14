"""Finding a piece of text in the names and identifiers of a fleet, without keeping a second copy of every one of them.

Rows are searched in blocks. A block's text is one long string, written when it is first asked for and thrown away when one of its
rows changes, so that a rename costs the text of a thousand rows and not that of all.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from domain.common.text import folded

BLOCK = 1024
MOST_FOUND = 64
_BETWEEN_ROWS = '\x1e'

TextOf = Callable[[int], str | None]
"""What a row can be found by, in one piece; ``None`` for a row that is not in use."""


class TextIndex:
    """Rows by the text they contain."""

    def __init__(self, text_of: TextOf) -> None:
        self._text_of = text_of
        self._blocks: dict[int, tuple[str, array[int]]] = {}
        self._found: dict[str, npt.NDArray[np.int64]] = {}

    def changed(self, row: int) -> None:
        """The text of the row is another one from now on."""
        self._blocks.pop(row // BLOCK, None)
        self._found.clear()

    def unwritten(self, rows: int) -> list[int]:
        """The blocks of the first ``rows`` rows whose text a search would have to write first."""
        return [block for block in range(-(-rows // BLOCK)) if block not in self._blocks]

    def write(self, block: int, rows: int) -> None:
        """Write the text of a block ahead of a search."""
        if block not in self._blocks:
            self._blocks[block] = self._write(range(block * BLOCK, min(rows, (block + 1) * BLOCK)))

    def containing(self, text: str, rows: int) -> npt.NDArray[np.int64]:
        """Which of the first ``rows`` rows contain ``text``, ignoring case."""
        needle = folded(text)
        if needle not in self._found:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            found = [row for block in range(-(-rows // BLOCK)) for row in self._search(block, needle, rows)]
            self._found[needle] = np.array(found, np.int64)
        return self._found[needle]

    def _search(self, block: int, needle: str, rows: int) -> list[int]:
        self.write(block, rows)
        text, starts = self._blocks[block]
        at = text.find(needle)
        if at < 0:
            return []
        found = []
        while at >= 0:
            index = bisect_right(starts, at) - 1
            found.append(block * BLOCK + index)
            if index + 1 == len(starts):
                break
            at = text.find(needle, starts[index + 1])
        return found

    def _write(self, rows: range) -> 'tuple[str, array[int]]':
        texts = [(self._text_of(row) or '') for row in rows]
        starts, at = array('i'), 0
        for text in texts:
            starts.append(at)
            at += len(text) + 1
        return _BETWEEN_ROWS.join(texts), starts
