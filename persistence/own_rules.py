"""Rules that enterprises write themselves."""

from typing import Any

from tortoise import fields

from domain.own_rules.model import OwnRule
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
    holds_since = fields.FloatField(null=True)
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'own_rule'


TABLES: tuple[Table[Any], ...] = (Table(OwnRule, OwnRuleRow, live='t.retired_at IS NULL'),)
