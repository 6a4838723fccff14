"""Alerts, open and cleared; the cleared ones are read page by page."""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.alerts.archive import AlertOrder, AlertQuery, Counts
from domain.alerts.model import AlarmType, Alert
from domain.common.severity import RANK, Severity
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table
from persistence.engine.sql import Where


class AlertRow(Row):
    key = fields.TextField()
    alarm_type = fields.CharField(max_length=64)
    severity = fields.CharField(max_length=32)
    probable_cause = fields.CharField(max_length=64)
    problem = fields.TextField()
    object_kind = fields.CharField(max_length=32)
    object_id = id_field()
    object_name = fields.TextField()
    raised_at = fields.FloatField()
    changed_at = fields.FloatField()
    cleared_at = fields.FloatField(null=True)
    detail = fields.TextField()
    devices = fields.IntField()
    score = fields.FloatField(null=True)
    witnesses = fields.TextField()
    evidence = fields.TextField(db_default='[]')
    acknowledged_at = fields.FloatField(null=True)
    acknowledged_by = fields.TextField(null=True)
    comment = fields.TextField()
    acknowledgements = fields.TextField(db_default='[]')
    reopened_at = fields.FloatField(null=True)
    peak_severity = fields.CharField(max_length=32, db_default='indeterminate')
    peak_devices = fields.IntField(db_default=0)
    first_problem = fields.TextField(db_default='')
    first_detail = fields.TextField(db_default='')
    told_severity = fields.CharField(max_length=32, db_default='indeterminate')
    told_devices = fields.IntField(db_default=0)
    recovery = fields.TextField(db_default='')
    held_since = fields.FloatField(null=True)
    awaited = fields.IntField(null=True)
    missing = fields.IntField(null=True)
    comments = fields.TextField(db_default='[]')
    keys = fields.TextField(db_default='[]')
    parent = id_field(null=True)
    children = fields.IntField(db_default=0)
    told_at = fields.FloatField(null=True)
    waits_since = fields.FloatField(null=True)
    tell_at = fields.FloatField(null=True)
    flapping_since = fields.FloatField(null=True)
    acknowledged_until = fields.FloatField(null=True)
    assigned_to = id_field(null=True)
    assigned_name = fields.TextField(db_default='')
    assigned_at = fields.FloatField(null=True)
    assigned_by = fields.TextField(db_default='')
    snoozed_at = fields.FloatField(null=True)
    snoozed_until = fields.FloatField(null=True)
    snoozed_by = fields.TextField(db_default='')
    snooze_reason = fields.TextField(db_default='')
    false_at = fields.FloatField(null=True)
    false_by = fields.TextField(db_default='')
    false_reason = fields.TextField(db_default='')
    merged_by = fields.TextField(db_default='')
    silence = id_field(null=True)
    silenced_until = fields.FloatField(null=True)
    silenced_by = fields.TextField(db_default='')
    silence_reason = fields.TextField(db_default='')
    condition = fields.TextField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'alert'
        indexes = (
            Index(fields=('enterprise', 'object_id', 'id'), name='alert_object'),
            Index(fields=('cleared_at', 'id'), name='alert_cleared'),
            Index(fields=('enterprise', 'cleared_at'), name='alert_archive'),
            Index(fields=('enterprise', 'parent'), name='alert_parent'),
        )


TABLES: tuple[Table[Any], ...] = (Table(Alert, AlertRow, is_open='t.cleared_at IS NULL'),)

Fetch = Callable[[str, Where], Awaitable[Sequence[Any]]]
_RANKS = ' '.join(f"WHEN '{severity}' THEN {rank}" for severity, rank in RANK.items())
_ORDERS = {
    'severity': f'CASE t.severity {_RANKS} ELSE 9 END',
    'raised': 't.raised_at',
    'cleared': 't.cleared_at',
    'devices': 't.peak_devices',
    'lasted': 't.cleared_at - t.raised_at',
    'object': 't.object_name',
}
_SEARCHED = ('t.problem', 't.object_name', 't.detail')


def condition(where: Where, enterprise: str, query: AlertQuery) -> Where:
    """What an alert must be to be found."""
    where.add('t.enterprise = {}', enterprise)
    for column, values in (
        ('severity', query.severities),
        ('alarm_type', query.types),
        ('probable_cause', query.causes),
        ('object_kind', query.object_kinds),
        ('object_id', (query.object_id,) if query.object_id is not None else ()),
        ('parent', (query.under,) if query.under is not None else ()),
    ):
        where.among(f't.{column}', tuple(values))
    if query.until is not None:
        where.add('t.raised_at < {}', query.until)
    if query.since is not None:
        where.add('(t.cleared_at IS NULL OR t.cleared_at >= {})', query.since)
    if query.roots:
        where.add('t.parent IS NULL')
    if query.false:
        where.add('t.false_at IS NOT NULL')
    return where.within(query.text, _SEARCHED)


class AlertArchive:
    """Reads alerts of one enterprise that are cleared, or that were raised before another one."""

    def __init__(self, fetch: Fetch, where: Callable[[], Where], binary: str) -> None:
        self._fetch = fetch
        self._where = where
        self._binary = binary

    async def cleared_alerts(
        self, enterprise: str, query: AlertQuery, order: AlertOrder, *, skip: int = 0, limit: int
    ) -> list[Alert]:
        """Cleared alerts that fit, in that order, after ``skip`` others."""
        where = condition(self._where(), enterprise, query).add('t.cleared_at IS NOT NULL')
        first = _ORDERS[order.by] + (self._binary if order.by == 'object' else '')
        way = 'DESC' if order.down else 'ASC'
        window = f'LIMIT {where.mark(limit)} OFFSET {where.mark(skip)}'
        return await self._read(where, f'{first} {way}, t.raised_at DESC, t.id DESC {window}')

    async def alerts_before(
        self, enterprise: str, query: AlertQuery, *, is_open: bool | None, before: str | None, limit: int
    ) -> list[Alert]:
        """Alerts that fit (open ones, cleared ones, or both), newest id first, older than the id ``before``."""
        where = condition(self._where(), enterprise, query)
        if is_open is not None:
            where.add(f't.cleared_at IS {"NULL" if is_open else "NOT NULL"}')
        if before is not None:
            where.add('t.id < {}', before)
        return await self._read(where, f't.id DESC LIMIT {where.mark(limit)}')

    async def cleared_counts(self, enterprise: str, query: AlertQuery) -> Counts:
        """How many cleared alerts fit, by severity and type."""
        where = condition(self._where(), enterprise, query).add('t.cleared_at IS NOT NULL')
        rows = await self._fetch(
            f'SELECT t.severity, t.alarm_type, COUNT(*) FROM alert t{where} GROUP BY t.severity, t.alarm_type', where
        )
        return {(Severity(row[0]), AlarmType(row[1])): row[2] for row in rows}

    async def _read(self, where: Where, order: str) -> list[Alert]:
        (table,) = TABLES
        rows = await self._fetch(f'SELECT {table.select} FROM {table.source}{where} ORDER BY {order}', where)
        return [table.read(row) for row in rows]
