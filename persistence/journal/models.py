"""Tables of the journal, its counter, and the marks of retention."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.kinds import AUDITED
from persistence.engine.columns import PartIndex, id_field

_KINDS = ', '.join(f"'{kind}'" for kind in sorted(AUDITED))
IS_AUDITED = f"(actor_ref <> '' OR kind IN ({_KINDS}))"
"""The entries of the audit trail, among the thousand times as many that devices and towers cause."""


class JournalEntryRow(Model):
    """What happened. ``payload`` holds the entry's own fields as JSON, ``kind`` names its class.

    ``actor`` is the name of the person or program behind it, ``actor_ref`` its kind and id, ``digest`` the chain's link at this entry.
    """

    id = fields.BigIntField(primary_key=True)
    enterprise = id_field()
    sequence = fields.BigIntField()
    at = fields.FloatField()
    kind = fields.CharField(max_length=64)
    subject_kind = fields.CharField(max_length=64)
    subject_id = id_field()
    subject_name = fields.TextField()
    actor = fields.TextField()
    payload = fields.TextField()
    actor_ref = fields.CharField(max_length=96, db_default='')
    address = fields.CharField(max_length=64, db_default='')
    digest = fields.CharField(max_length=64, db_default='')

    class Meta:
        table = 'journal_entry'
        unique_together = (('enterprise', 'sequence'),)
        indexes = (
            Index(fields=('enterprise', 'subject_id', 'sequence'), name='journal_entry_subject'),
            Index(fields=('at',), name='journal_entry_at'),
            PartIndex(fields=('enterprise', 'sequence'), name='journal_entry_audit', where=IS_AUDITED),
        )


class JournalCounterRow(Model):
    """The last sequence number given out and its entry's digest. Its row lock puts commits of one enterprise in order.

    ``anchor`` is the newest entry that retention has dropped (0: none) and ``anchor_digest`` its digest: where the chain begins today.
    ``chained_from`` is the first entry that was ever written with a digest: 1 but in a journal that is older than the chain.
    """

    enterprise = id_field(primary_key=True)
    used = fields.BigIntField()
    digest = fields.CharField(max_length=64, db_default='')
    anchor = fields.BigIntField(db_default=0)
    anchor_digest = fields.CharField(max_length=64, db_default='')
    chained_from = fields.BigIntField(db_default=1)

    class Meta:
        table = 'journal_counter'


class ThinnedRow(Model):
    """Up to which moment a history table has been thinned, so that no pass looks at a row twice."""

    name = fields.CharField(max_length=64, primary_key=True)
    until = fields.FloatField()

    class Meta:
        table = 'thinned'
