from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0028_notes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='TeamRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('members', fields.TextField(unique=False)),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'team', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RotationRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('zone', fields.CharField(max_length=64)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('layers', fields.TextField(unique=False)),
                ('overrides', fields.TextField(unique=False)),
                ('days_off', fields.TextField(unique=False)),
                ('feed_digest', fields.CharField(max_length=64)),
                ('always', fields.SmallIntField()),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'rotation', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='EscalationPolicyRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('steps', fields.TextField(unique=False)),
                ('repeat', fields.IntField()),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'escalation_policy', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AlertRouteRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('position', fields.IntField()),
                ('conditions', fields.TextField(unique=False)),
                ('policy', fields.CharField(max_length=64)),
                ('channels', fields.TextField(unique=False)),
                ('go_on', fields.SmallIntField()),
                ('enabled', fields.SmallIntField()),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'alert_route', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ContactRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('ways', fields.TextField(unique=False)),
                ('quiet', fields.TextField(unique=False)),
                ('zone', fields.CharField(max_length=64)),
                ('breaks', fields.CharField(max_length=32)),
                ('changed_at', fields.FloatField()),
                ('version', fields.IntField()),
            ],
            options={'table': 'contact', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='EscalationRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('alert', fields.CharField(max_length=64)),
                ('policy', fields.CharField(max_length=64)),
                ('route', fields.CharField(max_length=64)),
                ('started_at', fields.FloatField()),
                ('stepped_at', fields.FloatField()),
                ('step', fields.IntField()),
                ('round', fields.IntField()),
                ('wait_s', fields.FloatField()),
                ('state', fields.CharField(max_length=32)),
                ('answered_by', fields.TextField(unique=False)),
                ('unanswered_at', fields.FloatField(null=True)),
                ('called', fields.TextField(unique=False)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={
                'table': 'escalation',
                'app': 'cellwarden',
                'indexes': [
                    Index(fields=['ended_at', 'id'], name='escalation_live'),
                    Index(fields=['enterprise', 'alert', 'id'], name='escalation_alert'),
                ],
                'pk_attr': 'id',
            },
            bases=['Model'],
        ),
        ops.AddField(
            model_name='DeliveryRow',
            name='recipient',
            field=fields.CharField(max_length=64, db_default=''),
        ),
        ops.AddField(
            model_name='DeliveryRow',
            name='address',
            field=fields.TextField(db_default='', unique=False),
        ),
        ops.AddField(
            model_name='DeliveryRow',
            name='not_before',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='AttemptRow',
            name='recipient',
            field=fields.CharField(max_length=64, db_default=''),
        ),
    ]
