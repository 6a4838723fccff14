from tortoise import fields, migrations
from tortoise.migrations import operations as ops


def _words(name: str) -> ops.AddField:
    return ops.AddField(model_name='AlertRow', name=name, field=fields.TextField(db_default='', unique=False))


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0030_triage')]

    initial = False

    operations = [
        ops.AddField(model_name='AlertRow', name='silence', field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name='AlertRow', name='silenced_until', field=fields.FloatField(null=True)),
        _words('silenced_by'),
        _words('silence_reason'),
        ops.CreateModel(
            name='SilenceRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('reason', fields.TextField(unique=False)),
                ('conditions', fields.TextField(unique=False)),
                ('starts_at', fields.FloatField()),
                ('ends_at', fields.FloatField()),
                ('owner', fields.CharField(max_length=64)),
                ('owner_name', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('breaks', fields.CharField(null=True, max_length=32)),
                ('ended_by', fields.TextField(unique=False)),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'silence', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
