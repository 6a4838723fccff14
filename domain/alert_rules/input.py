"""What is typed or sent of an alert rule, checked field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from domain.alerts.model import EVERYTHING, RuleScope
from domain.alerts.tuning import Tunable
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.text import clean_labels, clean_line, clean_text
from domain.devices.model import Criticality
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower

LONGEST_WAIT_S = 86_400.0
MOST_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlertRule:
    """A rule as it shall be from now on. A limit that is left out is as delivered; without a ``severity`` the rule judges it."""

    enabled: bool = True
    reason: str = ''
    severity: Severity | None = None
    after_s: float = 0.0
    limits: Mapping[str, float] = field(default_factory=dict)
    scope: RuleScope = EVERYTHING


def checked_alert_rule(fleet: Fleet, rule: Tunable, new: NewAlertRule, known: RuleScope) -> NewAlertRule:
    """Raises ``Invalid`` naming the field. Towers that are gone may stay in a scope in which they are already (``known``)."""
    reason = clean_text(new.reason, 'reason', most=1000).strip()
    if not new.enabled and not rule.can_be_off:
        raise Invalid('other rules rely on it: it cannot be switched off', field='enabled')
    if not new.enabled and not reason:
        raise Invalid('say why it is switched off', field='reason')
    if new.severity is Severity.CLEARED:
        raise Invalid('must be a severity that an alert can have', field='severity')
    if not 0 <= new.after_s <= LONGEST_WAIT_S:
        raise Invalid(f'must be 0 to {LONGEST_WAIT_S:.0f} seconds', field='after_s')
    if not rule.has_scope and new.scope != EVERYTHING:
        raise Invalid('its alerts are about neither devices nor towers', field='scope')
    return replace(
        new,
        reason='' if new.enabled else reason,
        limits=_limits(rule, new.limits),
        scope=_scope(fleet, new.scope, known),
    )


def _limits(rule: Tunable, said: Mapping[str, float]) -> dict[str, float]:
    """Those that differ from what is delivered."""
    by_name = {one.name: one for one in rule.limits}
    if unknown := sorted(said.keys() - by_name.keys()):
        raise Invalid('this rule has no such limit', field=f'limits.{unknown[0][:64]}')
    for name, value in said.items():
        one = by_name[name]
        if not isfinite(value) or not one.least <= value <= one.most:
            raise Invalid(f'must be {one.least:g} to {one.most:.12g} {one.unit}', field=f'limits.{name}')
    return {name: float(value) for name, value in sorted(said.items()) if value != by_name[name].default}


def _scope(fleet: Fleet, scope: RuleScope, known: RuleScope) -> RuleScope:
    if scope.criticality and scope.criticality not in set(Criticality):
        raise Invalid(f'must be one of {", ".join(Criticality)}', field='scope.criticality')
    for id in _few(scope.towers, 'scope.towers'):
        if id not in known.towers and fleet.find(Tower, id) is None:
            raise Invalid(f'there is no tower {id[:64]!r}', field='scope.towers')
    return replace(
        scope,
        labels=clean_labels(scope.labels, 'scope.labels'),
        regions=tuple(clean_line(one, 'scope.regions') for one in _few(scope.regions, 'scope.regions')),
        operators=tuple(clean_line(one, 'scope.operators') for one in _few(scope.operators, 'scope.operators')),
    )


def _few(values: Sequence[str], place: str) -> Sequence[str]:
    if len(values) > MOST_NAMED:
        raise Invalid(f'at most {MOST_NAMED}, got {len(values)}', field=place)
    return values
