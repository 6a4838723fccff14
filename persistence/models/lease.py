"""The table of leases: who may write."""

from tortoise import fields
from tortoise.models import Model

from persistence.models.base import id_field


class LeaseRow(Model):
    """Who may write what ``name`` stands for, and up to when (seconds since 1970 by the database's own clock).

    ``epoch`` rises with every holder and ``groups`` with every group of changes that was kept: see :mod:`persistence.lease`.
    """

    name = id_field(primary_key=True)
    holder = fields.TextField()
    epoch = fields.BigIntField()
    groups = fields.BigIntField()
    since = fields.FloatField()
    until = fields.FloatField()

    class Meta:
        table = 'lease'
