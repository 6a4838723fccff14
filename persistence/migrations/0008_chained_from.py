# ruff: noqa: S608 (names of our own tables only)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# Where the first entry that is kept has a digest, the journal was chained from its beginning or from before what retention has dropped.
_FIRST = "(SELECT MIN(sequence) FROM journal_entry WHERE journal_entry.enterprise = journal_counter.enterprise AND digest <> '')"
_KNOWN = (
    f'UPDATE journal_counter SET chained_from = COALESCE({_FIRST}, used + 1) '
    f"WHERE anchor_digest = '' AND COALESCE({_FIRST}, used + 1) <> anchor + 1"
)


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0007_lease')]

    initial = False

    operations = [
        ops.AddField(
            model_name='JournalCounterRow',
            name='chained_from',
            field=fields.BigIntField(db_default=1),
        ),
        ops.RunSQL(_KNOWN),
    ]
