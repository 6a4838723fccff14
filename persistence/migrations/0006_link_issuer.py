from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0005_token_beginning')]

    initial = False

    operations = [
        ops.AddField(
            model_name='LinkRow',
            name='issuer',
            field=fields.CharField(db_default='', max_length=64),
        ),
    ]
