"""Alerts."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.alerts.model import Alert
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


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
    acknowledged_at = fields.FloatField(null=True)
    acknowledged_by = fields.TextField(null=True)
    comment = fields.TextField()
    version = fields.IntField()

    class Meta:
        table = 'alert'
        indexes = (
            Index(fields=('enterprise', 'object_id', 'id'), name='alert_object'),
            Index(fields=('cleared_at', 'id'), name='alert_cleared'),
        )


TABLES: tuple[Table[Any], ...] = (Table(Alert, AlertRow, is_open='t.cleared_at IS NULL'),)
