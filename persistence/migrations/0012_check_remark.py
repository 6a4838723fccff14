from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0011_device_reporting')]

    initial = False

    operations = [
        ops.AddField(
            model_name='CheckStateRow',
            name='remark',
            field=fields.TextField(null=True),
        ),
    ]
