"""Identities, guesses and sessions."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.sign_in.model import Guesses, Identity, Session
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class IdentityRow(Model):
    id = id_field(primary_key=True)
    account = id_field()
    provider = fields.CharField(max_length=64)
    issuer = fields.TextField()
    subject = fields.TextField()
    created_at = fields.FloatField()
    seen_at = fields.FloatField()
    relink_until = fields.FloatField(null=True)
    forgotten_at = fields.FloatField(null=True)

    class Meta:
        table = 'identity'


class GuessesRow(Model):
    id = id_field(primary_key=True)
    times = fields.TextField()
    newest_at = fields.FloatField()

    class Meta:
        table = 'guesses'


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


TABLES: tuple[Table[Any], ...] = (
    Table(Identity, IdentityRow, live='t.forgotten_at IS NULL'),
    Table(Guesses, GuessesRow),
    Table(Session, SessionRow, live='t.ended_at IS NULL'),
)
