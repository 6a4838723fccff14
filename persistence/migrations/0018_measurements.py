from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0017_alert_history')]

    initial = False

    operations = [
        ops.CreateModel(
            name='MeasurementRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('series', fields.CharField(max_length=64)),
                ('step_s', fields.IntField()),
                ('at', fields.FloatField()),
                ('low', fields.FloatField()),
                ('mean', fields.FloatField()),
                ('high', fields.FloatField()),
                ('count', fields.IntField()),
            ],
            options={
                'table': 'measurement',
                'app': 'cellwarden',
                'indexes': [
                    Index(fields=['enterprise', 'step_s', 'series', 'at'], name='measurement_series_at'),
                ],
                'pk_attr': 'id',
            },
            bases=['Model'],
        ),
    ]
