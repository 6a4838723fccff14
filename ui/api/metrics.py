"""Figures for Prometheus. Counting costs next to nothing; the fleet is looked at only when ``/metrics`` is read."""

import time
from collections import Counter as Counted
from collections.abc import Callable, Iterator, Mapping
from hmac import compare_digest
from ipaddress import ip_address
from itertools import product
from typing import Any, Protocol, cast

from fastapi import FastAPI, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from starlette.responses import PlainTextResponse, Response

from domain.alerts.model import Alert
from domain.application import ApplicationStore
from domain.changes.store import Changes
from domain.checkins.model import Accepted
from domain.common.errors import NotSignedIn
from domain.common.severity import Severity
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import DeviceState
from domain.enforcement.model import Command
from domain.fleet.fleets import Fleets
from domain.journal.model import Recorded
from domain.policies.violations import Violation
from domain.towers.live import tower_counts
from ui.api.http.bearer import bearer
from ui.server.places import Connections

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING, Severity.INDETERMINATE)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class RowHealth(Protocol):
    """How a row of the schedule fares, see :class:`jobs.scheduler.JobHealth`."""

    runs: int
    failures: int
    skipped: int
    duration_s: float | None
    failing_since: float | None


class Metrics:
    """All figures of one process, in a registry of their own."""

    def __init__(self, *, fleets: Fleets) -> None:
        self.registry = CollectorRegistry()
        self.under_way = 0
        """Single check-ins that have not been answered yet."""
        self._fleets = fleets
        self._outcomes: dict[str, int] = dict.fromkeys([*Accepted, 'refused'], 0)
        self._commits = Histogram(
            'cellwarden_commit_seconds', 'Time a group commit took', buckets=_SECONDS, registry=self.registry
        )
        self._group = Histogram(
            'cellwarden_commit_devices', 'Device states in a group commit', buckets=_SIZES, registry=self.registry
        )
        self._failed = Counter('cellwarden_commits_failed', 'Groups that were not kept', registry=self.registry)
        self._jobs: Mapping[str, RowHealth] = {}
        self._pages: Callable[[], int] = lambda: 0
        self._polling: Callable[[], int] = lambda: 0
        self._connections: Connections | None = None
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def taken(self, outcome: Accepted) -> None:
        """A check-in was taken."""
        self._outcomes[outcome] += 1

    def refused(self, count: int) -> None:
        """So many check-ins were refused."""
        self._outcomes['refused'] += count

    def measured(self, store: ApplicationStore) -> ApplicationStore:
        """The same store, whose commits are counted here; give this one to the transactor."""
        return cast(ApplicationStore, _MeasuredStore(store, self))

    def committed(self, devices: int, seconds: float, *, kept: bool) -> None:
        """A group commit ended after so many seconds."""
        if kept:
            self._commits.observe(seconds)
            self._group.observe(devices)
        else:
            self._failed.inc()

    def watch(
        self, *, jobs: Mapping[str, RowHealth], pages: Callable[[], int], polling: Callable[[], int] = lambda: 0
    ) -> None:
        """Also tell how the rows of the schedule fare, how many pages are open, and how many of them poll."""
        self._jobs = jobs
        self._pages = pages
        self._polling = polling

    def watch_connections(self, connections: Connections) -> None:
        """Also tell how many connections there are, and how many were refused."""
        self._connections = connections

    def page(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        """Called by the registry: what is counted anyway in the live picture of each enterprise."""
        under_way = GaugeMetricFamily('cellwarden_checkins_under_way', 'Single check-ins not answered yet')
        under_way.add_metric([], self.under_way)
        yield under_way
        pages = GaugeMetricFamily('cellwarden_pages', 'Pages that are open in browsers')
        pages.add_metric([], self._pages())
        yield pages
        polling = GaugeMetricFamily(
            'cellwarden_pages_polling', 'Of these, pages whose network refuses WebSockets: they ask by long polling'
        )
        polling.add_metric([], self._polling())
        yield polling
        outcomes = CounterMetricFamily('cellwarden_checkins', 'Check-ins by outcome', labels=['outcome'])
        for outcome, count in self._outcomes.items():
            outcomes.add_metric([str(outcome)], count)
        yield outcomes
        yield from self._http()
        yield from self._schedule()
        gauges = {
            name: GaugeMetricFamily(f'cellwarden_{name}', text, labels=['enterprise', label])
            for name, text, label in (
                ('devices', 'Devices by presence', 'presence'),
                ('devices_judged', 'Devices by compliance', 'compliance'),
                ('devices_judged_heard', 'The same of devices heard from within their interval', 'compliance'),
                ('towers', 'Towers by status', 'status'),
                ('open', 'What is open: violations, commands, alerts', 'what'),
            )
        }
        alerts = GaugeMetricFamily(
            'cellwarden_alerts',
            'Open alerts by severity, and whether a person or program has acknowledged them',
            labels=['enterprise', 'severity', 'acknowledged'],
        )
        sequence = GaugeMetricFamily('cellwarden_journal_sequence', 'Last entry of the journal', labels=['enterprise'])
        for fleet in self._fleets:
            name = fleet.enterprise.name
            whats = {
                'violations': len(fleet[Violation]),
                'commands': len(fleet[Command]),
                'alerts': len(fleet[Alert]),
            }
            counted: tuple[tuple[str, Mapping[str, int]], ...] = (
                ('devices', fleet.index(StatusCounters).presence),
                ('devices_judged', fleet.index(StatusCounters).compliance),
                ('devices_judged_heard', fleet.index(StatusCounters).heard),
                ('towers', tower_counts(fleet)),
                ('open', whats),
            )
            for gauge, counts in counted:
                for label, count in counts.items():
                    gauges[gauge].add_metric([name, label], count)
            seen = Counted((alert.severity, alert.acknowledged_at is not None) for alert in fleet[Alert].values())
            for severity, acknowledged in product(SEVERITIES, (False, True)):
                count = seen[severity, acknowledged]
                alerts.add_metric([name, severity, str(acknowledged).lower()], count)
            sequence.add_metric([name], fleet.sequence)
        yield from gauges.values()
        yield alerts
        yield sequence

    def _http(self) -> Iterator[Metric]:
        if self._connections is None:
            return
        strangers = self._connections.strangers
        connections = GaugeMetricFamily('cellwarden_connections', 'Connections by credential', labels=['credential'])
        connections.add_metric(['shown'], len(self._connections) - strangers)
        connections.add_metric(['none'], strangers)
        yield connections
        refused = CounterMetricFamily('cellwarden_refused_connections', 'Refusals by the HTTP server', labels=['kind'])
        for kind, count in self._connections.refusals.totals.items():
            refused.add_metric([kind], count)
        yield refused

    def _schedule(self) -> Iterator[Metric]:
        runs = CounterMetricFamily('cellwarden_job_runs', 'Runs by outcome', labels=['job', 'outcome'])
        seconds = GaugeMetricFamily('cellwarden_job_seconds', 'Time the newest run took', labels=['job'])
        failing = GaugeMetricFamily('cellwarden_job_failing', '1 from a failure to the next success', labels=['job'])
        for name, health in self._jobs.items():
            runs.add_metric([name, 'ok'], health.runs - health.failures)
            runs.add_metric([name, 'failed'], health.failures)
            runs.add_metric([name, 'skipped'], health.skipped)
            seconds.add_metric([name], health.duration_s or 0.0)
            failing.add_metric([name], 1.0 if health.failing_since is not None else 0.0)
        yield runs
        yield seconds
        yield failing


class _MeasuredStore:
    def __init__(self, store: ApplicationStore, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, changes: Changes) -> list[Recorded]:
        began = time.perf_counter()
        kept = False
        try:
            recorded = await self._store.commit(changes)
            kept = True
            return recorded
        finally:
            devices = len(changes.rows.get(DeviceState, ()))
            self._metrics.committed(devices, time.perf_counter() - began, kept=kept)


def add_metrics(app: FastAPI, *, metrics: Metrics, token: str) -> None:
    """``GET /metrics``: for this machine, and from elsewhere for a program that shows ``token`` as bearer token (none set: for none).

    The figures name every enterprise, so no enterprise's own API token opens them. What a reverse proxy forwards is never local.
    """

    @app.get('/metrics', include_in_schema=False)
    async def figures(request: Request) -> Response:
        if not _is_local(request) and not _has_token(request, token):
            return PlainTextResponse('show the metrics token\n', 401, {'www-authenticate': 'Bearer realm="metrics"'})
        return Response(metrics.page(), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    if 'forwarded' in request.headers or 'x-forwarded-for' in request.headers:
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:  # a test client or a Unix socket has a name instead
        return False


def _has_token(request: Request, token: str) -> bool:
    try:
        return bool(token) and compare_digest(bearer(request.scope['headers']).encode(), token.encode())
    except NotSignedIn:
        return False
