"""What its retention has ended is dropped, in transactions small enough for check-ins to pass between them."""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

import structlog

from domain.audit.model import Head
from domain.changes.store import Retention
from persistence.enforcement import OPEN
from persistence.engine.sql import Where
from persistence.engine.writer import Writer

log = structlog.get_logger(__name__)

_SLICE_ROWS = 1000
_AIM_S = 0.02
"""How long one transaction of thinning should take."""


class Reads(Protocol):
    """The reads that thinning needs."""

    async def ids_after(self, table: str, after: str, limit: int) -> list[str]:
        """The next ids of a table."""

    async def thinned_until(self, table: str) -> float:
        """Up to which moment a history table has been thinned; 0 at first."""

    async def anchors(self) -> Mapping[str, Head]:
        """Of each enterprise, the newest journal entry that has been dropped."""

    async def journal_links(self, enterprise: str, after: int, limit: int) -> Sequence[tuple[int, float, str]]:
        """Sequence, time and digest of the journal entries that follow, oldest first."""


@dataclass(frozen=True, slots=True)
class _History:
    """A table of points: whose they are (table and column), when they were, and what is thinned separately."""

    table: str
    owners: str
    owner: str
    moment: str
    series: str


HISTORIES = (
    _History('radio_sample', 'device', 'device', 'observed_at', 'device'),
    _History('check_result', 'tower', 'tower', 'at', 'check_id'),
)


MOST_A_PASS_S = 86_400.0
_CLOCK = 'clock'


async def age_by(reads: Reads, writer: Writer, now: float) -> float:
    """The moment by which ages are counted. It follows the clock by a day in each pass at most, and is kept with the data.

    A clock that is a year ahead, by a step or from the start, would else delete at once what is to be kept for 400 days; so it costs
    the oldest day for every hour until a person notices. After a standstill it has caught up within an hour for each day.
    """
    known = await reads.thinned_until(_CLOCK)
    if not known:  # of an older version: it has thinned up to a day before its last pass
        passes = [await reads.thinned_until(history.table) for history in HISTORIES]
        known = max(passes) + Retention().full_rate_s if any(passes) else 0.0
    moment = min(now, known + MOST_A_PASS_S) if known else now
    if moment < now:
        log.warning('retention_holds_back', days=round((now - moment) / 86_400, 1))
    await _mark(writer, _CLOCK, moment)
    return moment


async def _mark(writer: Writer, name: str, until: float) -> None:
    await writer.change(
        f'INSERT INTO thinned (name, until) VALUES ({writer.mark(1)}, {writer.mark(2)}) '
        'ON CONFLICT (name) DO UPDATE SET until = excluded.until',
        (name, until),
    )


async def thin(reads: Reads, writer: Writer, now: float, retention: Retention) -> Mapping[str, int]:
    """Drop what has ended by ``now``; the number of rows dropped by table."""
    closed = now - retention.closed_s
    ended = now - retention.sessions_s
    spent = now - retention.tokens_s
    dropped = {
        'journal_entry': await _trim_journals(reads, writer, now - retention.journal_s),
        'violation': await _drop(writer, 'violation', 'cleared_at < {}', closed),
        'command': await _drop(writer, 'command', f'moved_at < {{}} AND state NOT IN ({OPEN})', closed),
        'alert': await _drop(writer, 'alert', 'cleared_at < {}', closed),
        'session': await _drop(writer, 'session', '(ended_at < {} OR expires_at < {})', ended, ended),
        'token': await _drop(writer, 'token', '(revoked_at < {} OR expires_at < {})', spent, spent),
        'link': await _drop(writer, 'link', 'expires_at < {}', ended),
        'device_verdicts': await _drop(writer, 'device_verdicts', "verdicts = '{{}}'"),
        'measurement': await _drop(writer, 'measurement', 'step_s < 3600 AND at < {}', now - retention.minutes_s)
        + await _drop(writer, 'measurement', 'at < {}', now - retention.hours_s),
        'delivery': await _drop(writer, 'delivery', 'done_at < {} AND ended_at IS NOT NULL', closed),
        'delivery_attempt': await _drop(writer, 'delivery_attempt', 'at < {}', closed),
        'answer_link': await _drop(writer, 'answer_link', 'ended_at < {}', ended),
        'incident_link': await _drop(writer, 'incident_link', 'ended_at < {}', ended),
        'escalation': await _drop(writer, 'escalation', 'ended_at < {}', closed),
        'status_notice': await _drop(writer, 'status_notice', 'removed_at < {}', closed),
        'status_availability': await _drop(writer, 'status_availability', 'removed_at < {}', closed),
        'bouncing_address': await _drop(writer, 'bouncing_address', '(ended_at < {} OR at < {})', closed, closed),
        'fact_hold': await _drop(writer, 'fact_hold', 'ended_at < {}', ended),
        'guesses': await _drop(writer, 'guesses', 'newest_at < {}', now - retention.guesses_s),
    }
    for history in HISTORIES:
        dropped[history.table] = await _thin_history(reads, writer, history, now, retention)
    return dropped


async def _drop(writer: Writer, table: str, condition: str, *values: float) -> int:
    where = Where(writer.mark).add(condition, *values)
    chosen = f'SELECT id FROM {table}{where} LIMIT {_SLICE_ROWS}'
    total = 0
    while True:
        gone = await writer.change(f'DELETE FROM {table} WHERE id IN ({chosen})', where.values)
        total += gone
        if gone < _SLICE_ROWS:
            return total


async def _trim_journals(reads: Reads, writer: Writer, before: float) -> int:
    """Each journal loses its beginning, never something between, and says in the same transaction where its chain begins now."""
    total = 0
    for enterprise, anchor in (await reads.anchors()).items():
        last = anchor.sequence
        while True:
            links = await reads.journal_links(enterprise, last, _SLICE_ROWS)
            old = list(takewhile(lambda link: link[1] < before, links))
            if old:
                last, _, digest = old[-1]
                gone = Where(writer.mark).add('enterprise = {} AND sequence <= {}', enterprise, last)
                moved = (
                    f'UPDATE journal_counter SET anchor = {writer.mark(1)}, anchor_digest = {writer.mark(2)} '
                    f'WHERE enterprise = {writer.mark(3)}'
                )
                total += await writer.change(
                    f'DELETE FROM journal_entry{gone}', gone.values, (moved, (last, digest, enterprise))
                )
            if len(old) < _SLICE_ROWS:
                break
        if last > anchor.sequence:
            log.info('journal_trimmed', enterprise=enterprise, until=str(Head(last, digest)))
    return total


async def _thin_history(reads: Reads, writer: Writer, history: _History, now: float, retention: Retention) -> int:
    """Owner by owner, since the index leads with the owner. What arrives behind the mark of the last pass stays at full rate."""
    begin, end = await reads.thinned_until(history.table), now - retention.full_rate_s
    end -= end % retention.thin_to_s  # whole intervals only, so that none is thinned in two halves
    total, after, size = 0, '', 8
    while owners := await reads.ids_after(history.owners, after, size):
        started = time.perf_counter()
        total += await _thin_owners(writer, history, (after, owners[-1]), (begin, end), now, retention)
        after = owners[-1]
        taken = time.perf_counter() - started
        size = min(size * 2, 4096) if taken < _AIM_S else max(size // 2, 1)
    await _mark(writer, history.table, end)
    return total


async def _thin_owners(
    writer: Writer,
    history: _History,
    owners: tuple[str, str],
    window: tuple[float, float],
    now: float,
    retention: Retention,
) -> int:
    table, owner, moment = history.table, history.owner, history.moment
    old = Where(writer.mark).add(f'{owner} > {{}} AND {owner} <= {{}}', *owners)
    old.add(f'{moment} < {{}}', now - retention.samples_s)
    total = await writer.change(f'DELETE FROM {table}{old}', old.values)
    if window[0] >= window[1]:
        return total
    where = Where(writer.mark).add(f'{owner} > {{}} AND {owner} <= {{}}', *owners)
    where.add(f'{moment} >= {{}} AND {moment} < {{}}', *window)
    interval = writer.floor.format(f'{moment} / {where.mark(retention.thin_to_s)}')
    place = f'ROW_NUMBER() OVER (PARTITION BY {history.series}, {interval} ORDER BY {moment}, id)'
    ranked = f'SELECT id, {place} AS place FROM {table}{where}'
    surplus = f'SELECT id FROM ({ranked}) AS ranked WHERE place > 1'
    return total + await writer.change(f'DELETE FROM {table} WHERE id IN ({surplus})', where.values)
