"""One-time links."""

from typing import Any

from tortoise import fields

from domain.people.model import Link
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class LinkRow(Row):
    kind = fields.CharField(max_length=32)
    digest = fields.CharField(max_length=64, unique=True)
    created_at = fields.FloatField()
    expires_at = fields.FloatField()
    by = fields.TextField()
    issuer = id_field(db_default='')
    email = fields.CharField(max_length=320)
    name = fields.TextField()
    account = id_field()
    role = fields.CharField(max_length=32)
    scope = fields.TextField()
    spent_at = fields.FloatField(null=True)

    class Meta:
        table = 'link'


TABLES: tuple[Table[Any], ...] = (Table(Link, LinkRow, live='t.spent_at IS NULL'),)
