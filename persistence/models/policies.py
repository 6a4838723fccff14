"""Tables of policies and what follows from them: violations, commands, alerts."""

from tortoise import fields
from tortoise.indexes import Index

from persistence.models.base import Row, id_field


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


class CommandRow(Row):
    device = id_field()
    action = fields.CharField(max_length=32)
    key = fields.TextField()
    state = fields.CharField(max_length=32)
    requested_at = fields.FloatField()
    moved_at = fields.FloatField()
    expires_at = fields.FloatField()
    reason = fields.TextField()
    because = fields.TextField()
    policy = id_field(null=True)
    violation = id_field(null=True)
    requested_by = fields.TextField()
    delivered_at = fields.FloatField(null=True)
    deliveries = fields.IntField()

    class Meta:
        table = 'command'
        indexes = (
            Index(fields=('enterprise', 'device', 'id'), name='command_device'),
            Index(fields=('state', 'id'), name='command_state'),
            Index(fields=('moved_at',), name='command_moved'),
        )


class AlertRow(Row):
    key = fields.TextField()
    alarm_type = fields.CharField(max_length=64)
    severity = fields.CharField(max_length=32)
    probable_cause = fields.CharField(max_length=64)
    problem = fields.TextField()
    object_kind = fields.CharField(max_length=32)
    object_id = id_field()
    object_name = fields.TextField()
    raised_at = fields.FloatField()
    changed_at = fields.FloatField()
    cleared_at = fields.FloatField(null=True)
    detail = fields.TextField()
    devices = fields.IntField()
    score = fields.FloatField(null=True)
    witnesses = fields.TextField()
    acknowledged_at = fields.FloatField(null=True)
    acknowledged_by = fields.TextField(null=True)
    comment = fields.TextField()
    version = fields.IntField()

    class Meta:
        table = 'alert'
        indexes = (
            Index(fields=('enterprise', 'object_id', 'id'), name='alert_object'),
            Index(fields=('cleared_at', 'id'), name='alert_cleared'),
        )
