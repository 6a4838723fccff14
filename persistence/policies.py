"""Policies and violations."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.policies.model import Policy
from domain.policies.violations import Violation
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class PolicyRow(Row):
    name = fields.TextField()
    rule = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    description = fields.TextField()
    severity = fields.CharField(max_length=32)
    selector = fields.TextField()
    mode = fields.CharField(max_length=32)
    grace_s = fields.BigIntField()
    action = fields.CharField(max_length=32)
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'policy'


class ViolationRow(Row):
    device = id_field()
    policy = id_field()
    policy_version = fields.IntField()
    severity = fields.CharField(max_length=32)
    opened_at = fields.FloatField()
    evidence = fields.TextField()
    tower = id_field(null=True)
    excused_at = fields.FloatField(null=True)
    cleared_at = fields.FloatField(null=True)
    cleared_because = fields.TextField(null=True)
    command = id_field(null=True)

    class Meta:
        table = 'violation'
        indexes = (
            Index(fields=('enterprise', 'device', 'id'), name='violation_device'),
            Index(fields=('enterprise', 'policy', 'id'), name='violation_policy'),
            Index(fields=('cleared_at', 'id'), name='violation_cleared'),
        )


TABLES: tuple[Table[Any], ...] = (
    Table(Policy, PolicyRow, live='t.retired_at IS NULL'),
    Table(Violation, ViolationRow, is_open='t.cleared_at IS NULL'),
)
