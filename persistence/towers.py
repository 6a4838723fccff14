"""Towers, their status, their checks and the history of those."""

from typing import Any

import msgspec
from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.checks.model import CheckResult, CheckState, check_of
from domain.towers.model import Tower, TowerState
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Form, Table, encode, reader, target, writer


class TowerRow(Row):
    name = fields.TextField()
    kind = fields.CharField(max_length=32)
    created_at = fields.FloatField()
    operator = fields.TextField()
    region = fields.TextField()
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    parent = id_field(null=True)
    backups = fields.TextField(db_default='[]')
    power = fields.TextField(db_default='[]')
    cells = fields.TextField()
    checks = fields.TextField()
    maintenance_until = fields.FloatField(null=True)
    maintenance_window = id_field(null=True)
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()
    notes = fields.TextField(db_default='[]')

    class Meta:
        table = 'tower'


class TowerStateRow(Row):
    status = fields.CharField(max_length=32)
    since = fields.FloatField(null=True)
    because = fields.TextField()
    served = fields.TextField(db_default='[]')
    lost = fields.TextField(db_default='[]')
    down_at = fields.FloatField(null=True)

    class Meta:
        table = 'tower_state'


class CheckStateRow(Row):
    tower = id_field()
    status = fields.CharField(max_length=32)
    since = fields.FloatField(null=True)
    attempts = fields.IntField()
    checked_at = fields.FloatField(null=True)
    rtt_ms = fields.FloatField(null=True)
    error = fields.TextField(null=True)
    remark = fields.TextField(null=True)
    turns = fields.IntField(db_default=0)

    class Meta:
        table = 'check_state'


class CheckResultRow(Model):
    id = fields.BigIntField(primary_key=True)
    tower = id_field()
    check_id = id_field()
    at = fields.FloatField()
    ok = fields.SmallIntField()
    rtt_ms = fields.FloatField(null=True)
    error = fields.TextField()

    class Meta:
        table = 'check_result'
        indexes = (Index(fields=('tower', 'at'), name='check_result_tower_at'),)


_flat = msgspec.json.Decoder(list[dict[str, Any]]).decode


FORMS = {
    'checks': Form(
        write=lambda checks: encode([check.flat() for check in checks]).decode(),
        read=lambda text: tuple(check_of(flat) for flat in _flat(text)),
    )
}
"""A check is stored flat, whatever its kind: as it always was."""


RESULTS = target(CheckResultRow, without=('id',))


_RENAMED = {'check_id': 'check'}  # CHECK is a word of SQL


result_row = writer(CheckResult, RESULTS.columns, _RENAMED)


read_result = reader(CheckResult, RESULTS.columns, _RENAMED)


_OF_LIVE_TOWER = 'EXISTS (SELECT 1 FROM tower w WHERE w.id = t.{} AND w.retired_at IS NULL)'
TABLES: tuple[Table[Any], ...] = (
    Table(Tower, TowerRow, live='t.retired_at IS NULL', forms=FORMS),
    Table(TowerState, TowerStateRow, live=_OF_LIVE_TOWER.format('id')),
    Table(CheckState, CheckStateRow, live=_OF_LIVE_TOWER.format('tower')),
)
