"""The live picture of one enterprise in memory: everything a page, a policy pass or "who is on this tower" needs.

It is a cache of the store, loaded at start and moved by the transactor after each commit; nothing else writes it.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from domain.access.enterprises import Enterprise
from domain.access.scopes import EVERYWHERE, Scope
from domain.common.errors import NotFound
from domain.fleet.kinds import Index, Kind, Live
from domain.journal.model import Entry

Row = TypeVar('Row')
I = TypeVar('I', bound=Index)  # noqa: E741 - an index


class Fleet:
    """Rows by type and id, and the indexes that follow them.

    What is shown to a person is taken from :meth:`domain.fleet.fleets.Fleets.seen_by`: for a narrowed role that is a
    :class:`domain.fleet.scoped.ScopedFleet`, which is read in the same way and answers with a part.
    """

    scope: Scope = EVERYWHERE
    """The part of the enterprise that is shown here."""

    def __init__(self, enterprise: Enterprise, live: Live) -> None:
        self.enterprise = enterprise
        self.live = live
        self.sequence = 0
        self.revision = 0
        """Rises with every row, so that what was computed is known to be old."""
        self._kinds: dict[type, Kind[Any]] = {kind.of: kind for kind in live.kinds}
        self._named: dict[str, type] = {kind.name: kind.of for kind in live.kinds if kind.name}
        self._tables: dict[type, dict[str, Any]] = {kind.of: {} for kind in live.kinds if kind.is_kept}
        self._indexes: dict[type[Index], Any] = {}
        for kind in live.kinds:
            for index in live.indexes(kind):
                if index not in self._indexes:
                    self._indexes[index] = index(self)
        self._coming = {kind.of: [self._indexes[index].moved for index in live.indexes(kind)] for kind in live.kinds}
        self._going = {of: moved[::-1] for of, moved in self._coming.items()}

    def __getitem__(self, kind: type[Row]) -> Mapping[str, Row]:
        """All live rows of a kind, by id."""
        return self._tables[kind]

    def index(self, kind: type[I]) -> I:
        """The index of that class."""
        found: I = self._indexes[kind]
        return found

    def find(self, kind: type[Row], id: str) -> Row | None:
        """The live row of that kind and id."""
        if kind is Enterprise:
            own: Any = self.enterprise
            return own if id == self.enterprise.id else None
        return self._tables[kind].get(id)

    def need(self, kind: type[Row], id: str) -> Row:
        """The live row, or ``NotFound``."""
        if (row := self.find(kind, id)) is None:
            raise NotFound.of(kind, id)
        return row

    def has(self, name: str, id: str) -> bool:
        """True for a live row of the kind that is called so, such as a ``device``."""
        kind = self._named.get(name)
        return kind is not None and id in self[kind]

    def ids(self, name: str) -> Collection[str]:
        """Ids of the live rows of the kind that is called so."""
        return self[self._named[name]].keys()

    def count(self, name: str) -> int:
        """How many live rows of the kind that is called so there are."""
        return len(self[self._named[name]])

    def apply(self, row: Any) -> tuple[Any, Any]:
        """Take a committed row into the picture; what stood there, and what stands there now."""
        self.revision += 1
        of = type(row)
        kind = self._kinds[of]
        if kind.belongs is not None and not kind.belongs(self, row):
            return None, None
        if not kind.is_kept:
            for moved in self._coming[of]:
                moved(None, row)
            return None, row
        if kind.has_ended(row):
            return self.drop(of, row.id), None
        table = self._tables[of]
        before = table.get(row.id)
        table[row.id] = row
        for moved in self._coming[of]:
            moved(before, row)
        return before, row

    def drop(self, kind: type[Row], id: str) -> Row | None:
        """Take a row out of the picture, for the indexes that follow another kind; the row."""
        before: Row | None = self._tables[kind].pop(id, None)
        if before is not None:
            for moved in self._going[kind]:
                moved(before, None)
        return before

    def shows(self, kind: str, id: str) -> bool:
        """True when a ``device``, ``tower`` or ``policy`` may be shown here, in history too."""
        return True

    def shown(self, row: Row) -> Row | None:
        """A row, open or closed, as it may be shown here; ``None`` for one that may not."""
        return row

    def told(self, entry: Entry) -> Entry | None:
        """A journal entry as it may be read here; ``None`` for one that may not."""
        return entry
