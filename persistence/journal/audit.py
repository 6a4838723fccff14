"""The journal as an auditor reads it: searched, checked link by link, and row by row as it is stored; all of it read only."""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.audit.model import AuditQuery, ChainReport, Head, Kept
from persistence.engine.sql import Where
from persistence.engine.writer import translated
from persistence.journal.chain import COVERED, Check
from persistence.journal.models import IS_AUDITED

_ROWS = 2000
_TRIES = 3
_SEARCHED = ('actor', 'subject_name', 'subject_id', 'address', 'kind', 'payload')


def condition(where: Where, enterprise: str, query: AuditQuery) -> Where:
    """What an entry must be to be shown."""
    where.add(f'enterprise = {{}} AND {IS_AUDITED}', enterprise)
    if query.actors:
        either: list[str] = []
        for actor in query.actors:
            kind, _, id = actor.partition('/')
            either += actor, kind, id
        one = '(actor_ref = {} OR (subject_kind = {} AND subject_id = {}))'
        where.add(f'({" OR ".join([one] * len(query.actors))})', *either)
    where.among('subject_kind', tuple(query.subjects))
    if query.subject is not None:
        where.add('subject_kind = {} AND subject_id = {}', *query.subject)
    if query.since is not None:
        where.add('at >= {}', query.since)
    if query.until is not None:
        where.add('at < {}', query.until)
    return where.within(query.text, _SEARCHED)


async def check(
    client: BaseDBAsyncClient,
    where: Callable[[], Where],
    enterprise: str,
    kept: Head | None = None,
    witnesses: Sequence[Kept] = (),
) -> ChainReport:
    """Look at every entry of a journal. Retention may move its beginning meanwhile; then it is looked at once more."""
    for _ in range(_TRIES):
        anchor, head, chained_from = await _ends(client, where(), enterprise) or (Head(0, ''), None, 1)
        looking = Check(enterprise, anchor=anchor, kept=kept, witnesses=witnesses, chained_from=chained_from)
        async for rows in stored(client, where, enterprise, until=head.sequence if head is not None else None):
            for row in rows:
                looking.row(row)
        if head is not None:
            newest = await _newest(client, where(), enterprise)  # before the counter, which only grows
            _, now, _ = await _ends(client, where(), enterprise) or (anchor, head, 1)
            if newest > now.sequence:
                looking.verdict.find(newest, 'stands behind the end that the counter tells')
        verdict = looking.end(head)
        if verdict.intact or (await _ends(client, where(), enterprise) or (anchor,))[0] == anchor:
            break
    return verdict


async def stored(
    client: BaseDBAsyncClient, where: Callable[[], Where], enterprise: str, *, after: int = -1, until: int | None = None
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """The rows of a journal as they are stored, in sequence, a few thousand at a time: the columns under the digest, and the digest."""
    columns = ', '.join(COVERED)
    while True:
        asked = where().add('enterprise = {} AND sequence > {}', enterprise, after)
        if until is not None:
            asked.add('sequence <= {}', until)
        query = f'SELECT {columns}, digest FROM journal_entry{asked} ORDER BY sequence, id LIMIT {asked.mark(_ROWS)}'
        with translated():
            _, found = await client.execute_query(query, asked.values)
        if not found:
            return
        rows = [tuple(row) for row in found]
        yield rows
        after = rows[-1][1]


async def journals(client: BaseDBAsyncClient, where: Callable[[], Where]) -> list[str]:
    """Every enterprise that has entries or a counter, or should have: no journal can go unnoticed."""
    names: set[str] = set()
    with translated():
        for query in ('SELECT id FROM enterprise', 'SELECT enterprise FROM journal_counter'):
            _, rows = await client.execute_query(query, [])
            names |= {row[0] for row in rows}
        last: str | None = ''
        while last is not None:
            asked = where().add('enterprise > {}', last)
            _, rows = await client.execute_query(f'SELECT MIN(enterprise) FROM journal_entry{asked}', asked.values)
            last = rows[0][0]
            if last is not None:
                names.add(last)
    return sorted(names)


async def _ends(client: BaseDBAsyncClient, where: Where, enterprise: str) -> tuple[Head, Head, int] | None:
    where.add('enterprise = {}', enterprise)
    with translated():
        _, rows = await client.execute_query(
            f'SELECT anchor, anchor_digest, used, digest, chained_from FROM journal_counter{where}', where.values
        )
    return (Head(rows[0][0], rows[0][1]), Head(rows[0][2], rows[0][3]), rows[0][4]) if rows else None


async def _newest(client: BaseDBAsyncClient, where: Where, enterprise: str) -> int:
    where.add('enterprise = {}', enterprise)
    with translated():
        _, rows = await client.execute_query(f'SELECT MAX(sequence) FROM journal_entry{where}', where.values)
    return rows[0][0] or 0
