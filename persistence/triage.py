"""Shifts that were handed over."""

from typing import Any

from tortoise import fields

from domain.triage.model import Handover
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class HandoverRow(Row):
    at = fields.FloatField()
    by = fields.TextField()
    giver = id_field()
    note = fields.TextField()
    person = id_field()
    name = fields.TextField()
    open = fields.IntField()
    alerts = fields.TextField()
    taken_at = fields.FloatField(null=True)
    taken_by = fields.TextField()
    ended_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'handover'


TABLES: tuple[Table[Any], ...] = (Table(Handover, HandoverRow, live='t.ended_at IS NULL'),)
