"""Counters over the states of a fleet's devices, moved with each state instead of counted again."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from domain.devices import DeviceState
from domain.policies import Compliance, Verdict
from domain.verdicts import differing

_NO_VERDICTS: Mapping[str, Verdict] = {}


class Tallies:
    """``by_policy`` counts the devices that a policy finds compliant, violating, excused, unknown; ``not_compliant`` names those
    that it does not find compliant, and what it finds."""

    def __init__(self) -> None:
        self.presence: Counter[str] = Counter()
        self.compliance: Counter[str] = Counter()
        self.by_policy: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.not_compliant: defaultdict[str, dict[str, Compliance]] = defaultdict(dict)

    def move(self, device_id: str, before: DeviceState | None, after: DeviceState | None) -> None:
        """Take one state out and the other in; ``None`` stands for a device that is not there."""
        if before is None or after is None or before.presence is not after.presence:
            _step(self.presence, before.presence if before else None, after.presence if after else None)
        if before is None or after is None or before.compliance is not after.compliance:
            _step(self.compliance, before.compliance if before else None, after.compliance if after else None)
        old = before.verdicts if before is not None else _NO_VERDICTS
        new = after.verdicts if after is not None else _NO_VERDICTS
        if old is not new:
            self._judged(device_id, old, new)

    def _judged(self, device_id: str, before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> None:
        for policy in differing(before, after):
            if (verdict := before.get(policy)) is not None:
                self.by_policy[policy][verdict.status] -= 1
                self.not_compliant[policy].pop(device_id, None)
            if (verdict := after.get(policy)) is not None:
                self.by_policy[policy][verdict.status] += 1
                if verdict.status is not Compliance.COMPLIANT:
                    self.not_compliant[policy][device_id] = verdict.status


def _step(counter: Counter[str], left: str | None, entered: str | None) -> None:
    if left is not None:
        counter[left] -= 1
    if entered is not None:
        counter[entered] += 1
