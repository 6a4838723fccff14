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
        ops.CreateModel(
            name='NotifiedBrowserRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('person', fields.CharField(max_length=64)),
                ('session', fields.CharField(max_length=64)),
                ('name', fields.TextField(unique=False)),
                ('digest', fields.CharField(max_length=64)),
                ('sealed', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('delivered_at', fields.FloatField(null=True)),
                ('said', fields.TextField(unique=False)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'notified_browser', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(model_name='DeskRow', name='loud', field=fields.CharField(db_default='major', max_length=32)),
        ops.AddField(model_name='DeskRow', name='sound', field=fields.SmallIntField(db_default=0)),
    ]
