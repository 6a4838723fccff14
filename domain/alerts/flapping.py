"""An alert that comes and goes: people are told so once, and not of each turn."""

from dataclasses import replace

from domain.alerts.events import AlertFlapping
from domain.alerts.model import Alert
from domain.alerts.worsening import told_again
from domain.changes.transaction import Transaction


def begin_flapping(tx: Transaction, alert: Alert, share: float) -> Alert:
    """It flaps: ``share`` percent of the newest results changed. What it says of itself goes on, what people are told does not."""
    tx.note(
        AlertFlapping(
            at=tx.now,
            enterprise=alert.enterprise,
            subject=alert.subject,
            alert=alert.id,
            problem=alert.problem,
            severity=alert.severity,
            share=round(share, 1),
        )
    )
    after = replace(
        alert,
        flapping_since=tx.now,
        told_at=tx.now if alert.told_at is None else alert.told_at,
        told_severity=alert.severity,
        told_devices=max(alert.devices, alert.told_devices),
        waits_since=None,
        tell_at=None,
        changed_at=tx.now,
        version=alert.version + 1,
    )
    tx.put(after)
    return after


def end_flapping(tx: Transaction, alert: Alert) -> Alert:
    """It is steady. Where its cause stands, people are told that it does, unless another alert explains it; where it is gone, its end
    tells them."""
    after = replace(alert, flapping_since=None, changed_at=tx.now, version=alert.version + 1)
    if not alert.recovery and alert.parent is None:
        after = told_again(tx, after, again=True)
    tx.put(after)
    return after
