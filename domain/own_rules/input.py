"""What is typed or sent of a rule of one's own, checked field by field."""

from dataclasses import dataclass, replace

from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.text import clean_labels, clean_line, clean_text
from domain.devices.model import DeviceKind
from domain.fleet.fleet import Fleet
from domain.own_rules.expressions import check_policies, expression
from domain.own_rules.model import WHOLE, Counted
from domain.policies.model import Policy

LONGEST_S = 7 * 86_400.0
MOST_NAMED = 50


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


def checked_own_rule(fleet: Fleet, new: NewOwnRule) -> NewOwnRule:
    """Raises ``Invalid`` naming the field."""
    found = expression(new.expression.strip())
    check_policies(found, {policy.name for policy in fleet[Policy].values()})
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
        expression=found.text,
        text=clean_text(new.text, 'text', most=500).strip(),
        counted=Counted(
            labels=clean_labels(counted.labels, 'counted.labels'),
            kinds=tuple(dict.fromkeys(counted.kinds)),
            regions=tuple(dict.fromkeys(clean_line(one, 'counted.regions') for one in counted.regions)),
        ),
    )
