"""Maintenance windows."""

from typing import Any

import msgspec
from tortoise import fields

from domain.maintenance.model import MaintenanceWindow
from persistence.engine.columns import Row
from persistence.engine.rows import Form, Table, encode


class MaintenanceWindowRow(Row):
    name = fields.TextField()
    zone = fields.CharField(max_length=64)
    starts_on = fields.CharField(max_length=32)
    length_min = fields.IntField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    rule = fields.TextField()
    towers = fields.TextField()
    regions = fields.TextField()
    operators = fields.TextField()
    labels = fields.TextField(null=True)
    below = fields.SmallIntField()
    begun = fields.FloatField(null=True)
    until = fields.FloatField(null=True)
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'maintenance_window'


_labels = msgspec.json.Decoder(dict[str, str]).decode
LABELS = Form(write=lambda labels: encode(labels).decode(), read=lambda text: _labels(text) if text else {})
"""Windows of earlier releases have none."""

TABLES: tuple[Table[Any], ...] = (
    Table(MaintenanceWindow, MaintenanceWindowRow, live='t.retired_at IS NULL', forms={'labels': LABELS}),
)
