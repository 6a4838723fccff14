"""Links by which people outside read of an incident."""

from typing import Any

from tortoise import fields

from domain.incidents.links.model import IncidentLink
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class IncidentLinkRow(Row):
    alert = id_field()
    title = fields.TextField()
    label = fields.TextField()
    digest = fields.CharField(max_length=64)
    parts = fields.TextField()
    created_at = fields.FloatField()
    created_by = fields.TextField()
    expires_at = fields.FloatField()
    revoked_at = fields.FloatField(null=True)
    revoked_by = fields.TextField()
    opened = fields.IntField()
    opened_at = fields.FloatField(null=True)
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'incident_link'


TABLES: tuple[Table[Any], ...] = (Table(IncidentLink, IncidentLinkRow, live='t.ended_at IS NULL'),)
