"""Rows that have ended and journal entries, read back from the store as a role may see them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from domain.changes.store import Store
from domain.fleet.fleet import Fleet
from domain.journal.model import Recorded

Row = TypeVar('Row')

STEP = 500
MOST_READ = 10_000
"""Rows read for one question of a person with a narrowed role; older ones are found by going on from there."""


async def past(
    fleet: Fleet,
    store: Store,
    kind: type[Row],
    *,
    equal: Mapping[str, str],
    is_open: bool | None,
    before: str | None = None,
    limit: int,
) -> tuple[list[Row], str | None]:
    """As :meth:`Store.history`, of what ``fleet`` shows; and the id to go on from, ``None`` at the end."""
    step = STEP if fleet.scope else limit + 1
    found: list[Row] = []
    for _ in range(MOST_READ // STEP):
        rows: list[Any] = await store.history(
            kind, fleet.enterprise.id, equal=equal, is_open=is_open, before=before, limit=step
        )
        for row in rows:
            if len(found) == limit:
                return found, before
            seen = fleet.shown(row)
            if seen is not None and (seen is row or all(getattr(seen, name) == value for name, value in equal.items())):
                found.append(seen)
            before = row.id
        if len(rows) < step:
            return found, None
    return found, before


async def told(fleet: Fleet, store: Store, *, subject: tuple[str, str] | None, limit: int) -> list[Recorded]:
    """The newest journal entries that ``fleet`` shows, as it shows them, newest first."""
    if not fleet.scope:
        return await store.journal_before(fleet.enterprise.id, None, limit, subject=subject)
    found: list[Recorded] = []
    before: int | None = None
    for _ in range(MOST_READ // STEP):
        recorded = await store.journal_before(fleet.enterprise.id, before, STEP, subject=subject)
        seen = ((one.sequence, fleet.told(one.entry)) for one in recorded)
        found += [Recorded(sequence, entry) for sequence, entry in seen if entry is not None]
        if len(recorded) < STEP or len(found) >= limit:
            break
        before = recorded[-1].sequence
    return found[:limit]
