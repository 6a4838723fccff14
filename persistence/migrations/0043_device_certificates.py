from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from persistence.engine.columns import PartIndex

# Entries of the audit trail, as of this migration: times that were not watched have joined them.
_IS_AUDITED = (
    "(actor_ref <> '' OR kind IN ("
    "'AccountChanged', 'AuditExported', 'CredentialRevoked', 'CredentialRotated', "
    "'DeviceApproved', 'DeviceEnrolled', 'DeviceRefused', 'EnterpriseAdded', "
    "'EnterpriseChanged', 'IdentityLinked', 'LinkIssued', 'LinkWithdrawn', 'PersonAdded', "
    "'PersonChanged', 'PersonInvited', 'PersonRemoved', 'SessionEnded', "
    "'SignInRefused', 'SignedIn', 'SignedOut', 'StepUpRefused', "
    "'SteppedUp', 'TimeUnwatched', 'TokenIssued', 'TokenRevoked'"
    '))'
)


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0042_facts_and_bounces')]

    initial = False

    operations = [
        ops.AddField(model_name='DeviceReportingRow', name='certificate_until', field=fields.FloatField(null=True)),
        ops.AddField(
            model_name='DeviceReportingRow', name='certificate_ends', field=fields.SmallIntField(db_default=0)
        ),
        ops.RemoveIndex(model_name='JournalEntryRow', name='journal_entry_audit'),
        ops.AddIndex(
            model_name='JournalEntryRow',
            index=PartIndex(fields=['enterprise', 'sequence'], name='journal_entry_audit', where=_IS_AUDITED),
        ),
    ]
