"""What a rule of one's own had asked, as its alert tells it in JSON."""

from msgspec import Struct

from domain.alerts.model import Alert


class AlertCondition(Struct, kw_only=True, frozen=True):
    """What the alert rule of one's own of that ``rule_id`` asked when it raised an alert: its expression, which had been true for ``for_s``
    seconds, and the ``values`` that it read then. The rule may be another one by now, or gone."""

    rule_id: str
    name: str
    expression: str
    for_s: float
    values: str


def condition(row: Alert) -> AlertCondition | None:
    """Nothing for an alert that another rule has raised."""
    if (asked := row.condition) is None:
        return None
    return AlertCondition(
        rule_id=asked.rule, name=asked.name, expression=asked.expression, for_s=asked.for_s, values=asked.values
    )
