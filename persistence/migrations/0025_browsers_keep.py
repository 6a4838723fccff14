from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0024_channels')]

    initial = False

    operations = [
        ops.AddField(
            model_name='EnterpriseRow',
            name='browsers_keep',
            field=fields.SmallIntField(db_default=1),
        ),
    ]
