from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0026_alert_comments')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceReportingRow',
            name='clock_stands_at',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='DeviceReportingRow',
            name='unordered',
            field=fields.SmallIntField(db_default=0),
        ),
    ]
