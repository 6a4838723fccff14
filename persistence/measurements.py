"""Measurements, by minute and by hour."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.measurements.model import Measurement
from persistence.engine.columns import Row
from persistence.engine.rows import Table


class MeasurementRow(Row):
    series = fields.CharField(max_length=64)
    step_s = fields.IntField()
    at = fields.FloatField()
    low = fields.FloatField()
    mean = fields.FloatField()
    high = fields.FloatField()
    count = fields.IntField()

    class Meta:
        table = 'measurement'
        indexes = (Index(fields=('enterprise', 'step_s', 'series', 'at'), name='measurement_series_at'),)


TABLES: tuple[Table[Any], ...] = (Table(Measurement, MeasurementRow, live='1 = 0'),)
