from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


def _row(name: str, table: str, *columns: tuple[str, Any], indexes: tuple[Index, ...] = ()) -> ops.CreateModel:
    own = [
        ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
        ('enterprise', fields.CharField(max_length=64)),
    ]
    options = {'table': table, 'app': 'cellwarden', 'pk_attr': 'id'}
    return ops.CreateModel(
        name=name,
        fields=[*own, *columns],
        options={**options, 'indexes': list(indexes)} if indexes else options,
        bases=['Model'],
    )


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0036_unknown_cells')]

    initial = False

    operations = [
        _row(
            'CalendarSourceRow',
            'calendar_source',
            ('rotation', fields.CharField(max_length=64)),
            ('name', fields.TextField(unique=False)),
            ('use', fields.CharField(max_length=32)),
            ('host', fields.TextField(unique=False)),
            ('sealed', fields.TextField(unique=False)),
            ('created_at', fields.FloatField()),
            ('changed_at', fields.FloatField()),
            ('state', fields.TextField(unique=False)),
            ('events', fields.TextField(unique=False)),
            ('retired_at', fields.FloatField(null=True)),
            ('version', fields.IntField()),
        ),
        _row(
            'SwapOfferRow',
            'swap_offer',
            ('rotation', fields.CharField(max_length=64)),
            ('asks', fields.CharField(max_length=64)),
            ('asked', fields.CharField(max_length=64)),
            ('gives_from', fields.FloatField()),
            ('gives_until', fields.FloatField()),
            ('created_at', fields.FloatField()),
            ('changed_at', fields.FloatField()),
            ('takes_from', fields.FloatField(null=True)),
            ('takes_until', fields.FloatField(null=True)),
            ('note', fields.TextField(unique=False)),
            ('state', fields.CharField(max_length=32)),
            ('decided_by', fields.TextField(unique=False)),
            ('answer', fields.TextField(unique=False)),
            ('ended_at', fields.FloatField(null=True)),
            ('version', fields.IntField()),
            indexes=(Index(fields=['ended_at', 'id'], name='swap_offer_live'),),
        ),
        _row(
            'ContactLimitsRow',
            'contact_limits',
            ('breaks', fields.CharField(max_length=32)),
            ('longest_min', fields.IntField()),
            ('must_reach', fields.CharField(max_length=32)),
            ('changed_at', fields.FloatField()),
            ('by', fields.TextField(unique=False)),
            ('version', fields.IntField()),
        ),
        ops.AddField(model_name='TeamRow', name='editors', field=fields.TextField(db_default='[]', unique=False)),
        ops.AddField(model_name='TeamRow', name='channels', field=fields.TextField(db_default='[]', unique=False)),
        ops.AddField(
            model_name='TeamRow',
            name='least_severity',
            field=fields.CharField(max_length=32, db_default='warning'),
        ),
        ops.AddField(model_name='AlertRouteRow', name='teams', field=fields.TextField(db_default='[]', unique=False)),
    ]
