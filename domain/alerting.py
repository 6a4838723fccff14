"""Raising, changing and clearing alerts: one open alert per cause, however often it is reported."""

from collections.abc import Sequence
from dataclasses import replace

from domain.alerts import AlarmType, Alert, ProbableCause, rule_key
from domain.devices import Device, DeviceState
from domain.draft import Draft
from domain.ids import new_id
from domain.journal import AlertCleared, AlertRaised, Subject
from domain.policies import Policy, Severity

_LOUD = frozenset({Severity.CRITICAL, Severity.MAJOR})


def raise_alert(
    draft: Draft,
    *,
    key: str,
    enterprise: str,
    subject: Subject,
    alarm_type: AlarmType,
    severity: Severity,
    cause: ProbableCause,
    problem: str,
    detail: str = '',
    devices: int = 0,
    score: float | None = None,
    witnesses: Sequence[str] = (),
) -> Alert:
    """Raise the alert of that key, or bring the open one up to date."""
    open_alert = draft.alert_on(enterprise, key)
    facts = {
        'severity': severity,
        'probable_cause': cause,
        'problem': problem,
        'detail': detail,
        'devices': devices,
        'score': score,
        'witnesses': tuple(witnesses),
    }
    if open_alert is not None:
        if all(getattr(open_alert, name) == value for name, value in facts.items()):
            return open_alert
        alert = replace(open_alert, changed_at=draft.now, version=open_alert.version + 1, **facts)  # type: ignore[arg-type]
        draft.put(alert)
        return alert
    alert = Alert(
        id=new_id(),
        enterprise=enterprise,
        key=key,
        alarm_type=alarm_type,
        severity=severity,
        probable_cause=cause,
        problem=problem,
        object_kind=subject.kind,
        object_id=subject.id,
        object_name=subject.name,
        raised_at=draft.now,
        changed_at=draft.now,
        detail=detail,
        devices=devices,
        score=score,
        witnesses=tuple(witnesses),
    )
    draft.put(alert)
    raised = AlertRaised(
        at=draft.now,
        enterprise=enterprise,
        subject=subject,
        alert=alert.id,
        severity=severity,
        problem=problem,
        detail=detail,
    )
    draft.note(raised)
    return alert


def clear_alert(draft: Draft, enterprise: str, key: str) -> None:
    """The cause is gone; harmless when no alert of that key is open."""
    alert = draft.alert_on(enterprise, key)
    if alert is None:
        return
    draft.put(replace(alert, cleared_at=draft.now, changed_at=draft.now, version=alert.version + 1))
    subject = Subject(alert.object_kind, alert.object_id, alert.object_name)
    open_s = draft.now - alert.raised_at
    draft.note(
        AlertCleared(
            at=draft.now, enterprise=enterprise, subject=subject, alert=alert.id, problem=alert.problem, open_s=open_s
        )
    )


def policy_broken(draft: Draft, policy: Policy, device: Device) -> None:
    """One more device breaks a policy; only critical and major policies call a person, with one alert for all their devices."""
    if policy.severity in _LOUD:
        _policy_alert(draft, policy, +1, f'newest: {device.name}')


def policy_kept(draft: Draft, policy: Policy, device: Device) -> None:
    """One device less breaks the policy; the last one clears its alert."""
    if draft.alert_on(policy.enterprise, _policy_key(policy)) is not None:
        _policy_alert(draft, policy, -1, f'last back in policy: {device.name}')


def policy_changed(draft: Draft, policy: Policy) -> None:
    """The policy itself changed, perhaps its severity: its alert counts anew the devices that break it."""
    devices = sum(_breaks(draft, policy, id) for id in draft.fleet(policy.enterprise).not_compliant.get(policy.id, ()))
    if devices and policy.severity in _LOUD and policy.retired_at is None:
        alert = draft.alert_on(policy.enterprise, _policy_key(policy))
        _raise_for_policy(draft, policy, devices, alert.detail if alert is not None else '')
    else:
        clear_alert(draft, policy.enterprise, _policy_key(policy))


def rule_troubled(draft: Draft, policy: Policy, words: str) -> None:
    """The policy's rule is not asked, because of ``words``; without any it is."""
    if not words:
        clear_alert(draft, policy.enterprise, rule_key(policy.id))
        return
    raise_alert(
        draft,
        key=rule_key(policy.id),
        enterprise=policy.enterprise,
        subject=Subject('policy', policy.id, policy.name),
        alarm_type=AlarmType.OPERATIONAL,
        severity=policy.severity,
        cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        problem=f'{policy.name} is not asked',
        detail=words,
    )


def _breaks(draft: Draft, policy: Policy, device_id: str) -> bool:
    state = draft.find(DeviceState, policy.enterprise, device_id)
    verdict = state.verdicts.get(policy.id) if state is not None else None
    return verdict is not None and verdict.violation is not None


def _policy_key(policy: Policy) -> str:
    return f'policy/{policy.id}'


def _policy_alert(draft: Draft, policy: Policy, step: int, detail: str) -> None:
    alert = draft.alert_on(policy.enterprise, _policy_key(policy))
    devices = (alert.devices if alert is not None else 0) + step
    if devices <= 0:
        clear_alert(draft, policy.enterprise, _policy_key(policy))
    else:
        _raise_for_policy(draft, policy, devices, detail)


def _raise_for_policy(draft: Draft, policy: Policy, devices: int, detail: str) -> None:
    raise_alert(
        draft,
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
