"""The alerts of a policy: how many break it, and that it is not asked."""

from collections.abc import Collection

from domain.alerts.catalogue import POLICY_BROKEN, POLICY_NOT_ASKED
from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, Alert, ProbableCause
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
    tuned=POLICY_BROKEN,
    past=('is', 'was'),
)
NOT_ASKED = AlertRule(
    key='policy/{}/rule',
    object='policy',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{name} is not asked',
    tuned=POLICY_NOT_ASKED,
    past=('is', 'was'),
)


def policy_broken(tx: Transaction, policy: Policy, device: Device) -> None:
    """One more device breaks a policy; only critical and major policies call a person, with one alert for all their devices."""
    if policy.severity in SEVERE:
        _policy_alert(tx, policy, +1, f'newest: {device.name}', device)


def policy_kept(tx: Transaction, policy: Policy, device: Device) -> None:
    """One device less breaks the policy; the last one clears its alert."""
    if BROKEN.open_for(tx, policy) is not None:
        _policy_alert(tx, policy, -1, f'last back in policy: {device.name}', device)


def policy_changed(tx: Transaction, policy: Policy) -> None:
    """The policy itself changed, perhaps its severity: its alert counts anew the devices that break it."""
    devices = sum(_breaks(tx, policy, id) for id in _not_compliant(tx, policy))
    if devices > _most(tx, policy) and policy.severity in SEVERE and policy.retired_at is None:
        alert = BROKEN.open_for(tx, policy)
        _raise_for_policy(tx, policy, devices, alert.detail if alert is not None else '')
    else:
        BROKEN.clear_for(tx, policy)


def alert_of_policy(tx: Transaction, enterprise: str, policy_id: str | None) -> Alert | None:
    """The open alert that devices break that policy; what is wrong with one of them because of it is a part of that."""
    return open_alert(tx, enterprise, BROKEN.key_of(policy_id)) if policy_id is not None else None


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


def _not_compliant(tx: Transaction, policy: Policy) -> Collection[str]:
    return tx.fleet(policy.enterprise).index(StatusCounters).not_compliant.get(policy.id, ())


def _most(tx: Transaction, policy: Policy) -> float:
    """So many devices may break it before a person is called."""
    return POLICY_BROKEN.limit(POLICY_BROKEN.of(tx, policy.enterprise), 'more_than')


def _policy_alert(tx: Transaction, policy: Policy, step: int, detail: str, device: Device) -> None:
    alert, most = BROKEN.open_for(tx, policy), _most(tx, policy)
    if alert is None and most:  # nothing has counted them yet
        others = {*_not_compliant(tx, policy), *tx.rows(DeviceState)} - {device.id}
        devices = 1 + sum(_breaks(tx, policy, id) for id in others)
    else:
        devices = (alert.devices if alert is not None else 0) + step
    if devices <= most:
        BROKEN.clear_for(tx, policy)
    else:
        _raise_for_policy(tx, policy, devices, detail)


def _raise_for_policy(tx: Transaction, policy: Policy, devices: int, detail: str) -> None:
    BROKEN.raise_for(tx, policy, severity=policy.severity, detail=detail, devices=devices)
