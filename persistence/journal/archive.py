"""All journals of an installation as they are stored, to be checked or copied."""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import OperationalError

from domain.access.enterprises import INSTALLATION
from domain.audit.model import ChainReport, Form, Head, Kept
from domain.common.errors import Unavailable
from persistence.engine.sql import Where
from persistence.engine.writer import translated
from persistence.journal import audit
from persistence.journal.exports import Copy


class StoredTrail:
    """Implements ``domain.audit.model.JournalArchive``; ``mark`` is a parameter in SQL, with ``{}`` for its number."""

    def __init__(self, client: BaseDBAsyncClient, mark: str) -> None:
        self._client = client
        self._mark = mark

    async def names(self) -> Mapping[str, str]:
        """See :class:`domain.audit.model.JournalArchive`."""
        try:
            journals = await audit.journals(self._client, self._where)
            known = {row[0]: row[1] for row in await self._fetch('SELECT id, name FROM enterprise', self._where())}
            await self._fetch('SELECT chained_from FROM journal_counter LIMIT 1', self._where())
        except (OperationalError, asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, Unavailable) as error:
            why = '' if 'chained_from' in str(error) else f': {error}'
            raise Unavailable(f'no database of this version of Cellwarden, start its server once{why}') from None
        return {INSTALLATION: 'Installation', **{name: known.get(name, name) for name in journals}}

    async def heads(self) -> Mapping[str, Head]:
        """See :class:`domain.audit.model.JournalArchive`."""
        rows = await self._fetch('SELECT enterprise, used, digest FROM journal_counter', self._where())
        return {row[0]: Head(row[1], row[2]) for row in rows}

    async def check(self, enterprise: str, kept: Head | None = None, witnesses: Sequence[Kept] = ()) -> ChainReport:
        """See :class:`domain.audit.model.JournalArchive`."""
        return await audit.check(self._client, self._where, enterprise, kept, witnesses)

    async def copy(
        self, enterprise: str, *, since: float | None, until: float | None, form: Form
    ) -> AsyncIterator[bytes]:
        """See :class:`domain.audit.model.JournalArchive`."""
        first = await self._place('MIN(sequence)', 'at >= {}', since, enterprise)
        last = await self._place('MAX(sequence)', 'at < {}', until, enterprise)
        copy = Copy(form)
        yield copy.head()
        if first is None or last is None:
            return
        previous = await self._digest(enterprise, first - 1)
        async for rows in audit.stored(self._client, self._where, enterprise, after=first - 1, until=last):
            yield copy.rows(rows, previous)
            previous = rows[-1][-1]

    async def _place(self, which: str, condition: str, moment: float | None, enterprise: str) -> int | None:
        where = self._where().add('enterprise = {}', enterprise)
        if moment is not None:
            where.add(condition, moment)
        found: int | None = (await self._fetch(f'SELECT {which} FROM journal_entry{where}', where))[0][0]
        return found

    async def _digest(self, enterprise: str, sequence: int) -> str:
        """The digest of an entry, or of the last that retention has dropped."""
        where = self._where().add('enterprise = {} AND sequence = {}', enterprise, sequence)
        rows = await self._fetch(f'SELECT digest FROM journal_entry{where}', where)
        if not rows:
            where = self._where().add('enterprise = {} AND anchor = {}', enterprise, sequence)
            rows = await self._fetch(f'SELECT anchor_digest FROM journal_counter{where}', where)
        return str(rows[0][0]) if rows else ''

    def _where(self) -> Where:
        return Where(lambda number: self._mark.format(number))

    async def _fetch(self, query: str, where: Where) -> Any:
        with translated():
            _, rows = await self._client.execute_query(query, where.values)
        return rows
