"""Credentials of devices."""

from tortoise import fields

from persistence.engine.columns import Row


class CredentialRow(Row):
    digest = fields.BinaryField()
    created_at = fields.FloatField()
    previous = fields.BinaryField(null=True)
    fingerprint = fields.CharField(max_length=64, null=True)
    approved = fields.SmallIntField(db_default=1)
    revoked_at = fields.FloatField(null=True)

    class Meta:
        table = 'credential'
