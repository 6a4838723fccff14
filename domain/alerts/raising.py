"""Raising an alert, raising it higher, clearing it; called by :mod:`domain.alerts.rule`, which knows the keys."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.alerts.events import AlertCleared, AlertRaised
from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.changes.transaction import Transaction
from domain.common.ids import new_id
from domain.common.severity import Severity
from domain.journal.model import Subject


def raise_alert(
    tx: Transaction,
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
    known = open_alert(tx, enterprise, key)
    facts: dict[str, Any] = {
        'severity': severity,
        'probable_cause': cause,
        'problem': problem,
        'detail': detail,
        'devices': devices,
        'score': score,
        'witnesses': tuple(witnesses),
    }
    if known is not None:
        if all(getattr(known, name) == value for name, value in facts.items()):
            return known
        alert = replace(known, changed_at=tx.now, version=known.version + 1, **facts)
        tx.put(alert)
        return alert
    alert = Alert(
        id=new_id(),
        enterprise=enterprise,
        key=key,
        alarm_type=alarm_type,
        object_kind=subject.kind,
        object_id=subject.id,
        object_name=subject.name,
        raised_at=tx.now,
        changed_at=tx.now,
        **facts,
    )
    tx.put(alert)
    raised = AlertRaised(
        at=tx.now,
        enterprise=enterprise,
        subject=subject,
        alert=alert.id,
        severity=severity,
        problem=problem,
        detail=detail,
    )
    tx.note(raised)
    return alert


def clear_alert(tx: Transaction, alert: Alert) -> None:
    """The cause of an open alert is gone."""
    tx.put(replace(alert, cleared_at=tx.now, changed_at=tx.now, version=alert.version + 1))
    subject = Subject(alert.object_kind, alert.object_id, alert.object_name)
    open_s = tx.now - alert.raised_at
    tx.note(
        AlertCleared(
            at=tx.now,
            enterprise=alert.enterprise,
            subject=subject,
            alert=alert.id,
            problem=alert.problem,
            open_s=open_s,
        )
    )
