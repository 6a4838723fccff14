from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0022_root_cause')]

    initial = False

    operations = [
        ops.AddField(model_name='AlertRow', name='evidence', field=fields.TextField(db_default='[]')),
    ]
