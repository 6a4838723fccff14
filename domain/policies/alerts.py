"""The alerts of a policy: how many break it, and that it is not asked."""

from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import Device, DeviceState
from domain.policies.model import Policy

SEVERE = frozenset({Severity.CRITICAL, Severity.MAJOR})
"""What is worth a person's attention at once."""
BROKEN = AlertRule(
    key='policy/{}',
    object='policy',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{name} is broken',
    past=('is', 'was'),
)
NOT_ASKED = AlertRule(
    key='policy/{}/rule',
    object='policy',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{name} is not asked',
    past=('is', 'was'),
)


def policy_broken(tx: Transaction, policy: Policy, device: Device) -> None:
    """One more device breaks a policy; only critical and major policies call a person, with one alert for all their devices."""
    if policy.severity in SEVERE:
        _policy_alert(tx, policy, +1, f'newest: {device.name}')


def policy_kept(tx: Transaction, policy: Policy, device: Device) -> None:
    """One device less breaks the policy; the last one clears its alert."""
    if BROKEN.open_for(tx, policy) is not None:
        _policy_alert(tx, policy, -1, f'last back in policy: {device.name}')


def policy_changed(tx: Transaction, policy: Policy) -> None:
    """The policy itself changed, perhaps its severity: its alert counts anew the devices that break it."""
    devices = sum(
        _breaks(tx, policy, id)
        for id in tx.fleet(policy.enterprise).index(StatusCounters).not_compliant.get(policy.id, ())
    )
    if devices and policy.severity in SEVERE and policy.retired_at is None:
        alert = BROKEN.open_for(tx, policy)
        _raise_for_policy(tx, policy, devices, alert.detail if alert is not None else '')
    else:
        BROKEN.clear_for(tx, policy)


def rule_troubled(tx: Transaction, policy: Policy, words: str) -> None:
    """The policy's rule is not asked, because of ``words``; without any it is."""
    if words:
        NOT_ASKED.raise_for(tx, policy, severity=policy.severity, detail=words)
    else:
        NOT_ASKED.clear_for(tx, policy)


def policy_retired(tx: Transaction, policy: Policy) -> None:
    """No device can break it any more, and it is not asked by intent."""
    BROKEN.clear_for(tx, policy)
    NOT_ASKED.clear_for(tx, policy)


def _breaks(tx: Transaction, policy: Policy, device_id: str) -> bool:
    state = tx.find(DeviceState, policy.enterprise, device_id)
    verdict = state.verdicts.get(policy.id) if state is not None else None
    return verdict is not None and verdict.violation is not None


def _policy_alert(tx: Transaction, policy: Policy, step: int, detail: str) -> None:
    alert = BROKEN.open_for(tx, policy)
    devices = (alert.devices if alert is not None else 0) + step
    if devices <= 0:
        BROKEN.clear_for(tx, policy)
    else:
        _raise_for_policy(tx, policy, devices, detail)


def _raise_for_policy(tx: Transaction, policy: Policy, devices: int, detail: str) -> None:
    BROKEN.raise_for(tx, policy, severity=policy.severity, detail=detail, devices=devices)
