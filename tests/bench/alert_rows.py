"""Open alerts and the log of what was told of them, stored in seconds: half of the alerts stand alone, the others in trees of fifty."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.changes.store import Changes, Store
from domain.channels.announcing import as_it_is
from domain.channels.model import Delivery, DeliveryState
from domain.common.ids import new_id
from domain.common.severity import Severity
from domain.towers.alerts import FAILING
from domain.towers.model import Tower, TowerKind, TowerState, TowerStatus

TREE = 50
"""Alerts of one outage: its root, and what that has cut off."""
STEP = 2000
SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
TOLD_OF = 'ALERT-IN-QUESTION'
"""The alert of which it is asked who was told."""
TOLD_TIMES = 40
"""Attempts of that alert."""


async def store_alerts(store: Store, enterprise: str, count: int) -> list[Alert]:
    """That many open alerts of towers that are down, roots first."""
    found = list(_alerts(enterprise, count, time.time() - 3600))
    for begin in range(0, count, STEP):
        part = found[begin : begin + STEP]
        rows: dict[type, dict[str, Any]] = {
            Tower: {alert.object_id: _tower(alert) for alert in part},
            TowerState: {alert.object_id: _state(alert) for alert in part},
            Alert: {alert.id: alert for alert in part},
        }
        await store.commit(Changes(rows=rows))
    return found


async def store_deliveries(store: Store, alerts: list[Alert], channel: str) -> None:
    """That each of the alerts has arrived on the channel."""
    rows = {}
    for alert in alerts:
        said = as_it_is(alert, News.RAISED, alert.raised_at)
        rows[alert.id] = Delivery(
            id=new_id(), enterprise=alert.enterprise, channel=channel, alert=alert.id, announcement=said,
            created_at=alert.raised_at, next_at=alert.raised_at, state=DeliveryState.DELIVERED, attempts=1,
            tried_at=alert.raised_at, said='HTTP 204', done_at=alert.raised_at,
        )  # fmt: skip
    await store.commit(Changes(rows={Delivery: {row.id: row for row in rows.values()}}))


def _alerts(enterprise: str, count: int, at: float) -> Iterator[Alert]:
    root = ''
    for number in range(count):
        in_tree = number < count // 2
        is_root = not in_tree or number % TREE == 0
        id, tower = new_id(), new_id()
        root = id if is_root else root
        status = TowerStatus.DOWN if is_root else TowerStatus.UNREACHABLE
        severity = SEVERITIES[number % len(SEVERITIES)]
        problem = f'Mast {number} is {status}'
        yield Alert(
            id=id,
            enterprise=enterprise,
            key=FAILING.key_of(tower),
            alarm_type=AlarmType.COMMUNICATIONS,
            severity=severity,
            probable_cause=ProbableCause.LOSS_OF_SIGNAL,
            problem=problem,
            object_kind='tower',
            object_id=tower,
            object_name=f'Mast {number}',
            raised_at=at + number / 10,
            changed_at=at + number / 10,
            detail=f'TCP 10.0.{number // 256 % 256}.{number % 256}:5060: refused',
            devices=number % 40,
            peak_severity=severity,
            peak_devices=number % 40,
            first_problem=problem,
            told_severity=severity,
            told_devices=number % 40,
            told_at=at + number / 10 if is_root else None,
            parent=None if is_root else root,
            children=TREE - 1 if in_tree and is_root else 0,
        )


def _tower(alert: Alert) -> Tower:
    return Tower(
        id=alert.object_id,
        enterprise=alert.enterprise,
        name=alert.object_name,
        kind=TowerKind.MACRO,
        created_at=alert.raised_at,
    )


def _state(alert: Alert) -> TowerState:
    status = TowerStatus.DOWN if alert.parent is None else TowerStatus.UNREACHABLE
    return TowerState(alert.object_id, alert.enterprise, status, alert.raised_at, alert.detail, down_at=alert.raised_at)


ATTEMPTS = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
INSERT INTO delivery_attempt (id, enterprise, delivery, channel, alert, news, at, outcome, said, took_s, code, next_at, recipient)
SELECT '01' || {padded}, '{enterprise}', 'DELIVERY-' || n, 'CHANNEL-' || (n % 7),
  CASE WHEN n % {every} = 0 THEN '{alert}' ELSE 'ALERT-' || (n / 5) END,
  'raised', {newest} - ({count} - n) * 2.0, CASE WHEN n % 9 = 0 THEN 'later' ELSE 'delivered' END, 'HTTP 204', 0.05, 204, NULL,
  CASE WHEN n % 3 = 0 THEN 'PERSON-' || (n % 20) ELSE '' END
FROM numbers
"""
"""As both databases take it."""
PADDED_SQLITE = "printf('%024d', n)"
PADDED_POSTGRES = "lpad(n::text, 24, '0')"


def attempts_sql(enterprise: str, count: int, padded: str) -> str:
    """The statement that stores so many attempts, two seconds apart, some of them of :data:`TOLD_OF`."""
    every = count // TOLD_TIMES
    return ATTEMPTS.format(
        count=count, padded=padded, enterprise=enterprise, every=every, alert=TOLD_OF, newest=time.time()
    )


def store_attempts(file: Path, enterprise: str, count: int) -> None:
    """Into an SQLite file that no server has open; its indexes are made anew afterwards, which takes a third of the time."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute('PRAGMA synchronous = OFF')
        _without_indexes(database.execute, lambda: database.execute(attempts_sql(enterprise, count, PADDED_SQLITE)))


def _without_indexes(run: Callable[[str], sqlite3.Cursor], fill: Callable[[], object]) -> None:
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'delivery_attempt' AND sql IS NOT NULL"
    )
    indexes = run(query).fetchall()
    for name, _ in indexes:
        run(f'DROP INDEX "{name}"')
    fill()
    for _, made in indexes:
        run(made)
