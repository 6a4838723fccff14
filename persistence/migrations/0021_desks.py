from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0020_status_page')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DeskRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('theme', fields.CharField(max_length=32)),
                ('density', fields.CharField(max_length=32)),
                ('zone', fields.CharField(max_length=64)),
                ('locale', fields.CharField(max_length=64)),
                ('hours', fields.CharField(max_length=32)),
                ('columns', fields.TextField(unique=False)),
                ('landing', fields.CharField(max_length=64)),
            ],
            options={'table': 'desk', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ViewRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('owner', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('list', fields.CharField(max_length=64)),
                ('query', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('columns', fields.TextField(unique=False)),
                ('shared', fields.SmallIntField()),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'saved_view', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
