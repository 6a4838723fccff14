from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from persistence.engine.columns import PartIndex

# People who had an account keep it, as the account and as the membership; sessions end, people sign in anew.
_ACCOUNTS = (
    'INSERT INTO account (id, email, name, created_at, password_hash, password_at, totp_step, recovery, owner, version) '
    "SELECT id, email, name, created_at, password_hash, created_at, 0, '[]', 0, 1 FROM person WHERE disabled_at IS NULL"
)
_MEMBERSHIPS = 'UPDATE person SET account = id WHERE disabled_at IS NULL'
# Tortoise writes the quotes of a default with backslashes into the database
_EVERYWHERE = """UPDATE person SET scope = '{"labels":{},"regions":[]}'"""

# Entries of the audit trail, as of this migration; a kind that joins them later needs a migration for its index.
_IS_AUDITED = (
    "(actor_ref <> '' OR kind IN ("
    "'AccountChanged', 'AuditExported', 'CredentialRevoked', 'CredentialRotated', "
    "'DeviceApproved', 'DeviceEnrolled', 'DeviceRefused', 'EnterpriseAdded', "
    "'EnterpriseChanged', 'IdentityLinked', 'LinkIssued', 'LinkWithdrawn', 'PersonAdded', "
    "'PersonChanged', 'PersonInvited', 'PersonRemoved', 'SessionEnded', "
    "'SignInRefused', 'SignedIn', 'SignedOut', 'StepUpRefused', "
    "'SteppedUp', 'TokenIssued', 'TokenRevoked'"
    '))'
)
# Where each journal begins, for the entries that retention dropped before this was written down.
_ANCHORS = (
    'UPDATE journal_counter SET anchor = COALESCE((SELECT MIN(sequence) - 1 FROM journal_entry e '
    'WHERE e.enterprise = journal_counter.enterprise), used)'
)


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AccountRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('email', fields.CharField(unique=True, max_length=320)),
                ('name', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('password_hash', fields.TextField(null=True, unique=False)),
                ('password_at', fields.FloatField(null=True)),
                ('totp', fields.TextField(null=True, unique=False)),
                ('totp_step', fields.BigIntField()),
                ('recovery', fields.TextField(unique=False)),
                ('owner', fields.SmallIntField()),
                ('suspended_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'account', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='GuessesRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('times', fields.TextField(unique=False)),
                ('newest_at', fields.FloatField()),
            ],
            options={'table': 'guesses', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='IdentityRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account', fields.CharField(max_length=64)),
                ('provider', fields.CharField(max_length=64)),
                ('issuer', fields.TextField(unique=False)),
                ('subject', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('seen_at', fields.FloatField()),
            ],
            options={'table': 'identity', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LinkRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('kind', fields.CharField(max_length=32)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('created_at', fields.FloatField()),
                ('expires_at', fields.FloatField()),
                ('by', fields.TextField(unique=False)),
                ('email', fields.CharField(max_length=320)),
                ('name', fields.TextField(unique=False)),
                ('account', fields.CharField(max_length=64)),
                ('role', fields.CharField(max_length=32)),
                ('scope', fields.TextField(unique=False)),
                ('spent_at', fields.FloatField(null=True)),
            ],
            options={'table': 'link', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LockRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('locked_at', fields.FloatField(null=True)),
                ('wiped_at', fields.FloatField(null=True)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={
                'table': 'device_lock',
                'app': 'cellwarden',
                'pk_attr': 'id',
                'table_description': 'What stands of lock and wipe, for the few devices that were told.',
            },
            bases=['Model'],
        ),
        ops.AddField(
            model_name='CredentialRow',
            name='approved',
            field=fields.SmallIntField(db_default=1),
        ),
        ops.AddField(
            model_name='CredentialRow',
            name='fingerprint',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='CredentialRow',
            name='previous',
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name='CredentialRow',
            name='revoked_at',
            field=fields.FloatField(null=True),
        ),
        ops.AlterModelOptions(
            name='JournalCounterRow',
            options={
                'table': 'journal_counter',
                'app': 'cellwarden',
                'pk_attr': 'enterprise',
                'table_description': "The last sequence number given out and its entry's digest. Its row lock puts commits of one enterprise in order.",
            },
        ),
        ops.AddField(
            model_name='JournalCounterRow',
            name='anchor',
            field=fields.BigIntField(db_default=0),
        ),
        ops.AddField(
            model_name='JournalCounterRow',
            name='anchor_digest',
            field=fields.CharField(db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='JournalCounterRow',
            name='digest',
            field=fields.CharField(db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='JournalEntryRow',
            name='actor_ref',
            field=fields.CharField(db_default='', max_length=96),
        ),
        ops.AddField(
            model_name='JournalEntryRow',
            name='address',
            field=fields.CharField(db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='JournalEntryRow',
            name='digest',
            field=fields.CharField(db_default='', max_length=64),
        ),
        ops.AddIndex(
            model_name='JournalEntryRow',
            index=PartIndex(fields=['enterprise', 'sequence'], name='journal_entry_audit', where=_IS_AUDITED),
        ),
        ops.RunSQL(_ANCHORS),
        ops.AddField(
            model_name='PersonRow',
            name='account',
            field=fields.CharField(db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='PersonRow',
            name='kind',
            field=fields.CharField(db_default='person', max_length=32),
        ),
        ops.AddField(
            model_name='PersonRow',
            name='provider',
            field=fields.CharField(db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='PersonRow',
            name='scope',
            field=fields.TextField(db_default='{"labels":{},"regions":[]}', unique=False),
        ),
        ops.RunSQL(_ACCOUNTS),
        ops.RunSQL(_MEMBERSHIPS),
        ops.RunSQL(_EVERYWHERE),
        # SQLite's editor builds the table anew for this and forgets its index
        ops.RemoveIndex(model_name='PersonRow', name='person_email'),
        ops.RemoveField(model_name='PersonRow', name='password_hash'),
        ops.AddIndex(model_name='PersonRow', index=Index(fields=['enterprise', 'email'], name='person_email')),
        ops.DeleteModel(name='SessionRow'),
        ops.CreateModel(
            name='SessionRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('digest', fields.CharField(max_length=64)),
                ('account', fields.CharField(max_length=64)),
                ('person', fields.CharField(max_length=64)),
                ('created_at', fields.FloatField()),
                ('expires_at', fields.FloatField()),
                ('seen_at', fields.FloatField()),
                ('raised_at', fields.FloatField(null=True)),
                ('address', fields.TextField(unique=False)),
                ('browser', fields.TextField(unique=False)),
                ('method', fields.CharField(max_length=64)),
                ('provider', fields.CharField(max_length=64)),
                ('provider_session', fields.TextField(unique=False)),
                ('pending', fields.SmallIntField()),
                ('ended_at', fields.FloatField(null=True)),
                ('ended_because', fields.TextField(unique=False)),
            ],
            options={
                'table': 'session',
                'app': 'cellwarden',
                'indexes': [Index(fields=['person'], name='session_person')],
                'pk_attr': 'id',
            },
            bases=['Model'],
        ),
        ops.AddField(
            model_name='TokenRow',
            name='approval',
            field=fields.SmallIntField(db_default=0),
        ),
        ops.AddField(
            model_name='TokenRow',
            name='created_by',
            field=fields.TextField(db_default='', unique=False),
        ),
        ops.AddField(
            model_name='TokenRow',
            name='labels',
            field=fields.TextField(db_default='{}', unique=False),
        ),
        ops.AddField(
            model_name='TokenRow',
            name='person',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='TokenRow',
            name='replaces',
            field=fields.SmallIntField(db_default=0),
        ),
        ops.AddField(
            model_name='TokenRow',
            name='used_at',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='TokenRow',
            name='used_from',
            field=fields.CharField(db_default='', max_length=64),
        ),
    ]
