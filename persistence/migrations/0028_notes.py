from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0027_device_counters')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceRow',
            name='notes',
            field=fields.TextField(db_default='[]', unique=False),
        ),
        ops.AddField(
            model_name='TowerRow',
            name='notes',
            field=fields.TextField(db_default='[]', unique=False),
        ),
    ]
