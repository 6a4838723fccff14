"""What enterprises have set of the rules that raise alerts."""

from typing import Any

from tortoise import fields

from domain.alerts.model import AlertTuning
from persistence.engine.columns import Row
from persistence.engine.rows import Table


class AlertTuningRow(Row):
    rule = fields.CharField(max_length=32)
    changed_at = fields.FloatField()
    enabled = fields.SmallIntField()
    reason = fields.TextField()
    severity = fields.CharField(null=True, max_length=32)
    after_s = fields.FloatField()
    limits = fields.TextField()
    scope = fields.TextField()
    by = fields.TextField()
    version = fields.IntField()

    class Meta:
        table = 'alert_tuning'


TABLES: tuple[Table[Any], ...] = (Table(AlertTuning, AlertTuningRow),)
