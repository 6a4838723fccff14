"""The public status page: what it says, its notices, the days of its components."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.status_page.model import Availability, Notice, StatusPage
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class StatusPageRow(Row):
    draft = fields.TextField()
    changed_at = fields.FloatField()
    shown = fields.TextField(null=True)
    slug = fields.CharField(max_length=48, null=True, unique=True)
    published_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'status_page'


class NoticeRow(Row):
    kind = fields.CharField(max_length=32)
    title = fields.TextField()
    components = fields.TextField()
    created_at = fields.FloatField()
    begins_at = fields.FloatField()
    ends_at = fields.FloatField(null=True)
    impact = fields.CharField(max_length=32)
    updates = fields.TextField()
    alert = id_field(null=True)
    closed_at = fields.FloatField(null=True)
    removed_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'status_notice'
        indexes = (Index(fields=('enterprise', 'removed_at'), name='status_notice_shown'),)


class AvailabilityRow(Row):
    days = fields.TextField()
    removed_at = fields.FloatField(null=True)

    class Meta:
        table = 'status_availability'


TABLES: tuple[Table[Any], ...] = (
    Table(StatusPage, StatusPageRow),
    Table(Notice, NoticeRow, live='t.removed_at IS NULL'),
    Table(Availability, AvailabilityRow, live='t.removed_at IS NULL'),
)
