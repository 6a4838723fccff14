"""What is typed or sent of a rule of one's own, checked field by field."""

from dataclasses import dataclass, replace

from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.text import clean_labels, clean_line, clean_text
from domain.devices.model import DeviceKind
from domain.fleet.fleet import Fleet
from domain.own_rules.expressions import check_policies, checked_expression
from domain.own_rules.facts.asking import checked_facts
from domain.own_rules.model import WHOLE, Counted, Over
from domain.policies.model import Policy

LONGEST_S = 7 * 86_400.0
MOST_NAMED = 50
MOST_DEVICES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOwnRule:
    """A rule as it shall be from now on, see :class:`domain.own_rules.model.OwnRule`."""

    name: str
    expression: str
    for_s: float = 0.0
    severity: Severity = Severity.MINOR
    text: str = ''
    counted: Counted = WHOLE
    enabled: bool = True
    over: Over = Over.COUNTERS
    at_least: int = 1
    each: bool = False


def checked_own_rule(fleet: Fleet, new: NewOwnRule) -> NewOwnRule:
    """Raises ``Invalid`` naming the field."""
    text = _checked_expression(fleet, new)
    if not 0 <= new.for_s <= LONGEST_S:
        raise Invalid(f'must be 0 to {LONGEST_S:.0f} seconds', field='for_s')
    if new.severity in (Severity.CLEARED, Severity.INDETERMINATE):
        raise Invalid('must be a severity that an alert can have', field='severity')
    counted = new.counted
    for name, values in (('regions', counted.regions), ('kinds', counted.kinds)):
        if len(values) > MOST_NAMED:
            raise Invalid(f'at most {MOST_NAMED}, got {len(values)}', field=f'counted.{name}')
    if unknown := [kind for kind in counted.kinds if kind not in set(DeviceKind)]:
        raise Invalid(f'{unknown[0][:40]} is none of {", ".join(DeviceKind)}', field='counted.kinds')
    return replace(
        new,
        name=clean_line(new.name, 'name'),
        expression=text,
        text=clean_text(new.text, 'text', most=500).strip(),
        counted=Counted(
            labels=clean_labels(counted.labels, 'counted.labels'),
            kinds=tuple(dict.fromkeys(counted.kinds)),
            regions=tuple(dict.fromkeys(clean_line(one, 'counted.regions') for one in counted.regions)),
        ),
    )


def _checked_expression(fleet: Fleet, new: NewOwnRule) -> str:
    """As it is kept, with what belongs to one over facts alone."""
    if not 1 <= new.at_least <= MOST_DEVICES:
        raise Invalid(f'must be 1 to {MOST_DEVICES:,} devices', field='at_least')
    if new.over is Over.FACTS:
        if new.each and new.at_least != 1:
            raise Invalid('must be 1 where each device has an alert of its own', field='at_least')
        return checked_facts(new.expression)
    if new.each or new.at_least != 1:
        raise Invalid('is for expressions over facts of devices', field='each' if new.each else 'at_least')
    found = checked_expression(new.expression)
    check_policies(found, {policy.name for policy in fleet[Policy].values()})
    return found.text
