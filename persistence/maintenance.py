"""Maintenance windows, and the calendars that they follow."""

from typing import Any

import msgspec
from tortoise import fields

from domain.maintenance.calendars.model import WorksCalendar
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
    calendar = fields.CharField(max_length=64, db_default='')
    event = fields.TextField(db_default='')
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'maintenance_window'


class WorksCalendarRow(Row):
    name = fields.TextField()
    host = fields.TextField()
    sealed = fields.TextField()
    zone = fields.CharField(max_length=64)
    every_min = fields.IntField()
    texts = fields.TextField()
    by_name = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    rules = fields.TextField()
    left_out = fields.TextField()
    below = fields.SmallIntField()
    state = fields.TextField()
    events = fields.TextField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'works_calendar'


_labels = msgspec.json.Decoder(dict[str, str]).decode
LABELS = Form(write=lambda labels: encode(labels).decode(), read=lambda text: _labels(text) if text else {})
"""Windows of earlier releases have none."""

TABLES: tuple[Table[Any], ...] = (
    Table(MaintenanceWindow, MaintenanceWindowRow, live='t.retired_at IS NULL', forms={'labels': LABELS}),
    Table(WorksCalendar, WorksCalendarRow, live='t.retired_at IS NULL'),
)
