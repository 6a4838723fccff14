from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0035_links')]

    initial = False

    operations = [
        ops.CreateModel(
            name='UnknownCellRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('key', fields.CharField(max_length=96)),
                ('rat', fields.CharField(max_length=16)),
                ('mcc', fields.CharField(max_length=8)),
                ('mnc', fields.CharField(max_length=8)),
                ('tac', fields.BigIntField(null=True)),
                ('cell_id', fields.BigIntField()),
                ('basis', fields.CharField(max_length=16)),
                ('first_at', fields.FloatField()),
                ('last_at', fields.FloatField()),
                ('times', fields.IntField()),
                ('devices', fields.IntField()),
                ('near', fields.CharField(null=True, max_length=64)),
                ('sightings', fields.TextField(unique=False)),
                ('trusted_until', fields.FloatField(null=True)),
                ('rogue_at', fields.FloatField(null=True)),
                ('by', fields.TextField(unique=False)),
                ('reason', fields.TextField(unique=False)),
                ('ended_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'unknown_cell', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
