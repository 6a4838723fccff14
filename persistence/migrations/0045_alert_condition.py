from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0044_attempt_problem')]

    initial = False

    operations = [
        ops.AddField(model_name='AlertRow', name='condition', field=fields.TextField(null=True, unique=False)),
    ]
