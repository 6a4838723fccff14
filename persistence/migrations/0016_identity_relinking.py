from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0015_device_falls')]

    initial = False

    operations = [
        ops.AddField(model_name='IdentityRow', name='relink_until', field=fields.FloatField(null=True)),
        ops.AddField(model_name='IdentityRow', name='forgotten_at', field=fields.FloatField(null=True)),
    ]
