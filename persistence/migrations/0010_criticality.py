from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0009_device_verdicts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceRow',
            name='criticality',
            field=fields.CharField(db_default='normal', max_length=32),
        ),
    ]
