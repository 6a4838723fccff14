from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0037_rota')]

    initial = False

    operations = [
        ops.AddField(model_name='MaintenanceWindowRow', name='labels', field=fields.TextField(null=True, unique=False)),
        ops.AddField(model_name='ContactRow', name='report_every', field=fields.CharField(null=True, max_length=32)),
        ops.AddField(model_name='ContactRow', name='report_at', field=fields.CharField(null=True, max_length=32)),
        ops.AddField(model_name='ContactRow', name='report_set_at', field=fields.FloatField(null=True)),
        ops.AddField(model_name='ContactRow', name='reported_at', field=fields.FloatField(null=True)),
    ]
