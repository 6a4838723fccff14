"""The alert of a rule of one's own."""

from dataclasses import replace

from domain.alerts.catalogue import OWN_RULES
from domain.alerts.model import AlarmType, Comment, ProbableCause
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.own_rules.model import OwnRule

OWN = AlertRule(
    key='own/{}',
    object='enterprise',
    type=AlarmType.QUALITY_OF_SERVICE,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{what}',
    tuned=OWN_RULES,
)


def fires(tx: Transaction, rule: OwnRule, values: str) -> None:
    """Its expression has been true for long enough; ``values`` are what it read."""
    owner = tx.fleet(rule.enterprise).enterprise
    detail = f'{rule.text}: {values}' if rule.text else values
    known = OWN.open_for(tx, owner, on=rule.id)
    if known is None or (known.detail, known.problem) != (detail, rule.name):
        OWN.raise_for(tx, owner, on=rule.id, severity=rule.severity, detail=detail[:1000], what=rule.name)


def rests(tx: Transaction, rule: OwnRule, because: str = '', by: str = '') -> None:
    """Its expression is not true any more, or the rule is gone or another one ``because`` of what a person did."""
    owner = tx.fleet(rule.enterprise).enterprise
    alert = OWN.open_for(tx, owner, on=rule.id)
    if alert is None:
        return
    comments = (*alert.comments, Comment(at=tx.now, by=by, text=because)) if because else alert.comments
    clear_alert(tx, replace(alert, comments=comments))
