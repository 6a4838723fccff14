from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0012_check_remark')]

    initial = False

    operations = [
        ops.AddField(
            model_name='DeviceRow',
            name='permitted_sims',
            field=fields.TextField(db_default='[]'),
        ),
        ops.AddField(
            model_name='DeviceRow',
            name='sims',
            field=fields.TextField(db_default='[]'),
        ),
    ]
