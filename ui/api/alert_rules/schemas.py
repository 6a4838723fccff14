"""Alert rules in JSON. What a program may edit is spelled as in the body that changes it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.alert_rules.input import NewAlertRule
from domain.alert_rules.preview import RulePreview
from domain.alert_rules.service import RuleWeek
from domain.alerts.model import AlertTuning, RuleScope
from domain.alerts.tuning import Tunable
from domain.common.severity import Severity
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.schema import Schema

_SCOPE = {'labels': {'site': 'west'}, 'criticality': '', 'regions': [], 'operators': [], 'towers': []}
NEW_ALERT_RULE = Schema(
    NewAlertRule,
    {
        'enabled': True,
        'reason': '',
        'severity': 'minor',
        'after_s': 60.0,
        'limits': {'devices': 10.0, 'share_percent': 50.0, 'crowd': 20.0},
        'scope': _SCOPE,
    },
)


class RuleLimit(Struct, kw_only=True, frozen=True):
    """A limit of a rule: what it is as delivered (``default``), and from ``least`` to ``most`` what it may be."""

    name: str
    label: str
    unit: str
    default: float
    least: float
    most: float


class AlertRule(Struct, kw_only=True, frozen=True):
    """What an enterprise has set of a rule that raises alerts. While nothing was set the version is 0.

    ``severity`` takes the place of the one that the rule judges. What clears within ``after_s`` seconds is not told to people.
    """

    id: str
    rule: str
    name: str
    watches: str
    enabled: bool
    reason: str
    severity: Severity | None
    after_s: float
    limits: Mapping[str, float]
    scope: RuleScope
    limits_of: tuple[RuleLimit, ...]
    has_scope: bool
    can_be_off: bool
    changed_at: Time | None
    changed_by: str
    version: int


class AlertRuleCounts(Struct, kw_only=True, frozen=True):
    """A rule with what became of it in the last seven days: alerts raised, told to people, and marked as false alarms; and those open."""

    id: str
    rule: str
    raised: int
    told: int
    false: int
    open: int


class AlertRulePreview(Struct, kw_only=True, frozen=True):
    """Alerts raised and told since a moment, and how many of them there would have been. ``unanswered`` is what cannot be told from what
    is kept. Saving closes ``closes`` open alerts."""

    since: Time
    raised: int
    told: int
    raised_then: int
    told_then: int
    closes: int
    unanswered: tuple[str, ...]


ALERT_RULE = Schema(
    AlertRule,
    {
        'id': '01KAPX2D8QW4E6R9T1Y3U5I7OP-silent-together',
        'rule': 'silent-together',
        'name': 'Devices silent together',
        'watches': 'Devices that share a tower, label, network or kind fall silent at one moment.',
        **NEW_ALERT_RULE.example,
        'limits_of': [
            {'name': 'devices', 'label': 'At least', 'unit': 'devices', 'default': 5.0, 'least': 2.0, 'most': 100000.0}
        ],
        'has_scope': True,
        'can_be_off': True,
        'changed_at': '2026-11-20T08:00:00.000Z',
        'changed_by': 'Ann',
        'version': 1,
    },
)
ALERT_RULE_COUNTS = Schema(
    AlertRuleCounts,
    {
        'id': '01KAPX2D8QW4E6R9T1Y3U5I7OP-silent-together',
        'rule': 'silent-together',
        'raised': 14,
        'told': 12,
        'false': 3,
        'open': 1,
    },
)
ALERT_RULE_PREVIEW = Schema(
    AlertRulePreview,
    {
        'since': '2026-11-23T08:00:00.000Z',
        'raised': 14,
        'told': 12,
        'raised_then': 3,
        'told_then': 3,
        'closes': 1,
        'unanswered': ['Labels and towers are those of now'],
    },
)


def alert_rule(rule: Tunable, tuning: AlertTuning) -> AlertRule:
    """A rule as it is set."""
    return AlertRule(
        id=tuning.id,
        rule=rule.key,
        name=rule.name,
        watches=rule.watches,
        enabled=tuning.enabled,
        reason=tuning.reason,
        severity=tuning.severity,
        after_s=tuning.after_s,
        limits=rule.limits_in(tuning),
        scope=tuning.scope,
        limits_of=tuple(
            RuleLimit(
                name=one.name,
                label=one.label,
                unit=one.unit,
                default=float(one.default),
                least=float(one.least),
                most=float(one.most),
            )
            for one in rule.limits
        ),
        has_scope=rule.has_scope,
        can_be_off=rule.can_be_off,
        changed_at=maybe_time(tuning.changed_at or None),
        changed_by=tuning.by,
        version=tuning.version,
    )


def counts(tuning: AlertTuning, week: RuleWeek) -> AlertRuleCounts:
    """What became of a rule."""
    return AlertRuleCounts(
        id=tuning.id, rule=tuning.rule, raised=week.raised, told=week.told, false=week.false, open=week.open
    )


def preview(found: RulePreview) -> AlertRulePreview:
    """What would have come of the last week."""
    told: dict[str, Any] = {
        name: getattr(found, name) for name in AlertRulePreview.__struct_fields__ if name != 'since'
    }
    return AlertRulePreview(since=time_text(found.since), **told)
