"""The alerts of a rule of one's own."""

from dataclasses import replace

from domain.alerts.catalogue import OWN_RULES
from domain.alerts.model import AlarmType, Alert, Comment, Condition, ProbableCause
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.own_rules.model import OwnRule, hold_id

OWN = AlertRule(
    key='own/{}',
    object='enterprise',
    type=AlarmType.QUALITY_OF_SERVICE,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{what}',
    tuned=OWN_RULES,
)
OWN_DEVICE = AlertRule(
    key='own-device/{}',
    object='device',
    type=AlarmType.QUALITY_OF_SERVICE,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{what}: {name}',
    tuned=OWN_RULES,
)
"""Of one device, where a rule over facts says so. Its key has the rule and the device."""


def fires(tx: Transaction, rule: OwnRule, values: str) -> None:
    """Its expression has been true for long enough; ``values`` are what it read."""
    owner = tx.fleet(rule.enterprise).enterprise
    detail = f'{rule.text}: {values}' if rule.text else values
    known = OWN.open_for(tx, owner, on=rule.id)
    if known is None or (known.detail, known.problem) != (detail, rule.name):
        raised = OWN.raise_for(tx, owner, on=rule.id, severity=rule.severity, detail=detail[:1000], what=rule.name)
        keep_condition(tx, raised, rule, values)


def keep_condition(tx: Transaction, alert: Alert | None, rule: OwnRule, values: str) -> None:
    """Keep with an alert what its rule had asked and read when it raised it; later values change the detail alone."""
    if alert is not None and alert.condition is None:
        condition = Condition(
            rule=rule.id, name=rule.name, expression=rule.expression, for_s=rule.for_s, values=values[:1000]
        )
        tx.put(replace(alert, condition=condition))


def own_rule_of(alert: Alert) -> str | None:
    """The id of the rule of one's own that raised it, also of one that was raised before conditions were kept."""
    if alert.condition is not None:
        return alert.condition.rule
    found = next((rule for rule in (OWN, OWN_DEVICE) if rule.is_of(alert)), None)
    return alert.key.removeprefix(found.key_of('')).partition('/')[0] if found is not None else None


def rests(tx: Transaction, rule: OwnRule, because: str = '', by: str = '') -> None:
    """Its expression is not true any more, or the rule is gone or another one ``because`` of what a person did."""
    owner = tx.fleet(rule.enterprise).enterprise
    if (alert := OWN.open_for(tx, owner, on=rule.id)) is not None:
        gone(tx, alert, because, by)


def closes(tx: Transaction, rule: OwnRule, because: str, by: str) -> None:
    """All its alerts end ``because`` of what a person did."""
    rests(tx, rule, because, by)
    for _, alert in alerts_of_devices(tx, rule):
        gone(tx, alert, because, by)


def alerts_of_devices(tx: Transaction, rule: OwnRule) -> list[tuple[str, Alert]]:
    """The open alerts of single devices, each with the id of what was found (:func:`domain.own_rules.model.hold_id`)."""
    alerts = [
        (on, tx.find(Alert, rule.enterprise, alert.id)) for on, alert in OWN_DEVICE.all_in(tx.fleet(rule.enterprise))
    ]
    return [(on, now) for on, now in alerts if now is not None and now.is_open and on.startswith(hold_id(rule.id, ''))]


def gone(tx: Transaction, alert: Alert, because: str = '', by: str = '') -> None:
    """One of them is over, ``because`` of what a person did where that is so."""
    comments = (*alert.comments, Comment(at=tx.now, by=by, text=because)) if because else alert.comments
    clear_alert(tx, replace(alert, comments=comments))
