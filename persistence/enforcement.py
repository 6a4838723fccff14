"""Commands, and the locks they leave."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.enforcement.model import OPEN_STATES, Command, Lock
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


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


class LockRow(Row):
    """What stands of lock and wipe, for the few devices that were told."""

    locked_at = fields.FloatField(null=True)
    wiped_at = fields.FloatField(null=True)
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'device_lock'


OPEN = ', '.join(sorted(f"'{state.value}'" for state in OPEN_STATES))
TABLES: tuple[Table[Any], ...] = (
    Table(Lock, LockRow, live='t.ended_at IS NULL'),
    Table(Command, CommandRow, is_open=f't.state IN ({OPEN})'),
)
