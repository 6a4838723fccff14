from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0025_browsers_keep')]

    initial = False

    operations = [
        ops.AddField(
            model_name='AlertRow',
            name='comments',
            field=fields.TextField(db_default='[]', unique=False),
        ),
        ops.AddField(
            model_name='AlertRow',
            name='keys',
            field=fields.TextField(db_default='[]', unique=False),
        ),
    ]
