"""The alert rules that an enterprise has written itself."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.own_rules.alerts import OWN
from domain.own_rules.model import OwnRule
from ui.durations import written
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic


class OwnRulesTopic(ListTopic):
    """One row each, by name."""

    kinds = (OwnRule, Alert)
    sorts: ClassVar[dict[str, str]] = {'name': 'name'}
    default = 'name'
    searched = ('name', 'expression')

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per rule."""
        for rule in self.fleet[OwnRule].values():
            alert = OWN.open_in(self.fleet, rule.id)
            counted = rule.counted
            parts = [*(f'{key}={value}' for key, value in counted.labels.items()), *counted.kinds, *counted.regions]
            yield {
                'id': rule.id,
                'version': rule.version,
                'name': rule.name,
                'expression': rule.expression,
                'for': written(round(rule.for_s)) if rule.for_s else 'at once',
                'severity': rule.severity,
                'counted': ', '.join(parts) or None,
                'state': 'off' if not rule.enabled else 'default',
                'alert': 'Open' if alert is not None else None,
                'alert_id': alert.id if alert is not None else None,
                'holds_since': rule.holds_since if alert is None else None,
            }


TOPICS = (TopicRow('own-rules', Permission.RULES_READ, OwnRulesTopic, whole=True),)
