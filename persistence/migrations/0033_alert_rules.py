from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0032_maintenance')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AlertTuningRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('rule', fields.CharField(max_length=32)),
                ('changed_at', fields.FloatField()),
                ('enabled', fields.SmallIntField()),
                ('reason', fields.TextField(unique=False)),
                ('severity', fields.CharField(null=True, max_length=32)),
                ('after_s', fields.FloatField()),
                ('limits', fields.TextField(unique=False)),
                ('scope', fields.TextField(unique=False)),
                ('by', fields.TextField(unique=False)),
                ('version', fields.IntField()),
            ],
            options={'table': 'alert_tuning', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
