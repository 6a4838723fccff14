"""One policy."""

import time
from typing import Any

from domain.alerts.model import Alert
from domain.devices.compliance import Compliance
from domain.devices.listing.counters import StatusCounters
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.enforcement.model import Command
from domain.maintenance.covering import LabelWorks
from domain.maintenance.model import MaintenanceWindow
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation
from ui.durations import written
from ui.live.channel import News
from ui.topics.base import ObjectTopic
from ui.topics.policies.list import policy_row


def _answer(policy: Policy) -> str:
    if policy.mode is Mode.AUDIT:
        return 'recorded, nothing more'
    return f'{policy.action} ' + (f'after {written(policy.grace_s)}' if policy.grace_s else 'at once')


class PolicyTopic(ObjectTopic):
    """One policy with its live compliance, and how many devices it binds that its newest version has not judged yet."""

    kinds = (Policy, Device, DeviceState, Violation, Alert, MaintenanceWindow)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._counted: tuple[int, int] = (0, 0)
        self._count_after = 0.0
        self._waits = False
        self._behind = False
        self._settled: int | None = None
        """The version by which every device that was judged has been judged."""

    def concerned(self, news: News) -> bool:
        """True when something moved, while verdicts of an older version are being replaced, and when it is time to count again."""
        return super().concerned(news) or self._waits or (self._behind and time.monotonic() >= self._count_after)

    def view(self) -> dict[str, Any]:
        """The policy now; ``{'gone': True}`` once it is retired."""
        policy = self.fleet[Policy].get(self.id)
        if policy is None:
            return {'gone': True}
        row = policy_row(self.fleet, policy)
        bound, waiting = self._count(policy)
        held = sum(command.policy == policy.id and command.is_open for command in self.fleet[Command].values())
        return {
            **row,
            'bound': bound,
            'waiting': waiting or None,
            'commands': held or None,
            'counts': {**row['counts'], Compliance.UNEVALUATED.value: waiting},
            'works': self._works(),
            'answer': _answer(policy),
            'label_list': [f'{key}={value}' for key, value in policy.selector.labels.items()] or None,
        }

    def _works(self) -> str | None:
        """Planned works that last now and excuse devices by label; a narrowed role does not read of them."""
        rows = () if self.fleet.scope else self.fleet.index(LabelWorks).lasting()
        names = [row.name for row in rows]
        return f'Planned works: {", ".join(names[:3])}{" …" if len(names) > 3 else ""}' if names else None

    def _count(self, policy: Policy) -> tuple[int, int]:
        """Devices bound, and those of them without a verdict of the policy's newest version; a large fleet is counted less often."""
        started = time.monotonic()
        self._behind = started < self._count_after
        if policy.version != self._settled and started >= self._count_after:
            fleet, selector = self.fleet, policy.selector
            bound = waiting = stale = 0
            for device in fleet[Device].values():
                if selector.matches(device.kind, device.labels):
                    bound += 1
                    verdict = state_of(fleet, device.id).verdicts.get(policy.id)
                    waiting += verdict is None or verdict.version != policy.version
                    stale += verdict is not None and verdict.version != policy.version
            self._counted, self._waits = (bound, waiting), stale > 0
            # Once no device is left with an older verdict, one that is not judged has not been heard: the difference of two counts.
            self._settled = None if stale else policy.version
            self._count_after = started + max(0.5, 40 * (time.monotonic() - started))
        elif policy.version == self._settled and started >= self._count_after:
            bound = self._bound(policy)
            self._counted = bound, max(0, bound - sum(self.fleet.index(StatusCounters).by_policy[policy.id].values()))
            self._count_after = started + max(0.5, 40 * (time.monotonic() - started))
        return self._counted

    def _bound(self, policy: Policy) -> int:
        selector = policy.selector
        if not selector.kinds and not selector.labels:
            return len(self.fleet[Device])
        return sum(selector.matches(device.kind, device.labels) for device in self.fleet[Device].values())
