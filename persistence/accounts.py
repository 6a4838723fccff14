"""Accounts, and what they are to which enterprise."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.access.enterprises import Enterprise
from domain.accounts.model import Account, Person
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class EnterpriseRow(Model):
    id = id_field(primary_key=True)
    name = fields.TextField()
    created_at = fields.FloatField()
    quarantine_share = fields.FloatField()
    quarantine_least = fields.IntField()
    browsers_keep = fields.SmallIntField(db_default=1)
    links_answer = fields.SmallIntField(db_default=0)

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


TABLES: tuple[Table[Any], ...] = (
    Table(Enterprise, EnterpriseRow),
    Table(Account, AccountRow),
    Table(Person, PersonRow, live='t.disabled_at IS NULL'),
)
