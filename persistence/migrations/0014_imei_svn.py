from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0013_device_sims')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceRow',
            name='imei_svn',
            field=fields.CharField(null=True, max_length=8),
        ),
    ]
