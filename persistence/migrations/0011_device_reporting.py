from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0010_criticality')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DeviceReportingRow',
            fields=[
                ('id', fields.CharField(primary_key=True, max_length=64, unique=True, db_index=True)),
                ('enterprise', fields.CharField(max_length=64)),
                ('odd', fields.TextField(unique=False)),
                ('odd_at', fields.FloatField(null=True)),
                ('refused', fields.SmallIntField()),
                ('is_odd', fields.SmallIntField()),
                ('clock_offset_s', fields.FloatField(null=True)),
                ('clock_since', fields.FloatField(null=True)),
                ('boot_id', fields.CharField(max_length=64)),
                ('run_high', fields.BigIntField()),
            ],
            options={
                'table': 'device_reporting',
                'app': 'cellwarden',
                'pk_attr': 'id',
                'table_description': 'How a device reports, for the few of which there is something to say: odd values, a wrong clock, runs of its counter.',
            },
            bases=['Model'],
        ),
    ]
