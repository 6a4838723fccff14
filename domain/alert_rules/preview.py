"""How many alerts of the last week a rule would have raised as it shall be."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.alert_rules.measuring import Look
from domain.alerts.model import EVERYTHING, Alert, AlertTuning
from domain.fleet.fleet import Fleet

WEEK_S = 7 * 86_400.0
MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """Of the alerts raised since ``since`` (epoch seconds): how many there were, how many were told to people, and how many of them
    there would have been as the rule shall be. ``unanswered`` is what the kept alerts cannot tell. ``closes`` are open now."""

    since: float
    raised: int
    told: int
    raised_then: int
    told_then: int
    closes: int
    unanswered: tuple[str, ...] = ()


def preview_of(look: Look, after: AlertTuning, alerts: Sequence[Alert]) -> RulePreview:
    """What comes of ``alerts`` of the rule, raised in the week before the moment of the look or open at it."""
    since = look.now - WEEK_S
    kept = [alert for alert in alerts if would_be_raised(look, after, alert)]
    lately = [alert for alert in alerts if alert.raised_at >= since]
    then = [alert for alert in kept if alert.raised_at >= since]
    unanswered = look.unanswered(after)
    if len(alerts) >= MOST_LOOKED_AT:
        unanswered.append(f'Only the newest {MOST_LOOKED_AT:,} alerts were looked at')
    if after.after_s < look.before.after_s:
        unanswered.append('An alert that was over before people were told of it counts by how long it lasted')
    return RulePreview(
        since=since,
        raised=len(lately),
        told=sum(alert.told_at is not None for alert in lately),
        raised_then=len(then),
        told_then=sum(_would_be_told(look, after, alert) for alert in then),
        closes=sum(alert.is_open for alert in alerts) - sum(alert.is_open for alert in kept),
        unanswered=tuple(unanswered),
    )


def would_be_raised(look: Look, after: AlertTuning, alert: Alert) -> bool:
    """True unless the rule is off, is for others, or a stricter limit rules the alert out."""
    return after.enabled and _is_in(look.fleet, after, alert) and not look.within(alert, after)


def _is_in(fleet: Fleet, tuning: AlertTuning, alert: Alert) -> bool:
    if tuning.scope == EVERYTHING:
        return True
    return fleet.live.concerns(fleet, fleet.find, tuning.scope, alert.subject, alert.witnesses)


def _would_be_told(look: Look, after: AlertTuning, alert: Alert) -> bool:
    lasted_s = (alert.cleared_at or look.now) - alert.raised_at
    waited = alert.told_at is None and alert.parent is None and lasted_s < look.before.after_s
    return (alert.told_at is not None or waited) and lasted_s >= after.after_s
