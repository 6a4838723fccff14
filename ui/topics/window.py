"""The rows of a list that a reader sees: filtered, sorted, counted, a page of them."""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from domain.cellular.notation import spellings
from domain.common.errors import Invalid
from domain.common.text import folded, natural
from ui.live.channel import News
from ui.topics.base import BaseTopic

MOST_CHOICES = 60
"""Values told of one filter; the others can still be searched for."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a look at a list found: all, matching, the rows in view, and how often each value of a filter occurs."""

    total: int
    matched: int
    rows: list[dict[str, Any]]
    facets: dict[str, dict[str, int]]

    @property
    def ids(self) -> list[str]:
        """The rows in view, in order."""
        return [row['id'] for row in self.rows]


class ListTopic(BaseTopic):
    """A window on a list that is small enough to be sorted whole (towers, policies, open alerts), by the query of the live table.

    Subclasses say which rows exist, how a row looks, and which kinds move them.
    """

    kinds: ClassVar[tuple[type, ...]] = ()
    sorts: ClassVar[Mapping[str, str]] = {}
    """Sort name in the query: field of the row."""
    filters: ClassVar[tuple[str, ...]] = ()
    """Fields that the query may name with comma-separated values."""
    searched: ClassVar[tuple[str, ...]] = ('name',)
    default: ClassVar[str] = ''
    ties: ClassVar[str] = 'name'
    """The field that orders rows which are equal in the sort; with a minus the largest first."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._window: Window | None = None
        self._dirty = False
        self._look_after = 0.0

    def rows(self) -> Iterable[dict[str, Any]]:
        """All rows of the enterprise."""
        raise NotImplementedError

    def concerned(self, news: News) -> bool:
        """True when the news may have changed a row."""
        return any(news.of(kind) for kind in self.kinds)

    def full(self) -> dict[str, Any]:
        """Counts, ids in order and the rows of the window as of the newest flush."""
        if self._window is None:
            self._window = self.look()
        seen = self._window
        facets = {'facets': seen.facets} if seen.facets else {}
        return {'total': seen.total, 'matched': seen.matched, 'ids': seen.ids, 'rows': seen.rows, **facets}

    def patch(self, news: News) -> dict[str, Any] | None:
        """Changed cells, and the order and counts when those moved."""
        self._dirty = self.concerned(news) or self.sight_moved(news) or self._dirty
        started = time.monotonic()
        if not self._dirty or started < self._look_after:
            return None
        before = self._window or self.look()
        after = self._window = self.look()
        self._dirty = False
        self._look_after = started + 20 * (
            time.monotonic() - started
        )  # a list that is costly to look at is looked at less often
        known = {row['id']: row for row in before.rows}
        value: dict[str, Any] = {}
        rows = [row for row in (_changed(known.get(row['id']), row) for row in after.rows) if row is not None]
        if rows:
            value['rows'] = rows
        for name in ('ids', 'total', 'matched', 'facets'):
            if getattr(before, name) != getattr(after, name):
                value[name] = getattr(after, name)
        if not value:
            return None
        value.setdefault('rows', [])
        return value

    def look(self) -> Window:
        """Search, count, filter, sort and cut, in this order."""
        rows = list(self.rows())
        total = len(rows)
        rows = self.found(rows)
        facets = count_values(rows, self.filters)
        rows = self.chosen(rows)
        sort = self.query.get('sort') or self.default
        field = self.sorts.get(sort.removeprefix('-'))
        if field is not None:
            rows.sort(key=lambda row: natural(str(row.get('name', row['id']))))
            if self.ties != 'name':
                ties = self.ties.removeprefix('-')
                rows.sort(key=lambda row: _order(row.get(ties)), reverse=self.ties.startswith('-'))
            rows.sort(key=lambda row: _order(row.get(field)), reverse=sort.startswith('-'))
        page, size = window(self.query)
        return Window(total, len(rows), rows[page * size : (page + 1) * size], facets)

    def found(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that the search finds; all of them without one."""
        if not (texts := spellings(self.query.get('q', ''))):
            return rows
        return [row for row in rows if self.fits(row, texts)]

    def fits(self, row: Mapping[str, Any], texts: Collection[str]) -> bool:
        """Whether a field that is searched contains one of these spellings of what is looked for."""
        fields = [folded(str(row.get(name) or '')) for name in self.searched]
        return any(text in field for field in fields for text in texts)

    def chosen(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that the filters let through."""
        for name in self.filters:
            if wanted := self.query.get(name):
                values = set(wanted.split(','))
                rows = [row for row in rows if str(row.get(name)) in values]
        return rows


class EndingTopic(ListTopic):
    """A list with rows that end by themselves: it looks again when the next one does."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._again = float('inf')

    def watch(self, moments: Iterable[float | None]) -> None:
        """Look again at the first of these moments that is still to come."""
        now = self.clock()
        self._again = min((moment for moment in moments if moment is not None and moment > now), default=float('inf'))

    def concerned(self, news: News) -> bool:
        """True also when time has changed a row."""
        return super().concerned(news) or self.clock() >= self._again


def count_values(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many rows have each value of these fields, the most frequent first; for the menus of filters."""
    counted = {name: Counter(str(row[name]) for row in rows if row.get(name) not in (None, '')) for name in names}
    return {name: dict(counts.most_common(MOST_CHOICES)) for name, counts in counted.items()}


def window(query: Mapping[str, str]) -> tuple[int, int]:
    """Page (from 0) and rows a page of a query."""
    try:
        page, size = int(query.get('page') or 0), int(query.get('size') or 50)
    except ValueError:
        raise Invalid('page and size are whole numbers', field='page') from None
    if not (0 <= page <= 1_000_000 and 1 <= size <= 500):
        raise Invalid('a window has 1 to 500 rows', field='size')
    return page, size


def _changed(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any] | None:
    if before is None:
        return after
    cells = {key: value for key, value in after.items() if before.get(key) != value}
    return {'id': after['id'], **cells} if cells else None


def _order(value: Any) -> tuple[int, float | str]:
    if value is None:
        return (0, 0.0)
    return (1, float(value)) if isinstance(value, int | float) else (2, natural(str(value)))
