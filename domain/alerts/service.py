"""What people do with alerts."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.events import AlertAcknowledged
from domain.alerts.lookup import need_alert
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict
from domain.common.text import clean_text
from domain.journal.model import Subject


class AlertService:
    """What people do with alerts."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def acknowledge(self, actor: Actor, alert_id: str, comment: str = '') -> Alert:
        """A person has seen it; the alert stays open until its cause is gone. Acknowledging twice is a ``Conflict``."""
        actor.require(Permission.ALERTS_WRITE)
        comment = clean_text(comment, 'comment', most=1000)

        def decide(tx: Transaction) -> Alert:
            alert = need_alert(tx, actor, alert_id)
            if alert.acknowledged_at is not None:
                raise Conflict(f'already acknowledged by {alert.acknowledged_by}')
            alert = replace(
                alert,
                acknowledged_at=tx.now,
                acknowledged_by=actor.name,
                comment=comment,
                told_severity=alert.severity,
                told_devices=alert.devices,
                changed_at=tx.now,
                version=alert.version + 1,
            )
            tx.put(alert)
            subject = Subject(alert.object_kind, alert.object_id, alert.object_name)
            tx.note(
                AlertAcknowledged(
                    at=tx.now,
                    enterprise=actor.enterprise,
                    subject=subject,
                    by=actor.name,
                    alert=alert.id,
                    problem=alert.problem,
                    comment=comment,
                    severity=alert.severity,
                )
            )
            return alert

        return await self._transactor.transact(decide, actor=actor)
