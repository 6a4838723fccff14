"""What each policy says of one device."""

from typing import Any, ClassVar

from domain.common.severity import Severity
from domain.devices.compliance import Compliance, Verdict
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Reporting
from domain.policies.model import Policy
from domain.rules.language import Rule, RuleError, RuleInput
from domain.rules.vocabulary import PATHS
from domain.towers.model import Tower, TowerState
from ui.live.channel import News
from ui.sentences.words import evidence_text
from ui.topics.devices.list import stale_at
from ui.topics.window import ListTopic

GRAVITY = tuple(Severity)


class VerdictsTopic(ListTopic):
    """The policies that bind a device, and what each says with its evidence."""

    kinds = (DeviceState, Policy)
    sorts: ClassVar[dict[str, str]] = {'status': 'order', 'name': 'name'}
    default = 'status'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._paths: dict[tuple[str, int], tuple[str, ...]] = {}

    def concerned(self, news: News) -> bool:
        """True when the device was judged again or a policy changed."""
        return self.id in news.of(DeviceState) or bool(news.of(Policy))

    def rows(self) -> list[dict[str, Any]]:
        """One row per policy that binds the device."""
        device = self.fleet[Device].get(self.id)
        if device is None:
            return []
        state = state_of(self.fleet, self.id)
        verdicts, stale = state.verdicts, stale_at(state)
        rows = []
        order = [
            Compliance.VIOLATING,
            Compliance.UNKNOWN,
            Compliance.EXCUSED,
            Compliance.UNEVALUATED,
            Compliance.COMPLIANT,
            Compliance.NOT_APPLICABLE,
        ]
        for policy in self.fleet[Policy].values():
            if not policy.selector.matches(device.kind, device.labels):
                continue
            verdict = verdicts.get(policy.id)
            status = verdict.status if verdict else Compliance.UNEVALUATED
            rows.append(
                {
                    'id': policy.id,
                    'name': policy.name,
                    'severity': policy.severity,
                    'mode': policy.mode,
                    'rule': policy.rule,
                    'status': status,
                    'order': order.index(status),
                    'evidence': self._evidence(device, policy, verdict),
                    'reason': verdict.reason if verdict else 'waits for the first check-in',
                    'since': verdict.since if verdict else None,
                    'stale_at': stale,
                }
            )
        return rows

    def _evidence(self, device: Device, policy: Policy, verdict: Verdict | None) -> str:
        """What the rule saw when it was broken, with what it would see now; for a kept one, what it sees now."""
        if verdict is None:
            return ''
        state = state_of(self.fleet, self.id)
        tower = self.fleet[Tower].get(state.tower or '')
        view = RuleInput(
            device,
            state,
            tower,
            self.fleet[TowerState].get(state.tower or ''),
            self.clock(),
            self.fleet[Reporting].get(device.id),
        )
        if verdict.evidence:
            return evidence_text(
                verdict.evidence, {path: view.value(path) for path in verdict.evidence if path in PATHS}
            )
        key = (policy.id, policy.version)
        if key not in self._paths:
            try:
                self._paths[key] = tuple(sorted(Rule(policy.rule, stored=True).paths))
            except RuleError:  # from before an upgrade; the reason stands in the row
                self._paths[key] = ()
        return evidence_text({path: view.value(path) for path in self._paths[key]})
