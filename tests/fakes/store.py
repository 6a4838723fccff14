"""A store in memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from domain.alerts.archive import AlertOrder, AlertQuery, Counts, in_order
from domain.alerts.model import Alert
from domain.audit.model import AuditQuery, ChainReport, Finding, Head
from domain.cellular.radio import RadioSample
from domain.changes.store import Changes, Retention
from domain.checks.model import CheckResult, CheckState
from domain.common.errors import Unavailable
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.enrolment.model import Credential
from domain.journal.model import Recorded
from domain.measurements.model import Measurement
from domain.towers.model import Tower, TowerState

Row = TypeVar('Row')
_ENDS = ('retired_at', 'cleared_at', 'ended_at', 'revoked_at', 'disabled_at', 'spent_at', 'forgotten_at')


class MemoryStore:
    """Keeps rows by kind and id. ``failure`` is raised by every commit while set; a cleared ``gate`` makes commits hang."""

    def __init__(self) -> None:
        self.rows: dict[type, dict[str, Any]] = {}
        self.journal: dict[str, list[Recorded]] = {}
        self.kept_samples: list[RadioSample] = []
        self.kept_results: list[CheckResult] = []
        self.tampered: list[Finding] = []
        self.commits = 0
        self.settled: list[Recorded] | Exception | None = None
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, changes: Changes) -> list[Recorded]:
        await asyncio.sleep(0)  # as a real store, let others run meanwhile
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.commits += 1
        for kind, rows in changes.rows.items():
            table = self.rows.setdefault(kind, {})
            for id, row in rows.items():
                if kind is DeviceState and id in changes.moved and id in table:
                    row = replace(row, facts=table[id].facts, verdicts=table[id].verdicts)
                table[id] = row
        self.kept_samples += changes.samples
        self.kept_results += changes.results
        recorded = []
        for entry in changes.entries:
            entries = self.journal.setdefault(entry.enterprise, [])
            entries.append(Recorded(len(entries) + 1, entry))
            recorded.append(entries[-1])
        return recorded

    async def settle(self) -> list[Recorded] | None:
        if isinstance(self.settled, Exception):
            raise self.settled
        return self.settled

    async def probe(self) -> None:
        await self.gate.wait()
        if self.failure is not None:
            raise Unavailable(str(self.failure))

    async def load(self, kind: type[Row]) -> AsyncIterator[Sequence[Row]]:
        rows = [row for row in self.rows.get(kind, {}).values() if self._is_live(row)]
        for start in range(0, len(rows), 100):
            yield rows[start : start + 100]

    def _is_live(self, row: Any) -> bool:
        owner: tuple[type, str] | None = None
        if isinstance(row, DeviceState | Credential):
            owner = Device, row.id
        elif isinstance(row, TowerState | CheckState):
            owner = Tower, row.id if isinstance(row, TowerState) else row.tower
        if owner is not None:
            return self.rows[owner[0]][owner[1]].retired_at is None
        if isinstance(row, Command):
            return row.is_open
        return all(getattr(row, name, None) is None for name in _ENDS)

    async def sequences(self) -> Mapping[str, int]:
        return {enterprise: entries[-1].sequence for enterprise, entries in self.journal.items()}

    async def journal_after(self, enterprise: str, sequence: int, limit: int) -> list[Recorded]:
        return self.journal.get(enterprise, [])[sequence:][:limit]

    async def journal_before(
        self, enterprise: str, sequence: int | None, limit: int, *, subject: tuple[str, str] | None = None
    ) -> list[Recorded]:
        older = [r for r in self.journal.get(enterprise, []) if sequence is None or r.sequence < sequence]
        return [r for r in reversed(older) if subject in (None, (r.entry.subject.kind, r.entry.subject.id))][:limit]

    async def audit(
        self, enterprise: str, query: AuditQuery, *, before: int | None = None, skip: int = 0, limit: int
    ) -> list[Recorded]:
        found = [r for r in reversed(self.journal.get(enterprise, [])) if query.fits(r.entry, repr(r.entry))]
        return [r for r in found if before is None or r.sequence < before][skip:][:limit]

    async def audit_count(self, enterprise: str, query: AuditQuery, most: int) -> int:
        return len(await self.audit(enterprise, query, limit=most))

    async def heads(self) -> Mapping[str, Head]:
        return {enterprise: Head(sequence, '') for enterprise, sequence in (await self.sequences()).items()}

    async def check_chain(self, enterprise: str, kept: Head | None = None) -> ChainReport:
        entries = len(self.journal.get(enterprise, []))
        return ChainReport(enterprise, entries=entries, head=Head(entries, ''), findings=list(self.tampered))

    async def samples(self, enterprise: str, device: str, since: float, until: float, limit: int) -> list[RadioSample]:
        found = [s for s in self.kept_samples if s.device == device and since <= s.observed_at <= until]
        found.sort(key=lambda sample: sample.observed_at)
        return found[:: max(1, -(-len(found) // limit))]

    async def check_results(self, enterprise: str, tower: str, since: float, limit: int) -> list[CheckResult]:
        return [result for result in self.kept_results if result.tower == tower and result.at >= since][-limit:]

    async def measurements(
        self, enterprise: str, series: str | None, step_s: int, since: float, until: float
    ) -> list[Measurement]:
        found = [
            row
            for row in self.rows.get(Measurement, {}).values()
            if row.enterprise == enterprise and row.step_s == step_s and series in (None, row.series)
        ]
        return sorted((row for row in found if since <= row.at < until), key=lambda row: (row.at, row.series))

    async def get(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        row = self.rows.get(kind, {}).get(id)
        return row if row is not None and row.enterprise == enterprise else None

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
        rows = [row for row in self.rows.get(kind, {}).values() if row.enterprise == enterprise]
        rows = [row for row in rows if all(getattr(row, name) == value for name, value in equal.items())]
        rows = [row for row in rows if is_open in (None, self._is_live(row)) and (before is None or row.id < before)]
        return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]

    async def cleared_alerts(
        self, enterprise: str, query: AlertQuery, order: AlertOrder, *, skip: int = 0, limit: int
    ) -> list[Alert]:
        return in_order(self._alerts(enterprise, query, is_open=False), order)[skip:][:limit]

    async def alerts_before(
        self, enterprise: str, query: AlertQuery, *, is_open: bool | None, before: str | None, limit: int
    ) -> list[Alert]:
        rows = sorted(self._alerts(enterprise, query, is_open=is_open), key=lambda alert: alert.id, reverse=True)
        return [row for row in rows if before is None or row.id < before][:limit]

    async def cleared_counts(self, enterprise: str, query: AlertQuery) -> Counts:
        return Counter((row.severity, row.alarm_type) for row in self._alerts(enterprise, query, is_open=False))

    def _alerts(self, enterprise: str, query: AlertQuery, *, is_open: bool | None) -> list[Alert]:
        rows = [row for row in self.rows.get(Alert, {}).values() if row.enterprise == enterprise and query.fits(row)]
        return [row for row in rows if is_open in (None, row.is_open)]

    async def age_by(self, now: float) -> float:
        return now

    async def thin(self, now: float, retention: Retention) -> Mapping[str, int]:
        samples = len(self.kept_samples)
        self.kept_samples = [s for s in self.kept_samples if s.observed_at > now - retention.samples_s]
        return {'radio_sample': samples - len(self.kept_samples)}
