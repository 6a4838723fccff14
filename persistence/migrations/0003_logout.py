from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0002_access')]

    initial = False

    operations = [
        ops.AddField(
            model_name='SessionRow',
            name='identity_token',
            field=fields.TextField(db_default='', unique=False),
        ),
    ]
