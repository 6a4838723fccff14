from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from persistence.engine.columns import PartIndex


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0008_chained_from')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DeviceVerdictsRow',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('device', fields.CharField(max_length=64)),
                ('part', fields.IntField()),
                ('verdicts', fields.TextField(unique=False)),
            ],
            options={
                'table': 'device_verdicts',
                'app': 'cellwarden',
                'unique_together': (('device', 'part'),),
                'indexes': [PartIndex(fields=['id'], name='device_verdicts_none', where="verdicts = '{}'")],
                'pk_attr': 'id',
                'table_description': 'The verdicts of some of the policies on a device, where they do not all lie in its report. Found through its device.',
            },
            bases=['Model'],
        ),
    ]
