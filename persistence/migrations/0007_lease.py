from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0006_link_issuer')]

    initial = False

    operations = [
        ops.CreateModel(
            name='LeaseRow',
            fields=[
                ('name', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('holder', fields.TextField(unique=False)),
                ('epoch', fields.BigIntField()),
                ('groups', fields.BigIntField()),
                ('since', fields.FloatField()),
                ('until', fields.FloatField()),
            ],
            options={
                'table': 'lease',
                'app': 'cellwarden',
                'pk_attr': 'name',
                'table_description': "Who may write what ``name`` stands for, and up to when (seconds since 1970 by the database's own clock).",
            },
            bases=['Model'],
        ),
    ]
