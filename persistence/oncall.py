"""Teams, rotations, escalation policies, routes, contacts, and the calls that are under way."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.oncall.answers.model import AnswerLink
from domain.oncall.model import AlertRoute, Contact, Escalation, EscalationPolicy, Rotation, Team
from domain.oncall.silences.model import AlertSilence
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Table


class TeamRow(Row):
    name = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    members = fields.TextField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'team'


class RotationRow(Row):
    name = fields.TextField()
    zone = fields.CharField(max_length=64)
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    layers = fields.TextField()
    overrides = fields.TextField()
    days_off = fields.TextField()
    feed_digest = fields.CharField(max_length=64)
    always = fields.SmallIntField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'rotation'


class EscalationPolicyRow(Row):
    name = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    steps = fields.TextField()
    repeat = fields.IntField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'escalation_policy'


class AlertRouteRow(Row):
    name = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    position = fields.IntField()
    conditions = fields.TextField()
    policy = id_field()
    channels = fields.TextField()
    go_on = fields.SmallIntField()
    enabled = fields.SmallIntField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'alert_route'


class SilenceRow(Row):
    reason = fields.TextField()
    conditions = fields.TextField()
    starts_at = fields.FloatField()
    ends_at = fields.FloatField()
    owner = id_field()
    owner_name = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    breaks = fields.CharField(max_length=32, null=True)
    ended_by = fields.TextField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'silence'


class ContactRow(Row):
    ways = fields.TextField()
    quiet = fields.TextField()
    zone = fields.CharField(max_length=64)
    breaks = fields.CharField(max_length=32)
    changed_at = fields.FloatField()
    version = fields.IntField()

    class Meta:
        table = 'contact'


class EscalationRow(Row):
    alert = id_field()
    policy = id_field()
    route = id_field()
    started_at = fields.FloatField()
    stepped_at = fields.FloatField()
    step = fields.IntField()
    round = fields.IntField()
    wait_s = fields.FloatField()
    state = fields.CharField(max_length=32)
    answered_by = fields.TextField()
    unanswered_at = fields.FloatField(null=True)
    called = fields.TextField()
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'escalation'
        indexes = (
            Index(fields=('ended_at', 'id'), name='escalation_live'),
            Index(fields=('enterprise', 'alert', 'id'), name='escalation_alert'),
        )


class AnswerLinkRow(Row):
    digest = fields.CharField(max_length=64)
    alert = id_field()
    person = id_field()
    channel = id_field()
    created_at = fields.FloatField()
    expires_at = fields.FloatField()
    used_at = fields.FloatField(null=True)
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'answer_link'


TABLES: tuple[Table[Any], ...] = (
    Table(Team, TeamRow, live='t.retired_at IS NULL'),
    Table(Rotation, RotationRow, live='t.retired_at IS NULL'),
    Table(EscalationPolicy, EscalationPolicyRow, live='t.retired_at IS NULL'),
    Table(AlertRoute, AlertRouteRow, live='t.retired_at IS NULL'),
    Table(AnswerLink, AnswerLinkRow, live='t.ended_at IS NULL'),
    Table(AlertSilence, SilenceRow, live='t.retired_at IS NULL'),
    Table(Contact, ContactRow),
    Table(Escalation, EscalationRow, live='t.ended_at IS NULL'),
)
