from tortoise import fields, migrations
from tortoise.migrations import operations as ops


def _moment(name: str) -> ops.AddField:
    return ops.AddField(model_name='AlertRow', name=name, field=fields.FloatField(null=True))


def _words(name: str) -> ops.AddField:
    return ops.AddField(model_name='AlertRow', name=name, field=fields.TextField(db_default='', unique=False))


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0029_oncall')]

    initial = False

    operations = [
        _moment('acknowledged_until'),
        ops.AddField(model_name='AlertRow', name='assigned_to', field=fields.CharField(null=True, max_length=64)),
        _words('assigned_name'),
        _moment('assigned_at'),
        _words('assigned_by'),
        _moment('snoozed_at'),
        _moment('snoozed_until'),
        _words('snoozed_by'),
        _words('snooze_reason'),
        _moment('false_at'),
        _words('false_by'),
        _words('false_reason'),
        _words('merged_by'),
        ops.CreateModel(
            name='HandoverRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('at', fields.FloatField()),
                ('by', fields.TextField(unique=False)),
                ('giver', fields.CharField(max_length=64)),
                ('note', fields.TextField(unique=False)),
                ('person', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('open', fields.IntField()),
                ('alerts', fields.TextField(unique=False)),
                ('taken_at', fields.FloatField(null=True)),
                ('taken_by', fields.TextField(unique=False)),
                ('ended_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'handover', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
