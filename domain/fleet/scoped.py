"""What a person with a narrowed role sees of a fleet: the same picture with nothing else in it.

A scoped fleet keeps no rows. It answers from the whole fleet at every question, so it is never behind, and what it was not taught to narrow
does not exist on it. The rules stand in ``docs/decisions/0008-scopes.md``.
"""

import time
from collections.abc import Callable, Iterator, Mapping, ValuesView
from typing import Any, Generic, TypeVar, cast

from domain.access.enterprises import Enterprise
from domain.access.scopes import Scope
from domain.fleet.fleet import Fleet, I
from domain.fleet.kinds import Visible
from domain.journal.model import Entry

Row = TypeVar('Row')
T = TypeVar('T')

SLOW_S = 0.005
"""A figure that takes longer to count is counted less often: its age stays below :data:`AGE` times what counting took."""
AGE = 20
_SHARED = frozenset({'enterprise', 'sequence', 'revision', 'live', '_kinds', '_named'})
"""What of the whole fleet is handed on as it is."""
_NOTHING: Mapping[str, Any] = {}


class ScopedFleet(Fleet):
    """A fleet as a scope shows it, to be read only."""

    def __init__(self, whole: Fleet, scope: Scope) -> None:
        # Not Fleet.__init__: what is not narrowed here must not be answered from tables of its own.
        self.whole = whole
        self.scope = scope
        self._kept: dict[str, tuple[int, float, Any]] = {}
        self._narrowed: dict[type, Any] = {}
        self.sight = whole.live.sight(self)
        self._tables = {
            kind.of: cast('dict[str, Any]', ScopedTable(self, whole[kind.of], kind.visible))
            for kind in whole.live.kinds
            if kind.visible is not None and kind.is_kept
        }

    def __getattr__(self, name: str) -> Any:
        """What is handed on; everything else of a fleet does not exist here."""
        if name in _SHARED:
            return getattr(self.whole, name)
        raise AttributeError(name)

    def __getitem__(self, kind: type[Row]) -> Mapping[str, Row]:
        """All visible live rows of a kind, by id."""
        return self._tables.get(kind, _NOTHING)

    def index(self, kind: type[I]) -> I:
        """The index of that class about what is visible."""
        found = self._narrowed.get(kind)
        if found is None:
            found = self._narrowed[kind] = self.whole.index(kind).narrowed(self)
        return cast(I, found)

    def find(self, kind: type[Row], id: str) -> Row | None:
        """The visible live row of that kind and id."""
        if cast(type, kind) is Enterprise:
            return self.whole.find(kind, id)
        return self[kind].get(id)

    def apply(self, row: Any) -> tuple[Any, Any]:
        """A scoped fleet is never written."""
        raise TypeError('a scoped fleet cannot be written')

    def drop(self, kind: type[Row], id: str) -> Row | None:
        """A scoped fleet is never written."""
        raise TypeError('a scoped fleet cannot be written')

    def shows(self, kind: str, id: str) -> bool:
        """True for visible devices and towers, and for policies; never for people and tokens."""
        return self.has(kind, id)

    def shown(self, row: Row) -> Row | None:
        """A row of a visible device or tower, without what it says of others; a policy; nothing else."""
        kind = self._kinds.get(type(row))
        visible: Visible[Row] | None = kind.visible if kind is not None else None
        return visible.narrow(self, row) if visible is not None and visible.sees(self, row) else None

    def told(self, entry: Entry) -> Entry | None:
        """An entry about a visible device or tower, without what it says of others; what was done to a policy; nothing else."""
        return entry.told_to(self)

    def tells(self, kind: str, id: str) -> bool:
        """True when the journal's entries about this may be read here, where an entry does not say otherwise itself."""
        return self.has(kind, id) and all(
            found.visible is not None and found.visible.in_history for found in self.live.kinds if found.name == kind
        )

    def all_on(self, tower_id: str) -> bool:
        """True when all devices on the tower are visible."""
        return self.sight.all_on(tower_id)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What was made of the fleet as it is now, made again when anything moved."""
        revision, _, value = self._kept.get(name, (-1, 0.0, None))
        if revision != self.whole.revision:
            value = make()
            self._kept[name] = (self.whole.revision, 0.0, value)
        return cast(T, value)

    def figure(self, name: str, count: Callable[[], T]) -> T:
        """The same for what is slow to count in a large fleet."""
        revision, until, value = self._kept.get(name, (-1, 0.0, None))
        started = time.monotonic()
        if revision == self.whole.revision or started < until:
            return cast(T, value)
        value = count()
        took = time.monotonic() - started
        self._kept[name] = (self.whole.revision, started + AGE * took if took > SLOW_S else 0.0, value)
        return value


class ScopedTable(Mapping[str, Row], Generic[Row]):
    """A table of a fleet with only those rows in it that may be seen, as they may be seen."""

    def __init__(self, part: ScopedFleet, whole: Mapping[str, Row], visible: Visible[Row]) -> None:
        self._part = part
        self._whole = whole
        self._visible = visible

    def __getitem__(self, id: str) -> Row:
        row = self._whole[id]
        if not self._visible.sees(self._part, row):
            raise KeyError(id)
        return self._visible.narrow(self._part, row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._visible.ids(self._part))

    def __len__(self) -> int:
        count = self._visible.count
        return count(self._part) if count is not None else len(self._visible.ids(self._part))

    def values(self) -> ValuesView[Row]:
        """The rows; looking each id up again would ask twice who may see it."""
        part, whole, narrow = self._part, self._whole, self._visible.narrow
        return {id: narrow(part, whole[id]) for id in self._visible.ids(part)}.values()
