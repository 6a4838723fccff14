"""Open violations: of the enterprise, of one policy, or of the devices on one tower."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.policies import Policy
from domain.violations import Violation
from ui.sentences import evidence_text
from ui.topics.base import ListTopic


class ViolationsTopic(ListTopic):
    """One row per open violation, the newest first; ``policy`` and ``tower`` in the query narrow it."""

    kinds = (Violation, Policy)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'opened_at', 'policy', 'tower')}
    filters = ('severity', 'state')
    searched = ('name', 'policy', 'tower')
    default = '-opened_at'

    def rows(self) -> Iterator[dict[str, Any]]:
        """The open violations."""
        fleet, wanted_policy, wanted_tower = self.fleet, self.query.get('policy'), self.query.get('tower')
        for violation in fleet.violations.values():
            if (wanted_policy and violation.policy != wanted_policy) or (
                wanted_tower and violation.tower != wanted_tower
            ):
                continue
            device = fleet.devices.get(violation.device)
            policy = fleet.policies.get(violation.policy)
            tower = fleet.towers.get(violation.tower or '')
            yield {
                'id': violation.id,
                'name': device.name if device else 'retired device',
                'device_id': violation.device,
                'policy': policy.name if policy else 'retired policy',
                'policy_id': violation.policy,
                'severity': violation.severity,
                'state': 'excused' if violation.excused_at else 'violating',
                'evidence': evidence_text(violation.evidence),
                'tower': tower.name if tower else None,
                'tower_id': violation.tower if tower else None,
                'opened_at': violation.opened_at,
                'excused_at': violation.excused_at,
            }
