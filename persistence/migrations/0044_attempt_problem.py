from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0043_device_certificates')]

    initial = False

    operations = [
        ops.AddField(model_name='AttemptRow', name='problem', field=fields.TextField(unique=False, db_default='')),
    ]
