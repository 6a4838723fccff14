"""Teams, rotations, escalation policies, routes, contacts, and the calls that are under way."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from domain.oncall.answers.model import AnswerLink
from domain.oncall.calendars.model import CalendarSource
from domain.oncall.limits import ContactLimits
from domain.oncall.model import (
    REPORT_AT,
    AlertRoute,
    Contact,
    Escalation,
    EscalationPolicy,
    ReportEvery,
    Rotation,
    Team,
)
from domain.oncall.silences.model import AlertSilence
from domain.oncall.swaps.model import SwapOffer
from persistence.engine.columns import Row, id_field
from persistence.engine.rows import Form, Table


class TeamRow(Row):
    name = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    members = fields.TextField()
    editors = fields.TextField(db_default='[]')
    channels = fields.TextField(db_default='[]')
    least_severity = fields.CharField(max_length=32, db_default='warning')
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
    teams = fields.TextField(db_default='[]')
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
    report_every = fields.CharField(null=True, max_length=32)
    report_at = fields.CharField(null=True, max_length=32)
    report_set_at = fields.FloatField(null=True)
    reported_at = fields.FloatField(null=True)
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


class CalendarSourceRow(Row):
    rotation = id_field()
    name = fields.TextField()
    use = fields.CharField(max_length=32)
    host = fields.TextField()
    sealed = fields.TextField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    state = fields.TextField()
    events = fields.TextField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'calendar_source'


class SwapOfferRow(Row):
    rotation = id_field()
    asks = id_field()
    asked = id_field()
    gives_from = fields.FloatField()
    gives_until = fields.FloatField()
    created_at = fields.FloatField()
    changed_at = fields.FloatField()
    takes_from = fields.FloatField(null=True)
    takes_until = fields.FloatField(null=True)
    note = fields.TextField()
    state = fields.CharField(max_length=32)
    decided_by = fields.TextField()
    answer = fields.TextField()
    ended_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'swap_offer'
        indexes = (Index(fields=('ended_at', 'id'), name='swap_offer_live'),)


class ContactLimitsRow(Row):
    breaks = fields.CharField(max_length=32)
    longest_min = fields.IntField()
    must_reach = fields.CharField(max_length=32)
    changed_at = fields.FloatField()
    by = fields.TextField()
    version = fields.IntField()

    class Meta:
        table = 'contact_limits'


_REPORT = {
    'report_every': Form(write=lambda every: every.value, read=lambda text: ReportEvery(text or '')),
    'report_at': Form(write=lambda at: at, read=lambda text: text or REPORT_AT),
}
"""Contacts of earlier releases have chosen none."""


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
    Table(Contact, ContactRow, forms=_REPORT),
    Table(Escalation, EscalationRow, live='t.ended_at IS NULL'),
    Table(CalendarSource, CalendarSourceRow, live='t.retired_at IS NULL'),
    Table(SwapOffer, SwapOfferRow, live='t.ended_at IS NULL'),
    Table(ContactLimits, ContactLimitsRow),
)
