"""Lists of what opens and closes: violations, commands, alerts. Open ones stand in memory, closed ones come from the store."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from domain.changes.history import past
from domain.changes.store import Store
from domain.common.errors import Invalid, NotFound
from domain.common.ids import new_id
from domain.fleet.fleet import Fleet

Row = TypeVar('Row')
_ID = re.compile(f'[0-9A-Z]{{{len(new_id())}}}')


class State(StrEnum):
    """Which ones."""

    OPEN = 'open'
    CLOSED = 'closed'
    ALL = 'all'


def checked_cursor(cursor: str | None) -> None:
    """Raise ``Invalid`` for a cursor that is no id of ours."""
    if cursor is not None and not _ID.fullmatch(cursor):
        raise Invalid('this cursor is not one of ours; leave it out to begin again', field='cursor')


async def newest_first(
    store: Store,
    kind: type[Row],
    fleet: Fleet,
    open_rows: Iterable[Row],
    *,
    state: State,
    equal: Mapping[str, str | None],
    cursor: str | None,
    limit: int,
) -> tuple[list[Row], str | None, int | None]:
    """A page of rows with these field values (``None`` lets everything through), the next cursor, and for open ones how many there are."""
    checked_cursor(cursor)
    wanted = {name: str(value) for name, value in equal.items() if value is not None}
    if state is State.OPEN:
        fitting: list[Any] = [
            row for row in open_rows if all(getattr(row, name) == value for name, value in wanted.items())
        ]
        rows = sorted(fitting, key=lambda row: row.id, reverse=True)
        rows = [row for row in rows if cursor is None or row.id < cursor]
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None, len(fitting)
    is_open = None if state is State.ALL else False
    found, following = await past(fleet, store, kind, equal=wanted, is_open=is_open, before=cursor, limit=limit)
    return found, following, None


async def open_or_closed(store: Store, kind: type[Row], fleet: Fleet, id: str) -> Row:
    """The row as ``fleet`` shows it, or ``NotFound``."""
    if (found := fleet.find(kind, id)) is not None:
        return found
    row = await store.get(kind, fleet.enterprise.id, id)
    if row is None or (seen := fleet.shown(row)) is None:
        raise NotFound.of(kind, id)
    return seen
