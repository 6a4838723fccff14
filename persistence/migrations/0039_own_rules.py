from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0038_labels_and_reports')]

    initial = False

    operations = [
        ops.CreateModel(
            name='OwnRuleRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('expression', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('for_s', fields.FloatField()),
                ('severity', fields.CharField(max_length=32)),
                ('text', fields.TextField(unique=False)),
                ('counted', fields.TextField(unique=False)),
                ('enabled', fields.SmallIntField()),
                ('by', fields.TextField(unique=False)),
                ('holds_since', fields.FloatField(null=True)),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'own_rule', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
