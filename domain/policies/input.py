"""A policy as a person types it, and its checks."""

from dataclasses import dataclass, replace

from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.common.text import clean_labels, clean_line, clean_text
from domain.devices.actions import Action
from domain.devices.model import DeviceKind
from domain.policies.model import Mode, Policy, Selector
from domain.rules.language import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPolicy:
    """What a person says of a policy, see :class:`domain.policies.model.Policy`."""

    name: str
    rule: str
    description: str = ''
    severity: Severity = Severity.MINOR
    selector: Selector = Selector()
    mode: Mode = Mode.AUDIT
    grace_s: int = 0
    action: Action = Action.QUARANTINE


def rule_of(base: Policy | None, new: NewPolicy) -> Rule:
    """The rule that the policy ``base`` would get, ``None`` for a new policy. Raises ``RuleError`` with line and column as it was typed.

    A rule that was stored before comparisons were looked at may stay as it is while its policy is edited, unless it begins to be enforced.
    """
    if base is None or new.rule.strip() != base.rule:
        return Rule(new.rule)
    return Rule(new.rule, stored=new.mode is not Mode.ENFORCE or base.mode is Mode.ENFORCE)


def checked_grace(seconds: int) -> None:
    """Raise ``Invalid`` for a grace that no policy may have."""
    if not 0 <= seconds <= 90 * 86_400:
        raise Invalid('must be 0 seconds to 90 days', field='grace_s')


def policy_of(base: Policy, new: NewPolicy) -> Policy:
    if new.severity in (Severity.CLEARED, Severity.INDETERMINATE):
        raise Invalid('choose critical, major, minor or warning', field='severity')
    checked_grace(new.grace_s)
    unknown = [kind for kind in new.selector.kinds if kind not in set(DeviceKind)]
    if unknown:
        raise Invalid(
            f'there is no kind {unknown[0][:40]!r}; kinds are {", ".join(DeviceKind)}', field='selector.kinds'
        )
    if new.action is not Action.QUARANTINE:
        raise Invalid('a policy can quarantine', field='action')
    return replace(
        base,
        name=clean_line(new.name, 'name'),
        rule=rule_of(base, new).text.strip(),
        description=clean_text(new.description, 'description'),
        severity=new.severity,
        selector=Selector(tuple(sorted(new.selector.kinds)), clean_labels(new.selector.labels, 'selector.labels')),
        mode=new.mode,
        grace_s=new.grace_s,
        action=new.action,
    )
