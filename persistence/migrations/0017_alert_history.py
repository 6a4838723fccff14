from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Of alerts that were raised before, the worst that is known is what they are now.
_KNOWN = (
    'UPDATE alert SET peak_severity = severity, peak_devices = devices, first_problem = problem, first_detail = detail, '
    'told_severity = severity, told_devices = devices'
)


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0016_identity_relinking')]

    initial = False

    operations = [
        ops.AddField(model_name='AlertRow', name='acknowledgements', field=fields.TextField(db_default='[]')),
        ops.AddField(model_name='AlertRow', name='reopened_at', field=fields.FloatField(null=True)),
        ops.AddField(
            model_name='AlertRow',
            name='peak_severity',
            field=fields.CharField(db_default='indeterminate', max_length=32),
        ),
        ops.AddField(model_name='AlertRow', name='peak_devices', field=fields.IntField(db_default=0)),
        ops.AddField(model_name='AlertRow', name='first_problem', field=fields.TextField(db_default='')),
        ops.AddField(model_name='AlertRow', name='first_detail', field=fields.TextField(db_default='')),
        ops.AddField(
            model_name='AlertRow',
            name='told_severity',
            field=fields.CharField(db_default='indeterminate', max_length=32),
        ),
        ops.AddField(model_name='AlertRow', name='told_devices', field=fields.IntField(db_default=0)),
        ops.AddField(model_name='AlertRow', name='recovery', field=fields.TextField(db_default='')),
        ops.AddField(model_name='AlertRow', name='held_since', field=fields.FloatField(null=True)),
        ops.AddField(model_name='AlertRow', name='awaited', field=fields.IntField(null=True)),
        ops.AddField(model_name='AlertRow', name='missing', field=fields.IntField(null=True)),
        ops.AddIndex(model_name='AlertRow', index=Index(fields=['enterprise', 'cleared_at'], name='alert_archive')),
        ops.RunSQL(_KNOWN),
    ]
