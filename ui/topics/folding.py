"""Many sentences of one sort become one line that opens: "31 devices behind Hook of Holland are late"."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from ui.durations import counted

LEAST = 4
"""Fewer sentences than this stay as they are."""
PAUSE_S = 120.0
"""A line is closed when nothing of its sort happens for so long."""
LONGEST_S = 900.0
MOST_OPENED = 30
"""Sentences that a line shows when it is opened: the newest."""
_PLURAL = {'is': 'are', 'has': 'have', 'breaks': 'break', 'meets': 'meet', 'counts': 'count'}

Sort = tuple[str, ...]
"""What sentences of one line have in common: family, state, text, by whom, and the way to the tower."""
Place = tuple[str, str]
"""Id and name of a tower."""


@dataclass(slots=True, eq=False)
class FeedLine:
    """Sentences of one sort, oldest first; of many only the newest are kept, and all are counted."""

    sort: Sort
    above: Place | None
    """The tower that carries the backhaul of all towers that the devices are behind, or the only one."""
    began: float
    newest: float
    number: int = 0
    seq: int = 0
    """The sentence with which it became one line: it stands in the place of that."""
    folds: list[int] = field(default_factory=list)
    said: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_OPENED))
    places: set[Place | None] = field(default_factory=set)
    """The towers that the devices are behind."""

    def add(self, said: dict[str, Any], place: Place | None) -> None:
        """One more."""
        self.places.add(place)
        self.number += 1
        self.newest = said['at']
        self.said.append(said)
        if self.number < LEAST:
            self.folds.append(said['seq'])
        elif self.number == LEAST:
            self.seq = said['seq']

    def entries(self, shows: Callable[[str, str], bool] | None = None) -> list[dict[str, Any]]:
        """As it is shown, oldest first; to a narrowed role what it may see of it now."""
        seen = [one for one in self.said if shows is None or shows(one['subject']['kind'], one['subject']['id'])]
        if self.number < LEAST or len(seen) < min(LEAST, self.number):
            return seen
        number = self.number if len(seen) == len(self.said) else len(seen)
        return [self._one(number, seen)]

    def _one(self, number: int, seen: list[dict[str, Any]]) -> dict[str, Any]:
        family, state, text, by, _ = self.sort
        verb, _, rest = text.partition(' ')
        where = {family: state} if family in ('presence', 'compliance') else {}
        place = next(iter(self.places)) if len(self.places) == 1 else None
        if place:
            where['tower'] = place[0]
        tower = place or self.above
        behind = f' behind {tower[1]}' if tower else ''
        return {
            'seq': self.seq,
            'at': self.newest,
            'subject': {
                'kind': 'devices',
                'id': tower[0] if tower else '',
                'name': f'{counted(number, "device")}{behind}',
                'href': f'/devices?{urlencode(where)}' if where else '/devices',
            },
            'family': family,
            'state': state,
            'text': f'{_PLURAL.get(verb, verb)} {rest}'.strip(),
            'why': f'by {by}' if by else '',
            'folds': self.folds,
            'inside': [
                {'seq': one['seq'], 'at': one['at'], 'name': one['subject']['name'], 'href': one['subject']['href']}
                for one in reversed(seen)
            ],
        }


class Lines:
    """The newest lines of a feed."""

    def __init__(self, most: int) -> None:
        self._lines: deque[FeedLine] = deque(maxlen=most)
        self._open: dict[Sort, FeedLine] = {}

    def add(
        self, said: dict[str, Any], sort: Sort | None, place: Place | None = None, above: Place | None = None
    ) -> FeedLine:
        """The line that the sentence stands in; one without a ``sort`` stands alone."""
        at = said['at']
        line = self._open.get(sort) if sort is not None else None
        if line is None or at - line.newest > PAUSE_S or at - line.began > LONGEST_S or line not in self._lines:
            line = FeedLine(sort or (), above, at, at)
            self._lines.append(line)
            if sort is not None:
                self._open[sort] = line
        line.add(said, place)
        if len(self._open) > 2 * (self._lines.maxlen or 0):
            self._open = {sort: kept for sort, kept in self._open.items() if at - kept.newest <= PAUSE_S}
        return line

    def newest_first(self, shows: Callable[[str, str], bool] | None = None) -> list[dict[str, Any]]:
        """Everything that is shown."""
        return in_order([entry for line in self._lines for entry in line.entries(shows)])


def in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Newest first."""
    return sorted(entries, key=lambda entry: -entry['seq'])
