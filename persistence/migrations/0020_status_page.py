from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0019_told_numbers')]

    initial = False

    operations = [
        ops.CreateModel(
            name='StatusPageRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('draft', fields.TextField(unique=False)),
                ('changed_at', fields.FloatField()),
                ('shown', fields.TextField(null=True, unique=False)),
                ('slug', fields.CharField(null=True, unique=True, max_length=48)),
                ('published_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={'table': 'status_page', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('kind', fields.CharField(max_length=32)),
                ('title', fields.TextField(unique=False)),
                ('components', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('begins_at', fields.FloatField()),
                ('ends_at', fields.FloatField(null=True)),
                ('impact', fields.CharField(max_length=32)),
                ('updates', fields.TextField(unique=False)),
                ('alert', fields.CharField(null=True, max_length=64)),
                ('closed_at', fields.FloatField(null=True)),
                ('removed_at', fields.FloatField(null=True)),
                ('version', fields.IntField()),
            ],
            options={
                'table': 'status_notice',
                'app': 'cellwarden',
                'indexes': [Index(fields=['enterprise', 'removed_at'], name='status_notice_shown')],
                'pk_attr': 'id',
            },
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AvailabilityRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('days', fields.TextField(unique=False)),
                ('removed_at', fields.FloatField(null=True)),
            ],
            options={'table': 'status_availability', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
