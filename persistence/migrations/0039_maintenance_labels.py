from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0033_alert_rules')]

    initial = False

    operations = [
        ops.AddField(model_name='MaintenanceWindowRow', name='labels', field=fields.TextField(null=True, unique=False)),
    ]
