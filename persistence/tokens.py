"""API tokens and enrolment tokens."""

from typing import Any

from tortoise import fields

from domain.tokens.model import Token
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class TokenRow(Row):
    kind = fields.CharField(max_length=32)
    name = fields.TextField()
    digest = fields.CharField(max_length=64, unique=True)
    created_at = fields.FloatField()
    scopes = fields.TextField()
    expires_at = fields.FloatField(null=True)
    uses_left = fields.IntField(null=True)
    person = id_field(null=True)
    created_by = fields.TextField(db_default='')
    labels = fields.TextField(db_default='{}')
    approval = fields.SmallIntField(db_default=0)
    replaces = fields.SmallIntField(db_default=0)
    used_at = fields.FloatField(null=True)
    used_from = fields.CharField(max_length=64, db_default='')
    revoked_at = fields.FloatField(null=True)
    beginning = fields.CharField(max_length=16, db_default='')
    criticality = fields.CharField(max_length=32, db_default='')

    class Meta:
        table = 'token'


TABLES: tuple[Table[Any], ...] = (Table(Token, TokenRow, live='t.revoked_at IS NULL'),)
