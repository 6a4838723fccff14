"""Credentials of devices."""

from typing import Any

from tortoise import fields

from domain.enrolment.model import Credential
from persistence.engine.columns import Row
from persistence.engine.rows import Table


class CredentialRow(Row):
    digest = fields.BinaryField()
    created_at = fields.FloatField()
    previous = fields.BinaryField(null=True)
    fingerprint = fields.CharField(max_length=64, null=True)
    approved = fields.SmallIntField(db_default=1)
    revoked_at = fields.FloatField(null=True)

    class Meta:
        table = 'credential'


_OF_LIVE_DEVICE = 'EXISTS (SELECT 1 FROM device d WHERE d.id = t.id AND d.retired_at IS NULL)'
TABLES: tuple[Table[Any], ...] = (Table(Credential, CredentialRow, live=f't.revoked_at IS NULL AND {_OF_LIVE_DEVICE}'),)
