"""All rules that raise alerts, by the key under which an enterprise sets them; what becomes of open alerts when one is set."""

from collections.abc import Mapping
from dataclasses import replace

from domain.alert_rules.measuring import Look
from domain.alert_rules.preview import would_be_raised
from domain.alerts.catalogue import POLICY_BROKEN, SITE_DOWN
from domain.alerts.model import Alert, AlertTuning, Comment
from domain.alerts.raising import clear_alert
from domain.alerts.rule import AlertRule
from domain.alerts.tuning import Tunable, id_of
from domain.changes.transaction import Transaction
from domain.channels import alerts as channels
from domain.common.errors import NotFound
from domain.devices import alerts as devices
from domain.devices.unknown_cells.model import UnknownCell
from domain.devices.unknown_cells.review import ask_again
from domain.devices.unknown_cells.surroundings import ABOUT_ITS_ALERTS, there_now
from domain.enforcement import alerts as enforcement
from domain.enrolment import alerts as enrolment
from domain.guarding import alerts as guarding
from domain.maintenance import alerts as maintenance
from domain.oncall import alerts as oncall
from domain.own_rules import alerts as own_rules
from domain.policies import alerts as policies
from domain.policies.model import Policy
from domain.silence import alerts as silence
from domain.towers import alerts as towers
from domain.towers.rollup import tell_untold
from domain.towers.together import alerts as together

_NOUNS = (
    towers,
    together,
    silence,
    devices,
    policies,
    enforcement,
    enrolment,
    channels,
    oncall,
    maintenance,
    guarding,
    own_rules,
)
RULES: tuple[AlertRule, ...] = tuple(
    {id(rule): rule for noun in _NOUNS for rule in vars(noun).values() if isinstance(rule, AlertRule)}.values()
)
TUNABLE: Mapping[str, Tunable] = {rule.tuned.key: rule.tuned for rule in RULES}
_LONGEST_FIRST = sorted(RULES, key=lambda rule: -len(rule.key))


def need_rule(name: str, enterprise: str = '') -> Tunable:
    """The rule of that key, or of the id that it has in that enterprise; ``NotFound``."""
    if (found := TUNABLE.get(name.removeprefix(id_of(enterprise, '')))) is None:
        raise NotFound(f'there is no alert rule {name[:40]!r}')
    return found


def rule_that_raised(alert: Alert) -> AlertRule | None:
    """The rule that an alert is of; ``None`` for one of a release that had others."""
    return next((rule for rule in _LONGEST_FIRST if rule.is_of(alert)), None)


def is_of(rule: Tunable, alert: Alert) -> bool:
    """True for an alert that this rule raised."""
    found = rule_that_raised(alert)
    return found is not None and found.tuned is rule


def close_ruled_out(tx: Transaction, look: Look, after: AlertTuning, by: str) -> int:
    """Close the open alerts that the rule would not raise any more, each with a comment that says so; how many those are."""
    rule, closed = look.rule, 0
    because = f'The rule {rule.name} was set so that it does not raise this alert any more'
    if not after.enabled:
        because = f'The rule {rule.name} was switched off: {after.reason}'
    for alert in [one for one in tx.all(Alert, after.enterprise) if one.is_open and is_of(rule, one)]:
        if not would_be_raised(look, after, alert):
            comments = (*alert.comments, Comment(at=tx.now, by=by, text=because[:1000]))
            clear_alert(tx, replace(alert, comments=comments))
            closed += 1
    if after.enabled:
        _look_anew(tx, rule, after.enterprise)
    return closed


def _look_anew(tx: Transaction, rule: Tunable, enterprise: str) -> None:
    """What lasts and is told at its begin alone is looked at again: it began while the rule was off, or did not take it in."""
    if rule is POLICY_BROKEN:
        for policy in list(tx.all(Policy, enterprise)):
            policies.policy_changed(tx, policy)
    elif rule is SITE_DOWN:
        tell_untold(tx, enterprise)
    elif rule in {one.tuned for one in ABOUT_ITS_ALERTS}:
        fleet = tx.fleet(enterprise)
        for cell in list(fleet[UnknownCell].values()):
            ask_again(tx, fleet, there_now(fleet, cell))
