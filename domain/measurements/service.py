"""Takes down how an enterprise stands, minute by minute, and makes hours of it: what charts show survives a restart."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.changes.transaction import Transaction
from domain.changes.transactor import Changed, Transactor
from domain.checks.model import CheckResult, CheckStore
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import DeviceState
from domain.fleet.fleet import Fleet
from domain.measurements.model import (
    HOUR_S,
    LATENCY,
    MINUTE_S,
    Measurement,
    MeasurementStore,
    Series,
    beginning,
    measured,
)
from domain.towers.model import Tower

FINE_FOR_S = 86_400.0
"""For so long minutes are kept, and hours that are missing are made of them."""
LEAST_S = 5.0
"""A part of a minute shorter than this says nothing of how many check in a minute."""
MOST_RESULTS = 20_000
"""Answers of one tower that are read at once."""
_COUNTED = tuple((series, *series.value.split('/')) for series in Series if '/' in series.value)


class PastStore(MeasurementStore, CheckStore, Protocol):
    """What is read of the past."""


@dataclass(slots=True)
class _Minute:
    """A minute that is being taken down."""

    at: float
    began: float
    values: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    checkins: int = 0


class MeasurementService:
    """Looks at each enterprise every few seconds and writes a row for each series when its minute is over."""

    def __init__(self, *, transactor: Transactor, store: PastStore) -> None:
        self._transactor = transactor
        self._store = store
        self._minutes: dict[str, _Minute] = {}
        self._over: dict[str, list[_Minute]] = {}
        self._newest: dict[tuple[str, str, int], Measurement] = {}
        self._told: dict[str, float] = {}
        self._hours: dict[str, float] = {}
        """By enterprise: until when hours have been made."""
        transactor.changed.subscribe(self._count)

    async def look(self, enterprise: str) -> None:
        """Take down how it stands; run by the clock, several times a minute."""
        transactor = self._transactor
        if transactor.fleets.watch.is_blind:
            self._minutes.pop(enterprise, None)  # nothing can be taken in: no row is better than a wrong one
            return
        minute = self._minute(enterprise, transactor.clock())
        counters = transactor.fleets.of(enterprise).index(StatusCounters)
        standing = {'presence': counters.presence, 'compliance': counters.compliance}
        for series, kind, word in _COUNTED:
            minute.values[series].append(float(standing[kind][word]))
        rows = [row for over in self._over.pop(enterprise, ()) for row in _rows(enterprise, over)]
        if rows:
            await self._keep(enterprise, rows)

    async def make_hours(self, enterprise: str) -> int:
        """Make the hours that are over and have none yet; how many. Run by the clock."""
        now = self._transactor.clock()
        until = beginning(now, HOUR_S)
        since = self._hours.get(enterprise)
        if since is None or since > until:
            first = beginning(now - FINE_FOR_S, HOUR_S)
            done = await self._store.measurements(enterprise, Series.ONLINE, HOUR_S, first, until)
            since = done[-1].at + HOUR_S if done else first
        hours, at = 0, since
        while at < until:
            rows = await self._hour(enterprise, at)
            if rows:
                await self._keep(enterprise, rows)
                hours += 1
            at += HOUR_S
            self._hours[enterprise] = at
        self._hours[enterprise] = until
        return hours

    def newest(self, enterprise: str, series: str, step_s: int) -> Measurement | None:
        """The row that this process has written last."""
        return self._newest.get((enterprise, series, step_s))

    async def of_fleet(self, enterprise: str, series: Series, step_s: int, since: float) -> list[Measurement]:
        """A series of the whole enterprise, oldest first."""
        return await self._store.measurements(enterprise, series, step_s, since, self._transactor.clock() + step_s)

    async def latency(self, enterprise: str, tower: str, step_s: int, since: float) -> list[Measurement]:
        """How long the checks of a tower took, oldest first; steps in which none was answered are missing."""
        series, now = LATENCY.format(tower), self._transactor.clock()
        kept = []
        if step_s == HOUR_S:
            kept = await self._store.measurements(enterprise, series, HOUR_S, since, now)
            since = max(since, kept[-1].at + HOUR_S if kept else 0.0, beginning(now - FINE_FOR_S, HOUR_S))
        results = await self._store.check_results(enterprise, tower, since, MOST_RESULTS)
        return [*kept, *_of_checks(enterprise, tower, step_s, results)]

    async def _keep(self, enterprise: str, rows: Sequence[Measurement]) -> None:
        await self._transactor.transact(lambda tx: _put(tx, rows), enterprise)
        self._newest.update({(enterprise, row.series, row.step_s): row for row in rows})

    async def _hour(self, enterprise: str, at: float) -> list[Measurement]:
        parts: defaultdict[str, list[tuple[float, float, float, int]]] = defaultdict(list)
        for one in await self._store.measurements(enterprise, None, MINUTE_S, at, at + HOUR_S):
            parts[one.series].append((one.low, one.mean, one.high, one.count))
        rows = [measured(enterprise, series, HOUR_S, at, known) for series, known in parts.items()]
        for tower in list(self._transactor.fleets.of(enterprise)[Tower]):
            results = await self._store.check_results(enterprise, tower, at, MOST_RESULTS)
            within = [result for result in results if result.at < at + HOUR_S]
            rows += [row for row in _of_checks(enterprise, tower, HOUR_S, within) if row.at == at]
            await asyncio.sleep(0)
        return rows

    def _minute(self, enterprise: str, now: float) -> _Minute:
        """The minute that is being taken down; the one before waits to be written."""
        minute, at = self._minutes.get(enterprise), beginning(now, MINUTE_S)
        if minute is None or minute.at != at:
            is_next = minute is not None and minute.at == at - MINUTE_S
            if minute is not None:
                self._over.setdefault(enterprise, []).append(minute)
            minute = self._minutes[enterprise] = _Minute(at, at if is_next else now)
        return minute

    def _count(self, changed: Changed) -> None:
        ids = changed.ids.get(DeviceState)
        if not ids or changed.enterprise not in self._minutes:
            return
        told, now = self._told.get(changed.enterprise, 0.0), self._transactor.clock()
        self._told[changed.enterprise] = now
        # A state that moved for another reason than a check-in was received before the last group.
        received = _received(self._transactor.fleets.of(changed.enterprise), ids, told)
        self._minute(changed.enterprise, now).checkins += received


def _received(fleet: Fleet, ids: Iterable[str], since: float) -> int:
    states = fleet[DeviceState]
    found = (states.get(id) for id in ids)
    return sum(state is not None and state.received_at is not None and state.received_at >= since for state in found)


def _rows(enterprise: str, minute: _Minute) -> Iterable[Measurement]:
    for series, values in minute.values.items():
        parts = [(value, value, value, 1) for value in values]
        yield measured(enterprise, series, MINUTE_S, minute.at, parts)
    covered = minute.at + MINUTE_S - minute.began
    if covered >= LEAST_S:
        rate = minute.checkins * MINUTE_S / covered
        yield measured(enterprise, Series.CHECKINS, MINUTE_S, minute.at, [(rate, rate, rate, 1)])


def _of_checks(enterprise: str, tower: str, step_s: int, results: Sequence[CheckResult]) -> list[Measurement]:
    steps: defaultdict[float, list[float]] = defaultdict(list)
    for result in results:
        if result.ok and result.rtt_ms is not None:
            steps[beginning(result.at, step_s)].append(result.rtt_ms)
    series = LATENCY.format(tower)
    return [
        measured(enterprise, series, step_s, at, [(value, value, value, 1) for value in values])
        for at, values in sorted(steps.items())
    ]


def _put(tx: Transaction, rows: Sequence[Measurement]) -> None:
    for row in rows:
        tx.put(row)
