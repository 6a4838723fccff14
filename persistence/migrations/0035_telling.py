from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0033_alert_rules')]

    initial = False

    operations = [
        ops.AddField(
            model_name='ChannelRow', name='next_channel', field=fields.CharField(db_default='', max_length=64)
        ),
        ops.AddField(model_name='ChannelRow', name='next_after_min', field=fields.IntField(db_default=5)),
        ops.AddField(model_name='DeliveryRow', name='key', field=fields.CharField(db_default='', max_length=64)),
        ops.AddField(model_name='DeliveryRow', name='fell_from', field=fields.CharField(db_default='', max_length=64)),
        ops.AddField(model_name='DeliveryRow', name='fell_at', field=fields.FloatField(null=True)),
        ops.AddField(model_name='DeskRow', name='loud', field=fields.CharField(db_default='major', max_length=32)),
        ops.AddField(model_name='DeskRow', name='sound', field=fields.SmallIntField(db_default=0)),
    ]
