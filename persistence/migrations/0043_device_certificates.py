from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0041_works_calendars')]

    initial = False

    operations = [
        ops.AddField(model_name='DeviceReportingRow', name='certificate_until', field=fields.FloatField(null=True)),
        ops.AddField(
            model_name='DeviceReportingRow', name='certificate_ends', field=fields.SmallIntField(db_default=0)
        ),
    ]
