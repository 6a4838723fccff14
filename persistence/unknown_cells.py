"""Cells that no tower lists, with who was on them."""

from typing import Any

from tortoise import fields

from domain.devices.unknown_cells.model import UnknownCell
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class UnknownCellRow(Row):
    key = fields.CharField(max_length=96)
    rat = fields.CharField(max_length=16)
    mcc = fields.CharField(max_length=8)
    mnc = fields.CharField(max_length=8)
    tac = fields.BigIntField(null=True)
    cell_id = fields.BigIntField()
    basis = fields.CharField(max_length=16)
    first_at = fields.FloatField()
    last_at = fields.FloatField()
    times = fields.IntField()
    devices = fields.IntField()
    near = id_field(null=True)
    sightings = fields.TextField()
    trusted_until = fields.FloatField(null=True)
    rogue_at = fields.FloatField(null=True)
    by = fields.TextField()
    reason = fields.TextField()
    ended_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'unknown_cell'


TABLES: tuple[Table[Any], ...] = (Table(UnknownCell, UnknownCellRow, live='t.ended_at IS NULL'),)
