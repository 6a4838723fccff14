from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0040_token_criticality')]

    initial = False

    operations = [
        ops.AddField(
            model_name='MaintenanceWindowRow', name='calendar', field=fields.CharField(db_default='', max_length=64)
        ),
        ops.AddField(
            model_name='MaintenanceWindowRow', name='event', field=fields.TextField(db_default='', unique=False)
        ),
        ops.CreateModel(
            name='WorksCalendarRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('host', fields.TextField(unique=False)),
                ('sealed', fields.TextField(unique=False)),
                ('zone', fields.CharField(max_length=64)),
                ('every_min', fields.IntField()),
                ('texts', fields.TextField(unique=False)),
                ('by_name', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('rules', fields.TextField(unique=False)),
                ('left_out', fields.TextField(unique=False)),
                ('below', fields.SmallIntField()),
                ('state', fields.TextField(unique=False)),
                ('events', fields.TextField(unique=False)),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'works_calendar', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
