"""Raising an alert, raising it higher, clearing it; called by :mod:`domain.alerts.rule`, which knows the keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from domain.alerts.correlation import attach, ending_with, first_told, leave_children
from domain.alerts.events import AlertCleared
from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, Alert, Evidence, ProbableCause
from domain.alerts.worsening import is_worse, told_again
from domain.changes.transaction import Transaction
from domain.common.ids import new_id
from domain.common.severity import Severity, worse
from domain.journal.model import Subject

MOST_EVIDENCE = 100
"""Witnesses whose words an alert keeps."""


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
    readings: Mapping[str, str] = MappingProxyType({}),
    under: Alert | None = None,
    wait_s: float = 0.0,
) -> Alert:
    """Raise the alert of that key, or bring the open one up to date. ``under`` explains it; a new one that nothing explains is announced
    after ``wait_s`` seconds. ``readings`` are the words of single witnesses, by device, where they have others than ``detail``."""
    facts: dict[str, Any] = {
        'severity': severity,
        'probable_cause': cause,
        'problem': problem,
        'detail': detail,
        'devices': devices,
        'score': score,
        'witnesses': tuple(witnesses),
    }
    facts['evidence'] = _evidence(tx, open_alert(tx, enterprise, key), facts, readings)
    if (known := open_alert(tx, enterprise, key)) is not None:
        after = _brought_up_to_date(tx, known, facts, is_child=known.parent is not None or under is not None)
        return after if under is None else attach(tx, after, under)
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
        peak_severity=severity,
        peak_devices=devices,
        first_problem=problem,
        first_detail=detail,
        told_severity=severity,
        told_devices=devices,
        **facts,
    )
    if under is None:
        waiting = replace(alert, waits_since=tx.now, tell_at=tx.now + wait_s)
        alert = waiting if wait_s > 0 else first_told(tx, alert)
    tx.put(alert)
    return alert if under is None else attach(tx, alert, under)


def _evidence(
    tx: Transaction, known: Alert | None, facts: dict[str, Any], readings: Mapping[str, str]
) -> tuple[Evidence, ...]:
    """What was kept, and what the witnesses say that have joined."""
    kept = known.evidence if known is not None else ()
    heard = {one.device for one in kept}
    new = [id for id in facts['witnesses'] if id not in heard][: MOST_EVIDENCE - len(kept)]
    return (*kept, *(Evidence(device=id, at=tx.now, reading=readings.get(id) or facts['detail']) for id in new))


def _brought_up_to_date(tx: Transaction, known: Alert, facts: dict[str, Any], *, is_child: bool) -> Alert:
    """Nothing is told again of one that people have not been told of, that another one explains, or that flaps."""
    after = replace(
        known,
        peak_severity=worse(known.peak_severity, facts['severity']),
        peak_devices=max(known.peak_devices, facts['devices']),
        recovery='',
        held_since=None,
        awaited=None,
        missing=None,
        **facts,
    )
    if after == known:
        return known
    again = bool(known.recovery)  # people saw that it was going
    is_silent = is_child or known.told_at is None or known.tell_at is not None or known.flapping_since is not None
    if not is_silent and (again or is_worse(after)):
        after = told_again(tx, after, again=again)
    after = replace(after, changed_at=tx.now, version=known.version + 1)
    tx.put(after)
    return after


def note_recovery(
    tx: Transaction,
    alert: Alert,
    recovery: str,
    *,
    held: bool = False,
    awaited: int | None = None,
    missing: int | None = None,
) -> None:
    """The cause of an open alert is going, or gone (``held``) while what it hurt is waited for. All else stays as it was at its worst."""
    held_since = (tx.now if alert.held_since is None else alert.held_since) if held else None
    after = replace(alert, recovery=recovery, held_since=held_since, awaited=awaited, missing=missing)
    if after != alert:
        tx.put(replace(after, changed_at=tx.now, version=alert.version + 1))


def clear_alert(tx: Transaction, alert: Alert) -> None:
    """The cause of an open alert is gone. What is kept has the severity of its worst: it is what people look for in the archive."""
    after = replace(
        alert,
        severity=alert.peak_severity,
        held_since=None,
        waits_since=None,
        tell_at=None,
        flapping_since=None,
        cleared_at=tx.now,
        changed_at=tx.now,
        version=alert.version + 1,
    )
    tx.put(after)
    for child in ending_with(tx, after):
        clear_alert(tx, child)
    leave_children(tx, after)
    tx.note(
        AlertCleared(
            at=tx.now,
            enterprise=alert.enterprise,
            subject=alert.subject,
            alert=alert.id,
            problem=alert.problem,
            open_s=tx.now - alert.raised_at,
            severity=alert.peak_severity,
            devices=alert.peak_devices,
            missing=alert.missing or 0,
            quiet=alert.told_at is None,
        )
    )
