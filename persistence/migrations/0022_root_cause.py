from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# People were told of every alert when it was raised.
_KNOWN = 'UPDATE alert SET told_at = raised_at'


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0021_desks')]

    initial = False

    operations = [
        ops.AddField(model_name='AlertRow', name='parent', field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name='AlertRow', name='children', field=fields.IntField(db_default=0)),
        ops.AddField(model_name='AlertRow', name='told_at', field=fields.FloatField(null=True)),
        ops.AddField(model_name='AlertRow', name='waits_since', field=fields.FloatField(null=True)),
        ops.AddField(model_name='AlertRow', name='tell_at', field=fields.FloatField(null=True)),
        ops.AddField(model_name='AlertRow', name='flapping_since', field=fields.FloatField(null=True)),
        ops.AddIndex(model_name='AlertRow', index=Index(fields=['enterprise', 'parent'], name='alert_parent')),
        ops.AddField(model_name='TowerRow', name='backups', field=fields.TextField(db_default='[]')),
        ops.AddField(model_name='TowerRow', name='power', field=fields.TextField(db_default='[]')),
        ops.AddField(model_name='CheckStateRow', name='turns', field=fields.IntField(db_default=0)),
        ops.RunSQL(_KNOWN),
    ]
