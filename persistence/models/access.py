"""Tables of enterprises, people and how they come in, sessions, tokens and device credentials."""

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


class AccountRow(Model):
    id = id_field(primary_key=True)
    email = fields.CharField(max_length=320, unique=True)
    name = fields.TextField()
    created_at = fields.FloatField()
    password_hash = fields.TextField(null=True)
    password_at = fields.FloatField(null=True)
    totp = fields.TextField(null=True)
    totp_step = fields.BigIntField()
    recovery = fields.TextField()
    owner = fields.SmallIntField()
    suspended_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'account'


class IdentityRow(Model):
    id = id_field(primary_key=True)
    account = id_field()
    provider = fields.CharField(max_length=64)
    issuer = fields.TextField()
    subject = fields.TextField()
    created_at = fields.FloatField()
    seen_at = fields.FloatField()

    class Meta:
        table = 'identity'


class GuessesRow(Model):
    id = id_field(primary_key=True)
    times = fields.TextField()
    newest_at = fields.FloatField()

    class Meta:
        table = 'guesses'


class LinkRow(Row):
    kind = fields.CharField(max_length=32)
    digest = fields.CharField(max_length=64, unique=True)
    created_at = fields.FloatField()
    expires_at = fields.FloatField()
    by = fields.TextField()
    issuer = id_field(db_default='')
    email = fields.CharField(max_length=320)
    name = fields.TextField()
    account = id_field()
    role = fields.CharField(max_length=32)
    scope = fields.TextField()
    spent_at = fields.FloatField(null=True)

    class Meta:
        table = 'link'


class PersonRow(Row):
    account = id_field(db_default='')
    email = fields.CharField(max_length=320)
    name = fields.TextField()
    role = fields.CharField(max_length=32)
    created_at = fields.FloatField()
    scope = fields.TextField(db_default='{"labels":{},"regions":[]}')
    kind = fields.CharField(max_length=32, db_default='person')
    provider = fields.CharField(max_length=64, db_default='')
    disabled_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'person'
        indexes = (Index(fields=('enterprise', 'email'), name='person_email'),)


class SessionRow(Row):
    digest = fields.CharField(max_length=64)
    account = id_field()
    person = id_field()
    created_at = fields.FloatField()
    expires_at = fields.FloatField()
    seen_at = fields.FloatField()
    raised_at = fields.FloatField(null=True)
    address = fields.TextField()
    browser = fields.TextField()
    method = fields.CharField(max_length=64)
    provider = fields.CharField(max_length=64)
    provider_session = fields.TextField()
    identity_token = fields.TextField(db_default='')
    pending = fields.SmallIntField()
    ended_at = fields.FloatField(null=True)
    ended_because = fields.TextField()

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
    person = id_field(null=True)
    created_by = fields.TextField(db_default='')
    labels = fields.TextField(db_default='{}')
    approval = fields.SmallIntField(db_default=0)
    replaces = fields.SmallIntField(db_default=0)
    used_at = fields.FloatField(null=True)
    used_from = fields.CharField(max_length=64, db_default='')
    revoked_at = fields.FloatField(null=True)
    beginning = fields.CharField(max_length=16, db_default='')

    class Meta:
        table = 'token'


class CredentialRow(Row):
    digest = fields.BinaryField()
    created_at = fields.FloatField()
    previous = fields.BinaryField(null=True)
    fingerprint = fields.CharField(max_length=64, null=True)
    approved = fields.SmallIntField(db_default=1)
    revoked_at = fields.FloatField(null=True)

    class Meta:
        table = 'credential'
