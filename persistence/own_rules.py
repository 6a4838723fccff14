"""Rules that enterprises write themselves."""

from typing import Any

from tortoise import fields

from domain.own_rules.model import FactHold, OwnRule
from persistence.engine.columns import Row
from persistence.engine.rows import Table


class OwnRuleRow(Row):
    name = fields.TextField()
    expression = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    for_s = fields.FloatField()
    severity = fields.CharField(max_length=32)
    text = fields.TextField()
    counted = fields.TextField()
    enabled = fields.SmallIntField()
    by = fields.TextField()
    over = fields.CharField(max_length=32, db_default='counters')
    at_least = fields.IntField(db_default=1)
    each = fields.SmallIntField(db_default=0)
    asks_since = fields.FloatField(db_default=0.0)
    holds_since = fields.FloatField(null=True)
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'own_rule'


class FactHoldRow(Row):
    rule = fields.CharField(max_length=64)
    device = fields.CharField(max_length=64)
    since = fields.FloatField()
    due_at = fields.FloatField(null=True)
    reading = fields.TextField()
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'fact_hold'


TABLES: tuple[Table[Any], ...] = (
    Table(OwnRule, OwnRuleRow, live='t.retired_at IS NULL'),
    Table(FactHold, FactHoldRow, live='t.ended_at IS NULL'),
)
