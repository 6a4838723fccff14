"""Tables of enterprises, people, sessions, tokens and device credentials."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from persistence.models.base import Row, id_field


class EnterpriseRow(Model):
    id = id_field(primary_key=True)
    name = fields.TextField()
    created_at = fields.FloatField()
    quarantine_share = fields.FloatField()
    quarantine_least = fields.IntField()

    class Meta:
        table = 'enterprise'


class PersonRow(Row):
    email = fields.CharField(max_length=320)
    name = fields.TextField()
    role = fields.CharField(max_length=32)
    password_hash = fields.TextField()
    created_at = fields.FloatField()
    disabled_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'person'
        indexes = (Index(fields=('enterprise', 'email'), name='person_email'),)


class SessionRow(Row):
    person = id_field()
    created_at = fields.FloatField()
    expires_at = fields.FloatField()
    seen_at = fields.FloatField()
    address = fields.TextField()
    browser = fields.TextField()
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'session'
        indexes = (Index(fields=('person',), name='session_person'),)


class TokenRow(Row):
    kind = fields.CharField(max_length=32)
    name = fields.TextField()
    digest = fields.CharField(max_length=64, unique=True)
    created_at = fields.FloatField()
    scopes = fields.TextField()
    expires_at = fields.FloatField(null=True)
    uses_left = fields.IntField(null=True)
    revoked_at = fields.FloatField(null=True)

    class Meta:
        table = 'token'


class CredentialRow(Row):
    digest = fields.BinaryField()
    created_at = fields.FloatField()

    class Meta:
        table = 'credential'
