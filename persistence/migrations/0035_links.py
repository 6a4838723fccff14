from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('cellwarden', '0034_telling')]

    initial = False

    operations = [
        ops.AddField(
            model_name='EnterpriseRow',
            name='links_answer',
            field=fields.SmallIntField(db_default=0),
        ),
        ops.CreateModel(
            name='AnswerLinkRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('digest', fields.CharField(max_length=64)),
                ('alert', fields.CharField(max_length=64)),
                ('person', fields.CharField(max_length=64)),
                ('channel', fields.CharField(max_length=64)),
                ('created_at', fields.FloatField()),
                ('expires_at', fields.FloatField()),
                ('used_at', fields.FloatField(null=True)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'answer_link', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='IncidentLinkRow',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('enterprise', fields.CharField(max_length=64)),
                ('alert', fields.CharField(max_length=64)),
                ('title', fields.TextField(unique=False)),
                ('label', fields.TextField(unique=False)),
                ('digest', fields.CharField(max_length=64)),
                ('parts', fields.TextField(unique=False)),
                ('created_at', fields.FloatField()),
                ('created_by', fields.TextField(unique=False)),
                ('expires_at', fields.FloatField()),
                ('revoked_at', fields.FloatField(null=True)),
                ('revoked_by', fields.TextField(unique=False)),
                ('opened', fields.IntField()),
                ('opened_at', fields.FloatField(null=True)),
                ('ended_at', fields.FloatField(null=True)),
            ],
            options={'table': 'incident_link', 'app': 'cellwarden', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
