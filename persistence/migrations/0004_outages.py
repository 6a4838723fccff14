from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0003_logout')]

    initial = False

    operations = [
        ops.AddField(
            model_name='TowerStateRow',
            name='served',
            field=fields.TextField(db_default='[]', unique=False),
        ),
        ops.AddField(
            model_name='TowerStateRow',
            name='lost',
            field=fields.TextField(db_default='[]', unique=False),
        ),
        ops.AddField(
            model_name='TowerStateRow',
            name='down_at',
            field=fields.FloatField(null=True),
        ),
    ]
