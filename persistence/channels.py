"""Channels, what is under way on them, and the log of what was tried."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.channels.model import Attempt, BouncingAddress, Channel, ChannelHealth, Delivery, NotifiedBrowser
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class ChannelRow(Row):
    name = fields.TextField()
    kind = fields.CharField(max_length=32)
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    settings = fields.TextField()
    sealed = fields.TextField()
    former_until = fields.FloatField(null=True)
    least_severity = fields.CharField(max_length=32)
    per_minute = fields.IntField()
    enabled = fields.SmallIntField()
    disabled_because = fields.TextField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()
    next_channel = id_field(db_default='')
    next_after_min = fields.IntField(db_default=5)

    class Meta:
        table = 'channel'


class ChannelHealthRow(Row):
    failures = fields.IntField()
    failing_since = fields.FloatField(null=True)
    delivered_at = fields.FloatField(null=True)
    tried_at = fields.FloatField(null=True)
    said = fields.TextField()
    held_until = fields.FloatField(null=True)
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'channel_health'


class DeliveryRow(Row):
    channel = id_field()
    alert = id_field()
    announcement = fields.TextField()
    created_at = fields.FloatField()
    next_at = fields.FloatField()
    state = fields.CharField(max_length=32)
    attempts = fields.IntField()
    tried_at = fields.FloatField(null=True)
    said = fields.TextField()
    done_at = fields.FloatField(null=True)
    ended_at = fields.FloatField(null=True)
    recipient = id_field(db_default='')
    address = fields.TextField(db_default='')
    not_before = fields.FloatField(null=True)
    key = id_field(db_default='')
    fell_from = id_field(db_default='')
    fell_at = fields.FloatField(null=True)

    class Meta:
        table = 'delivery'
        indexes = (
            Index(fields=('ended_at', 'id'), name='delivery_live'),
            Index(fields=('enterprise', 'alert', 'id'), name='delivery_alert'),
        )


class NotifiedBrowserRow(Row):
    person = id_field()
    session = id_field()
    name = fields.TextField()
    digest = id_field()
    sealed = fields.TextField()
    created_at = fields.FloatField()
    delivered_at = fields.FloatField(null=True)
    said = fields.TextField()
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'notified_browser'


class BouncingAddressRow(Row):
    channel = id_field()
    address = fields.TextField()
    at = fields.FloatField()
    said = fields.TextField()
    delivery = id_field()
    recipient = id_field()
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'bouncing_address'


class AttemptRow(Row):
    delivery = id_field()
    channel = id_field()
    alert = id_field()
    news = fields.CharField(max_length=32)
    at = fields.FloatField()
    outcome = fields.CharField(max_length=32)
    said = fields.TextField()
    took_s = fields.FloatField()
    code = fields.IntField(null=True)
    next_at = fields.FloatField(null=True)
    recipient = id_field(db_default='')
    problem = fields.TextField(db_default='')

    class Meta:
        table = 'delivery_attempt'
        indexes = (
            Index(fields=('enterprise', 'id'), name='attempt_newest'),
            Index(fields=('enterprise', 'alert', 'id'), name='attempt_alert'),
            Index(fields=('enterprise', 'channel', 'id'), name='attempt_channel'),
            Index(fields=('at',), name='attempt_age'),
        )


TABLES: tuple[Table[Any], ...] = (
    Table(Channel, ChannelRow, live='t.retired_at IS NULL'),
    Table(ChannelHealth, ChannelHealthRow, live='t.ended_at IS NULL'),
    Table(BouncingAddress, BouncingAddressRow, live='t.ended_at IS NULL'),
    Table(Delivery, DeliveryRow, live='t.ended_at IS NULL'),
    Table(NotifiedBrowser, NotifiedBrowserRow, live='t.ended_at IS NULL'),
    Table(Attempt, AttemptRow, live='1 = 0'),
)
