from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0039_own_rules')]

    initial = False

    operations = [
        ops.AddField(
            model_name='TokenRow',
            name='criticality',
            field=fields.CharField(db_default='', max_length=32, unique=False),
        )
    ]
