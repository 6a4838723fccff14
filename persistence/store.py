"""The store on Tortoise: reads over its connections in plain SQL, writes through a writer of the database's own."""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeVar, cast

import structlog
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.access.enterprises import INSTALLATION, Enterprise
from domain.audit.model import AuditQuery, ChainReport, Head
from domain.cellular.radio import RadioSample
from domain.changes.store import Changes, Retention
from domain.checks.model import CheckResult
from domain.common.errors import Superseded, Unavailable
from domain.common.signals import Signal
from domain.devices.model import DeviceState
from domain.journal.model import Recorded
from domain.kinds import KINDS
from domain.measurements.model import Measurement
from persistence import retention as housekeeping
from persistence.alerts import AlertArchive
from persistence.devices import VITALS, vitals
from persistence.engine.batches import stream
from persistence.engine.interning import Interner
from persistence.engine.lease import RENEW_S
from persistence.engine.rows import Table, Tuple, fields_of
from persistence.engine.sql import Where
from persistence.engine.writer import Batch, Writer, translated
from persistence.journal import audit
from persistence.journal.entries import SELECT as ENTRY
from persistence.journal.entries import read_entry
from persistence.kinds import tables
from persistence.signal_history import SAMPLES, read_sample, sample_rows
from persistence.towers import RESULTS, read_result, result_row
from persistence.verdicts import PARTS, REPORTS, Parts, Reports

log = structlog.get_logger(__name__)
Row = TypeVar('Row')

_SAMPLE = ', '.join(SAMPLES.columns)
_RESULT = ', '.join(RESULTS.columns)


class TortoiseStore:
    """Implements ``domain.changes.store.Store``. Every method raises ``Unavailable`` while the database is away or full."""

    def __init__(self, client: BaseDBAsyncClient, writer: Writer) -> None:
        self.lost = Signal[str]()
        """Emitted once, with the reason, when this process may not write any more."""
        self._client = client
        self._writer = writer
        parts = Parts()
        self._pool = Interner(parts)
        self._reports = Reports(parts)
        self._tables = tables(self._pool, writer.lines)
        archive = AlertArchive(self._fetch, self._where, writer.binary)
        self.cleared_alerts = archive.cleared_alerts
        self.alerts_before = archive.alerts_before
        self.cleared_counts = archive.cleared_counts

    async def commit(self, changes: Changes) -> list[Recorded]:
        """Keep everything in one durable transaction; give each entry the next number of its enterprise's sequence."""
        batch = Batch(changes.entries)
        for kind in KINDS:
            if rows := changes.rows.get(kind):
                if kind is DeviceState:
                    batch.writes.append((VITALS, partial(vitals, rows.values())))
                    split = cache(partial(self._reports.split, rows.values(), changes.moved, changes.before))
                    batch.writes.append((REPORTS, partial(_half, split, 0)))
                    batch.writes.append((PARTS, partial(_half, split, 1)))
                else:
                    table = self._tables[kind]
                    batch.writes.append((table.target, partial(_rows, table, rows.values())))
        if changes.samples:
            batch.writes.append((SAMPLES, partial(sample_rows, changes.samples)))
        if changes.results:
            batch.writes.append((RESULTS, partial(list, map(result_row, changes.results))))
        return await self._writer.write(batch)

    async def settle(self) -> list[Recorded] | None:
        """After ``Uncertain``: the entries of that commit with their numbers, ``None`` when nothing of it was kept."""
        return await self._writer.settle()

    async def probe(self) -> None:
        """Write as a commit does, a row that is never read."""
        await self._writer.probe()

    async def keep(self) -> None:
        """Keep the right to write for as long as this runs, or until it is lost; then ``lost`` is emitted."""
        missed = 0
        while True:
            # the database ends the session of a process that stood still; another one is tried at once, and is no reason to warn
            await asyncio.sleep(0.0 if missed == 1 else RENEW_S)
            try:
                await self._writer.renew()
            except Superseded as error:
                self.lost.emit(error.detail)
                return
            except Unavailable as error:
                missed += 1
                if missed == 2:
                    log.warning('lease_not_renewed', detail=error.detail)
            except Exception as error:  # of any kind: the lease would not be renewed any more, in silence
                log.exception('lease_not_renewed')
                self.lost.emit(f'the lease cannot be renewed: {error}')
                return
            else:
                if missed > 1:
                    log.info('lease_renewed_again')
                missed = 0

    async def load(self, kind: type[Row]) -> AsyncIterator[Sequence[Row]]:
        """The live rows of a kind (neither retired, closed, ended nor cleared), in batches, all enterprises."""
        table: Table[Row] = self._tables[kind]
        async for rows in stream(self._client, table):
            yield [table.read(row) for row in rows]
        if kind is KINDS[-1]:
            self._pool.clear()

    async def sequences(self) -> Mapping[str, int]:
        """The last number used in each enterprise's sequence."""
        return dict(
            tuple(row) for row in await self._fetch('SELECT enterprise, used FROM journal_counter', self._where())
        )

    async def journal_after(self, enterprise: str, sequence: int, limit: int) -> list[Recorded]:
        """The entries that follow ``sequence``, oldest first."""
        where = self._where().add('enterprise = {} AND sequence > {}', enterprise, sequence)
        return await self._entries(where, 'sequence', limit)

    async def journal_before(
        self, enterprise: str, sequence: int | None, limit: int, *, subject: tuple[str, str] | None = None
    ) -> list[Recorded]:
        """The newest entries (older than ``sequence`` if given), newest first; ``subject`` is a kind and an id."""
        where = self._where().add('enterprise = {}', enterprise)
        if sequence is not None:
            where.add('sequence < {}', sequence)
        if subject is not None:
            where.add('subject_kind = {} AND subject_id = {}', *subject)
        return await self._entries(where, 'sequence DESC', limit)

    async def audit(
        self, enterprise: str, query: AuditQuery, *, before: int | None = None, skip: int = 0, limit: int
    ) -> list[Recorded]:
        """The newest entries of the audit trail that fit (older than the sequence ``before``, after ``skip`` others), newest first."""
        where = audit.condition(self._where(), enterprise, query)
        if before is not None:
            where.add('sequence < {}', before)
        window = f'LIMIT {where.mark(limit)} OFFSET {where.mark(skip)}'
        rows = await self._fetch(f'SELECT {ENTRY} FROM journal_entry{where} ORDER BY sequence DESC {window}', where)
        return [read_entry(row) for row in rows]

    async def audit_count(self, enterprise: str, query: AuditQuery, most: int) -> int:
        """How many entries of the audit trail fit, counted up to ``most``."""
        where = audit.condition(self._where(), enterprise, query)
        found = f'SELECT 1 FROM journal_entry{where} LIMIT {where.mark(most)}'
        return int((await self._fetch(f'SELECT COUNT(*) FROM ({found}) AS found', where))[0][0])

    async def heads(self) -> Mapping[str, Head]:
        """Of each enterprise (and of the installation), where the chain of its journal ends."""
        rows = await self._fetch('SELECT enterprise, used, digest FROM journal_counter', self._where())
        return {row[0]: Head(row[1], row[2]) for row in rows}

    async def anchors(self) -> Mapping[str, Head]:
        """Of each enterprise, the newest journal entry that has been dropped."""
        rows = await self._fetch('SELECT enterprise, anchor, anchor_digest FROM journal_counter', self._where())
        return {row[0]: Head(row[1], row[2]) for row in rows}

    async def journal_links(self, enterprise: str, after: int, limit: int) -> list[tuple[int, float, str]]:
        """Sequence, time and digest of the journal entries that follow, oldest first."""
        where = self._where().add('enterprise = {} AND sequence > {}', enterprise, after)
        query = f'SELECT sequence, at, digest FROM journal_entry{where} ORDER BY sequence LIMIT {where.mark(limit)}'
        return [(row[0], row[1], row[2]) for row in await self._fetch(query, where)]

    async def check_chain(self, enterprise: str, kept: Head | None = None) -> ChainReport:
        """Look at every entry of a journal, whether it is as it was written; ``kept`` is a head that was kept elsewhere."""
        return await audit.check(self._client, self._where, enterprise, kept)

    async def samples(self, enterprise: str, device: str, since: float, until: float, limit: int) -> list[RadioSample]:
        """Signal history, oldest first; when there are more than ``limit`` points, evenly thinned (the newest is always among them)."""
        where = self._where().add('device = {} AND observed_at >= {} AND observed_at <= {}', device, since, until)
        where.add('EXISTS (SELECT 1 FROM device WHERE id = {} AND enterprise = {})', device, enterprise)
        ranked = (
            f'SELECT {_SAMPLE}, ROW_NUMBER() OVER (ORDER BY observed_at DESC, id DESC) AS place, '
            f'COUNT(*) OVER () AS points FROM radio_sample{where}'
        )
        most = where.mark(limit)
        rows = await self._fetch(
            f'SELECT {_SAMPLE} FROM ({ranked}) AS ranked '
            f'WHERE (place - 1) % ((points + {most} - 1) / {most}) = 0 ORDER BY place DESC',
            where,
        )
        return [read_sample(row) for row in rows]

    async def check_results(self, enterprise: str, tower: str, since: float, limit: int) -> list[CheckResult]:
        """Check history, oldest first, the newest ``limit`` of it."""
        where = self._where().add('tower = {} AND at >= {}', tower, since)
        where.add('EXISTS (SELECT 1 FROM tower WHERE id = {} AND enterprise = {})', tower, enterprise)
        query = f'SELECT {_RESULT} FROM check_result{where} ORDER BY at DESC, id DESC LIMIT {where.mark(limit)}'
        rows = await self._fetch(query, where)
        return [read_result(row) for row in reversed(rows)]

    async def measurements(
        self, enterprise: str, series: str | None, step_s: int, since: float, until: float
    ) -> list[Measurement]:
        """Those that begin in [since, until), oldest first; of every series when none is named."""
        table = self._tables[Measurement]
        where = self._where().add('t.enterprise = {} AND t.step_s = {}', enterprise, step_s)
        if series is not None:
            where.add('t.series = {}', series)
        where.add('t.at >= {} AND t.at < {}', since, until)
        rows = await self._fetch(f'SELECT {table.select} FROM {table.source}{where} ORDER BY t.at, t.series', where)
        return [table.read(row) for row in rows]

    async def get(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        """One row of a kind, live or not."""
        table: Table[Row] = self._tables[kind]
        where = self._where().add('t.id = {}', id)
        if 'enterprise' in table.target.columns:
            where.add('t.enterprise = {}', enterprise)
        elif enterprise != (id if cast(type, kind) is Enterprise else INSTALLATION):
            return None
        rows = await self._fetch(f'SELECT {table.select} FROM {table.source}{where}', where)
        return table.read(rows[0]) if rows else None

    async def history(
        self,
        kind: type[Row],
        enterprise: str,
        *,
        equal: Mapping[str, str],
        is_open: bool | None,
        before: str | None,
        limit: int,
    ) -> list[Row]:
        """Violations, commands or alerts with these field values, newest id first, older than the id ``before``."""
        table: Table[Row] = self._tables[kind]
        where = self._where().add('t.enterprise = {}', enterprise)
        for name, value in equal.items():
            if name not in fields_of(kind):
                raise ValueError(f'{kind.__name__} has no field {name!r}')
            where.add(f't.{name} = {{}}', value)
        if is_open is not None:
            where.add(table.is_open if is_open else f'NOT ({table.is_open})')
        if before is not None:
            where.add('t.id < {}', before)
        query = f'SELECT {table.select} FROM {table.source}{where} ORDER BY t.id DESC LIMIT {where.mark(limit)}'
        rows = await self._fetch(query, where)
        return [table.read(row) for row in rows]

    async def age_by(self, now: float) -> float:
        """The moment by which retention counts ages when the clock says ``now``: it follows the clock by a day in each pass at most."""
        return await housekeeping.age_by(self, self._writer, now)

    async def thin(self, now: float, retention: Retention) -> Mapping[str, int]:
        """Drop what its retention has ended, in small transactions; the number of rows dropped by table."""
        return await housekeeping.thin(self, self._writer, now, retention)

    async def ids_after(self, table: str, after: str, limit: int) -> list[str]:
        """The next ids of a table, retired and closed ones too."""
        where = self._where().add('id > {}', after)
        rows = await self._fetch(f'SELECT id FROM {table}{where} ORDER BY id LIMIT {where.mark(limit)}', where)
        return [row[0] for row in rows]

    async def thinned_until(self, table: str) -> float:
        """Up to which moment a history table has been thinned; 0 at first."""
        where = self._where().add('name = {}', table)
        rows = await self._fetch(f'SELECT until FROM thinned{where}', where)
        return float(rows[0][0]) if rows else 0.0

    async def _entries(self, where: Where, order: str, limit: int) -> list[Recorded]:
        query = f'SELECT {ENTRY} FROM journal_entry{where} ORDER BY {order} LIMIT {where.mark(limit)}'
        rows = await self._fetch(query, where)
        return [read_entry(row) for row in rows]

    def _where(self) -> Where:
        return Where(self._writer.mark)

    async def _fetch(self, query: str, where: Where) -> Sequence[Any]:
        with translated():
            _, rows = await self._client.execute_query(query, where.values)
        return rows


def _rows(table: Table[Any], rows: Any) -> list[Tuple]:
    return sorted([table.write(row) for row in rows], key=_by_id)


def _half(split: Callable[[], tuple[list[Tuple], list[Tuple]]], which: int) -> list[Tuple]:
    return split()[which]


def _by_id(row: Tuple) -> str:
    return str(row[0])
