from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0023_evidence')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AttemptRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('delivery', fields.CharField(max_length=64)),
                ('channel', fields.CharField(max_length=64)),
                ('alert', fields.CharField(max_length=64)),
                ('news', fields.CharField(max_length=32)),
                ('at', fields.FloatField()),
                ('outcome', fields.CharField(max_length=32)),
                ('said', fields.TextField(unique=False)),
                ('took_s', fields.FloatField()),
                ('code', fields.IntField(null=True)),
                ('next_at', fields.FloatField(null=True)),
            ],
            options={
                'table': 'delivery_attempt',
                'app': 'cellwarden',
                'indexes': [
                    Index(fields=['enterprise', 'id'], name='attempt_newest'),
                    Index(fields=['enterprise', 'alert', 'id'], name='attempt_alert'),
                    Index(fields=['enterprise', 'channel', 'id'], name='attempt_channel'),
                    Index(fields=['at'], name='attempt_age'),
                ],
                'pk_attr': 'id',
            },
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ChannelHealthRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('failures', fields.IntField()),
                ('failing_since', fields.FloatField(null=True)),
                ('delivered_at', fields.FloatField(null=True)),
                ('tried_at', fields.FloatField(null=True)),
                ('said', fields.TextField(unique=False)),
                ('held_until', fields.FloatField(null=True)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'channel_health', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ChannelRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('kind', fields.CharField(max_length=32)),
                ('created_at', fields.FloatField()),
                ('changed_at', fields.FloatField()),
                ('settings', fields.TextField(unique=False)),
                ('sealed', fields.TextField(unique=False)),
                ('former_until', fields.FloatField(null=True)),
                ('least_severity', fields.CharField(max_length=32)),
                ('per_minute', fields.IntField()),
                ('enabled', fields.SmallIntField()),
                ('disabled_because', fields.TextField(unique=False)),
                ('retired_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'channel', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DeliveryRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('channel', fields.CharField(max_length=64)),
                ('alert', fields.CharField(max_length=64)),
                ('announcement', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('next_at', fields.FloatField()),
                ('state', fields.CharField(max_length=32)),
                ('attempts', fields.IntField()),
                ('tried_at', fields.FloatField(null=True)),
                ('said', fields.TextField(unique=False)),
                ('done_at', fields.FloatField(null=True)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={
                'table': 'delivery',
                'app': 'cellwarden',
                'indexes': [
                    Index(fields=['ended_at', 'id'], name='delivery_live'),
                    Index(fields=['enterprise', 'alert', 'id'], name='delivery_alert'),
                ],
                'pk_attr': 'id',
            },
            bases=['Model'],
        ),
    ]
