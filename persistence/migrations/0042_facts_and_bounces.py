from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0041_works_calendars')]

    initial = False

    operations = [
        ops.AddField(
            model_name='OwnRuleRow', name='over', field=fields.CharField(db_default='counters', max_length=32)
        ),
        ops.AddField(model_name='OwnRuleRow', name='at_least', field=fields.IntField(db_default=1)),
        ops.AddField(model_name='OwnRuleRow', name='each', field=fields.SmallIntField(db_default=0)),
        ops.AddField(model_name='OwnRuleRow', name='asks_since', field=fields.FloatField(db_default=0.0)),
        ops.CreateModel(
            name='FactHoldRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('rule', fields.CharField(max_length=64)),
                ('device', fields.CharField(max_length=64)),
                ('since', fields.FloatField()),
                ('due_at', fields.FloatField(null=True)),
                ('reading', fields.TextField(unique=False)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'fact_hold', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BouncingAddressRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('channel', fields.CharField(max_length=64)),
                ('address', fields.TextField(unique=False)),
                ('at', fields.FloatField()),
                ('said', fields.TextField(unique=False)),
                ('delivery', fields.CharField(max_length=64)),
                ('recipient', fields.CharField(max_length=64)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'bouncing_address', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
