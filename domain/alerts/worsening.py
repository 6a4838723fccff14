"""When an open alert is clearly worse than people were told, and what follows: it is told again, and one that was acknowledged is open
again (TMF642 ``changed``)."""

from dataclasses import replace

from domain.alerts.events import AlertWorsened
from domain.alerts.model import NOT_ACKNOWLEDGED, NOT_FALSE, NOT_SNOOZED, Acknowledgement, Alert
from domain.changes.transaction import Transaction
from domain.common.severity import RANK
from domain.journal.model import Subject

GROWN = 2
GROWN_BY = 10
"""Twice as many devices, and ten more at least, are a matter that other people would be sent to."""
MOST_KEPT = 20
"""Former acknowledgements that an alert keeps; the journal has all of them."""


def is_worse(alert: Alert) -> bool:
    """True when it is of a higher severity than people were told, or hurts :data:`GROWN` times and :data:`GROWN_BY` more devices."""
    if RANK[alert.severity] < RANK[alert.told_severity]:
        return True
    return alert.devices >= max(GROWN * alert.told_devices, alert.told_devices + GROWN_BY)


def told_again(tx: Transaction, alert: Alert, *, again: bool) -> Alert:
    """The alert after people are told that it got worse (``again``: that its cause is back), for all of them to acknowledge."""
    tx.note(
        AlertWorsened(
            at=tx.now,
            enterprise=alert.enterprise,
            subject=Subject(alert.object_kind, alert.object_id, alert.object_name),
            alert=alert.id,
            problem=alert.problem,
            severity=alert.severity,
            before=alert.told_severity,
            detail=alert.detail,
            devices=alert.devices,
            devices_before=alert.told_devices,
            again=again,
            acknowledged_by=alert.acknowledged_by or '',
        )
    )
    after = replace(
        alert,
        told_severity=alert.severity,
        told_devices=max(alert.devices, alert.told_devices),
        **NOT_FALSE,
        **NOT_SNOOZED,
    )
    if alert.acknowledged_at is None:
        return after
    former = Acknowledgement(
        at=alert.acknowledged_at,
        by=alert.acknowledged_by or '',
        severity=alert.told_severity,
        comment=alert.comment,
        reopened_at=tx.now,
    )
    return replace(
        after,
        acknowledgements=(*alert.acknowledgements, former)[-MOST_KEPT:],
        reopened_at=tx.now,
        **NOT_ACKNOWLEDGED,
    )
