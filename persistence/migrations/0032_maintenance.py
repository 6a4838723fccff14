from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0031_silences')]

    initial = False

    operations = [
        ops.AddField(
            model_name='TowerRow', name='maintenance_window', field=fields.CharField(null=True, max_length=64)
        ),
        ops.CreateModel(
            name='MaintenanceWindowRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('zone', fields.CharField(max_length=64)),
                ('starts_on', fields.CharField(max_length=32)),
                ('length_min', fields.IntField()),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('rule', fields.TextField(unique=False)),
                ('towers', fields.TextField(unique=False)),
                ('regions', fields.TextField(unique=False)),
                ('operators', fields.TextField(unique=False)),
                ('below', fields.SmallIntField()),
                ('begun', fields.FloatField(null=True)),
                ('until', fields.FloatField(null=True)),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'maintenance_window', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
