from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0014_imei_svn')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceReportingRow',
            name='radio_at',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='DeviceReportingRow',
            name='fell_from',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='DeviceReportingRow',
            name='fell_at',
            field=fields.FloatField(null=True),
        ),
    ]
