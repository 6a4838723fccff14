"""How late a row comes into view when others have pushed it there.

On page 20 of "newest first" a row is a second old when it arrives, however fast it is told: so many others had to change first. It
belongs there from the change on that filled the pages before it, and that is the one of the row in the same place of the first page.
"""

import re
from bisect import bisect
from typing import Any

_PAGE = re.compile(r'^devices\?sort=-last_seen&page=(\d+)&')


class Places:
    """Follows every page of the devices in order of ``-last_seen``."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._ids: list[str] = []
        self._at: list[float] = []
        self._first: list[list[float]] = []
        self._came: list[tuple[float, int]] = []

    def take(self, frame: dict[str, Any], now: float, *, counting: bool) -> None:
        """A frame that arrived at ``now``; ``counting`` when rows that come into view are to be counted."""
        page = _PAGE.match(frame['t'])
        if page is None:
            return
        value = frame['v']
        ids, rows = value.get('ids', ()), value.get('rows', ())
        if page[1] == '0':
            self._ids = list(ids) or self._ids
            self._seen |= {row['id']: row['last_seen'] for row in rows if 'last_seen' in row}
            self._at.append(now)
            self._first.append([self._seen[id] for id in self._ids])
        if counting and not frame.get('full'):
            self._came += [(now, ids.index(row['id'])) for row in rows if 'name' in row]

    def ages(self) -> list[float]:
        """Of every row that came into view, how long it had belonged there: by the first page as of the same flush."""
        found = []
        for now, place in self._came:
            after = bisect(self._at, now)
            near = min((n for n in (after - 1, after) if 0 <= n < len(self._at)), key=lambda n: abs(self._at[n] - now))
            found.append(now - self._first[near][place])
        return found
