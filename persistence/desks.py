"""Desks and views of lists."""

from typing import Any

from tortoise import fields

from domain.desks.model import Desk, View
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class DeskRow(Row):
    theme = fields.CharField(max_length=32)
    density = fields.CharField(max_length=32)
    zone = fields.CharField(max_length=64)
    locale = fields.CharField(max_length=64)
    hours = fields.CharField(max_length=32)
    columns = fields.TextField()
    landing = id_field()
    loud = fields.CharField(max_length=32, db_default='major')
    sound = fields.SmallIntField(db_default=0)

    class Meta:
        table = 'desk'


class ViewRow(Row):
    owner = id_field()
    name = fields.TextField()
    list = fields.CharField(max_length=64)
    query = fields.TextField()
    created_at = fields.FloatField()
    columns = fields.TextField()
    shared = fields.SmallIntField()
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'saved_view'


TABLES: tuple[Table[Any], ...] = (Table(Desk, DeskRow), Table(View, ViewRow, live='t.ended_at IS NULL'))
