"""The policies with their live compliance, and one policy."""

import time
from collections.abc import Iterator
from typing import Any, ClassVar

from domain.alerts import Alert
from domain.devices import Device, DeviceState
from domain.fleet import Fleet
from domain.policies import Compliance, Mode, Policy
from domain.violations import Violation
from ui.channels import News
from ui.spans import written
from ui.topics.base import ListTopic, ObjectTopic

_SEVERITIES = {name: index for index, name in enumerate(('critical', 'major', 'minor', 'warning'))}


def policy_row(fleet: Fleet, policy: Policy) -> dict[str, Any]:
    """What a list shows of a policy; ``waiting`` devices have not been judged yet."""
    tally = fleet.tallies[policy.id]
    counts = {
        status.value: tally[status]
        for status in (Compliance.COMPLIANT, Compliance.VIOLATING, Compliance.EXCUSED, Compliance.UNKNOWN)
    }
    judged = sum(counts.values())
    return {
        'id': policy.id,
        'name': policy.name,
        'description': policy.description,
        'severity': policy.severity,
        'severity_order': _SEVERITIES.get(policy.severity, 9),
        'mode': policy.mode,
        'rule': policy.rule,
        'kinds': ', '.join(policy.selector.kinds) or 'all kinds',
        'labels': dict(policy.selector.labels),
        'judged': judged,
        'compliant': counts['compliant'],
        'violating': counts['violating'],
        'excused': counts['excused'],
        'unknown': counts['unknown'],
        'share': 100 * counts['compliant'] / judged if judged else None,
        'broken_share': 100 * counts['violating'] / judged if judged else 0,
        'counts': counts,
        'grace_s': policy.grace_s,
        'version': policy.version,
        'changed_at': policy.changed_at,
        'trouble': fleet.rule_trouble(policy.id) or None,
    }


def _answer(policy: Policy) -> str:
    if policy.mode is Mode.AUDIT:
        return 'recorded, nothing more'
    return f'{policy.action} ' + (f'after {written(policy.grace_s)}' if policy.grace_s else 'at once')


class PoliciesTopic(ListTopic):
    """All policies, the most broken first unless asked otherwise."""

    kinds = (Policy, DeviceState)
    sorts: ClassVar[dict[str, str]] = {
        name: name
        for name in ('name', 'mode', 'judged', 'compliant', 'violating', 'unknown', 'excused', 'share', 'changed_at')
    } | {'severity': 'severity_order'}
    filters = ('severity', 'mode')
    searched = ('name', 'description', 'rule')
    default = '-violating'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._tallies: Any = None
        self._troubled: set[str] = set()

    def concerned(self, news: News) -> bool:
        """True when a policy changed or a tally moved."""
        tallies = {policy: dict(self.fleet.tallies[policy]) for policy in self.fleet.policies}
        moved, self._tallies = tallies != self._tallies, tallies
        troubled = {policy for policy in self.fleet.policies if self.fleet.rule_trouble(policy)}
        moved, self._troubled = moved or troubled != self._troubled, troubled
        return moved or bool(news.of(Policy))

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per policy."""
        return (policy_row(self.fleet, policy) for policy in self.fleet.policies.values())


class PolicyTopic(ObjectTopic):
    """One policy with its live compliance, and how many devices it binds that its newest version has not judged yet."""

    kinds = (Policy, Device, DeviceState, Violation, Alert)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._counted: tuple[int, int] = (0, 0)
        self._count_after = 0.0
        self._waits = False
        self._behind = False
        self._settled: int | None = None
        """The version by which everybody who was judged has been judged."""

    def concerned(self, news: News) -> bool:
        """True when something moved, while verdicts of an older version are being replaced, and when it is time to count again."""
        return super().concerned(news) or self._waits or (self._behind and time.monotonic() >= self._count_after)

    def view(self) -> dict[str, Any]:
        """The policy now; ``{'gone': True}`` once it is retired."""
        policy = self.fleet.policies.get(self.id)
        if policy is None:
            return {'gone': True}
        row = policy_row(self.fleet, policy)
        bound, waiting = self._count(policy)
        held = sum(command.policy == policy.id and command.is_open for command in self.fleet.commands.values())
        return {
            **row,
            'bound': bound,
            'waiting': waiting or None,
            'commands': held or None,
            'counts': {**row['counts'], Compliance.UNEVALUATED.value: waiting},
            'answer': _answer(policy),
            'label_list': [f'{key}={value}' for key, value in policy.selector.labels.items()] or None,
        }

    def _count(self, policy: Policy) -> tuple[int, int]:
        """Devices bound, and those of them without a verdict of the policy's newest version; a large fleet is counted less often."""
        started = time.monotonic()
        self._behind = started < self._count_after
        if policy.version != self._settled and started >= self._count_after:
            fleet, selector = self.fleet, policy.selector
            bound = waiting = stale = 0
            for device in fleet.devices.values():
                if selector.matches(device.kind, device.labels):
                    bound += 1
                    verdict = fleet.state_of(device.id).verdicts.get(policy.id)
                    waiting += verdict is None or verdict.version != policy.version
                    stale += verdict is not None and verdict.version != policy.version
            self._counted, self._waits = (bound, waiting), stale > 0
            # Once nobody is left with an older verdict, who is not judged has not been heard: the difference of two counts.
            self._settled = None if stale else policy.version
            self._count_after = started + max(0.5, 40 * (time.monotonic() - started))
        elif policy.version == self._settled and started >= self._count_after:
            bound = self._bound(policy)
            self._counted = bound, max(0, bound - sum(self.fleet.tallies[policy.id].values()))
            self._count_after = started + max(0.5, 40 * (time.monotonic() - started))
        return self._counted

    def _bound(self, policy: Policy) -> int:
        selector = policy.selector
        if not selector.kinds and not selector.labels:
            return len(self.fleet.devices)
        return sum(selector.matches(device.kind, device.labels) for device in self.fleet.devices.values())
