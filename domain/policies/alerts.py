"""The alerts of a policy: how many break it, and that it is not asked."""

from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, ProbableCause, rule_key
from domain.alerts.raising import SEVERE, clear_alert, raise_alert
from domain.changes.transaction import Transaction
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import Device, DeviceState
from domain.journal.model import Subject
from domain.policies.model import Policy


def policy_broken(tx: Transaction, policy: Policy, device: Device) -> None:
    """One more device breaks a policy; only critical and major policies call a person, with one alert for all their devices."""
    if policy.severity in SEVERE:
        _policy_alert(tx, policy, +1, f'newest: {device.name}')


def policy_kept(tx: Transaction, policy: Policy, device: Device) -> None:
    """One device less breaks the policy; the last one clears its alert."""
    if open_alert(tx, policy.enterprise, _policy_key(policy)) is not None:
        _policy_alert(tx, policy, -1, f'last back in policy: {device.name}')


def policy_changed(tx: Transaction, policy: Policy) -> None:
    """The policy itself changed, perhaps its severity: its alert counts anew the devices that break it."""
    devices = sum(
        _breaks(tx, policy, id)
        for id in tx.fleet(policy.enterprise).index(StatusCounters).not_compliant.get(policy.id, ())
    )
    if devices and policy.severity in SEVERE and policy.retired_at is None:
        alert = open_alert(tx, policy.enterprise, _policy_key(policy))
        _raise_for_policy(tx, policy, devices, alert.detail if alert is not None else '')
    else:
        clear_alert(tx, policy.enterprise, _policy_key(policy))


def rule_troubled(tx: Transaction, policy: Policy, words: str) -> None:
    """The policy's rule is not asked, because of ``words``; without any it is."""
    if not words:
        clear_alert(tx, policy.enterprise, rule_key(policy.id))
        return
    raise_alert(
        tx,
        key=rule_key(policy.id),
        enterprise=policy.enterprise,
        subject=Subject('policy', policy.id, policy.name),
        alarm_type=AlarmType.OPERATIONAL,
        severity=policy.severity,
        cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        problem=f'{policy.name} is not asked',
        detail=words,
    )


def _breaks(tx: Transaction, policy: Policy, device_id: str) -> bool:
    state = tx.find(DeviceState, policy.enterprise, device_id)
    verdict = state.verdicts.get(policy.id) if state is not None else None
    return verdict is not None and verdict.violation is not None


def _policy_key(policy: Policy) -> str:
    return f'policy/{policy.id}'


def _policy_alert(tx: Transaction, policy: Policy, step: int, detail: str) -> None:
    alert = open_alert(tx, policy.enterprise, _policy_key(policy))
    devices = (alert.devices if alert is not None else 0) + step
    if devices <= 0:
        clear_alert(tx, policy.enterprise, _policy_key(policy))
    else:
        _raise_for_policy(tx, policy, devices, detail)


def _raise_for_policy(tx: Transaction, policy: Policy, devices: int, detail: str) -> None:
    raise_alert(
        tx,
        key=_policy_key(policy),
        enterprise=policy.enterprise,
        subject=Subject('policy', policy.id, policy.name),
        alarm_type=AlarmType.OPERATIONAL,
        severity=policy.severity,
        cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        problem=f'{policy.name} is broken',
        detail=detail,
        devices=devices,
    )
