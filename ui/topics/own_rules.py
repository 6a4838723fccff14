"""The alert rules that an enterprise has written itself."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.own_rules.alerts import OWN
from domain.own_rules.live import FactHolds
from domain.own_rules.model import FactHold, Over, OwnRule
from ui.durations import counted, written
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic


class OwnRulesTopic(ListTopic):
    """One row each, by name."""

    kinds = (OwnRule, FactHold, Alert)
    sorts: ClassVar[dict[str, str]] = {'name': 'name'}
    default = 'name'
    searched = ('name', 'expression')

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per rule."""
        for rule in self.fleet[OwnRule].values():
            alert, held = OWN.open_in(self.fleet, rule.id), self.fleet.index(FactHolds)
            of = rule.counted
            parts = [*(f'{key}={value}' for key, value in of.labels.items()), *of.kinds, *of.regions]
            yield {
                'id': rule.id,
                'version': rule.version,
                'name': rule.name,
                'expression': rule.expression,
                'for': written(round(rule.for_s)) if rule.for_s else 'at once',
                'severity': rule.severity,
                'counted': ', '.join(parts) or None,
                'state': 'on' if rule.enabled else 'off',
                'over': _over(rule),
                'holds': written_holds(len(held.due(rule.id)), len(held.waiting(rule.id))),
                'alert': 'Open' if alert is not None else None,
                'alert_id': alert.id if alert is not None else None,
                'holds_since': rule.holds_since if alert is None else None,
            }


def _over(rule: OwnRule) -> str:
    """``The fleet``, ``Each device``, ``5 devices at least``."""
    if rule.over is Over.COUNTERS:
        return 'The fleet'
    return f'{rule.at_least:,} devices at least' if rule.at_least > 1 else 'Each device'


def written_holds(due: int, waiting: int) -> str | None:
    """``3 devices, 2 waiting``; nothing while it holds of none."""
    words = [counted(due, 'device')] if due else []
    return ', '.join([*words, *([f'{waiting:,} waiting'] if waiting else [])]) or None


TOPICS = (TopicRow('own-rules', Permission.RULES_READ, OwnRulesTopic, whole=True),)
