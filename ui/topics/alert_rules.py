"""The rules that raise alerts: what each watches, what is set of it, and what became of it in the last week."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alert_rules.alerts import TUNABLE
from domain.alert_rules.service import RuleWeek, alerts_of_week, week_of
from domain.alerts.model import EVERYTHING, Alert, AlertTuning
from domain.alerts.tuning import Tunable
from ui.design import look
from ui.durations import written
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic


class AlertRulesTopic(ListTopic):
    """Every rule. What was cleared in the last week is read when the page is opened, and what is open joins it."""

    kinds = (AlertTuning, Alert)
    sorts: ClassVar[dict[str, str]] = {'name': 'name', 'raised': 'raised', 'open': 'open'}
    searched = ('name', 'watches')
    filters = ('state',)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._lately: dict[str, Alert] = {}

    async def open(self) -> None:
        """Read the last week."""
        found = await alerts_of_week(self.fleet, self.store, self.clock())
        self._lately = {alert.id: alert for alert in found}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per rule, in the order of the catalogue."""
        self._lately.update(self.fleet[Alert])
        lately = week_of(self._lately.values(), self.clock())
        open_now = week_of(self.fleet[Alert].values(), self.clock())
        for key, rule in TUNABLE.items():
            tuning, week = rule.within(self.fleet), lately.get(key, RuleWeek())
            is_open = open_now.get(key, RuleWeek()).open
            yield {
                'id': key,
                'name': rule.name,
                'watches': rule.watches,
                'state': state_of_rule(rule, tuning),
                'values': values_of(rule, tuning) or None,
                'reason': tuning.reason or None,
                'open': is_open or None,
                'counts': f'{week.raised:,} in 7 days, {is_open:,} open',
                'raised': week.raised or None,
                'false': f'{week.false} of {week.raised}' if week.false else None,
                'changed_at': tuning.changed_at or None,
            }


def state_of_rule(rule: Tunable, tuning: AlertTuning) -> str:
    """``off``, ``set`` where something differs from what is delivered, else ``default``."""
    if not tuning.enabled:
        return 'off'
    return 'set' if values_of(rule, tuning) else 'default'


def values_of(rule: Tunable, tuning: AlertTuning) -> str:
    """What differs from what is delivered, each with what that is: ``At least 10 devices (5)``."""
    found = []
    for limit in rule.limits:
        value = rule.limit(tuning, limit.name)
        if value != limit.default:
            found.append(f'{limit.label} {value:.12g} {limit.unit} ({limit.default:.12g})')
    if tuning.severity is not None:
        found.append(f'{look("severity", tuning.severity.value).word} (as judged)')
    if tuning.after_s:
        found.append(f'told after {written(round(tuning.after_s))} (at once)')
    if tuning.scope != EVERYTHING:
        found.append(f'for {scope_of(tuning)} (all)')
    return ', '.join(found)


def scope_of(tuning: AlertTuning) -> str:
    """The scope in words."""
    scope = tuning.scope
    parts = [f'{key}={value}' for key, value in scope.labels.items()]
    parts += [f'{scope.criticality} and more critical'] if scope.criticality else []
    parts += [*scope.regions, *scope.operators]
    parts += [f'{len(scope.towers)} tower{"" if len(scope.towers) == 1 else "s"}'] if scope.towers else []
    return ', '.join(parts)


TOPICS = (TopicRow('alert-rules', Permission.RULES_READ, AlertRulesTopic, whole=True),)
