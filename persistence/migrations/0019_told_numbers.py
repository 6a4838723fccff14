from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0018_measurements')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceReportingRow',
            name='numbers_at',
            field=fields.FloatField(null=True),
        ),
    ]
