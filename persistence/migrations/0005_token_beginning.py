from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0004_outages')]

    initial = False

    operations = [
        ops.AddField(
            model_name='TokenRow',
            name='beginning',
            field=fields.CharField(db_default='', max_length=16),
        ),
    ]
