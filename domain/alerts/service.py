"""What people do with alerts."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.events import AlertAcknowledged
from domain.alerts.lookup import need_alert
from domain.alerts.model import Alert
from domain.changes.transaction import Draft
from domain.changes.transactor import Road
from domain.common.errors import Conflict
from domain.common.text import clean_text
from domain.journal.model import Subject


class AlertService:
    """What people do with alerts."""

    def __init__(self, *, road: Road) -> None:
        self._road = road

    async def acknowledge(self, actor: Actor, alert_id: str, comment: str = '') -> Alert:
        """Say that somebody has seen it; the alert stays open until its cause is gone. Acknowledging twice is a ``Conflict``."""
        actor.require(Permission.ALERTS_WRITE)
        comment = clean_text(comment, 'comment', most=1000)

        def decide(draft: Draft) -> Alert:
            alert = need_alert(draft, actor, alert_id)
            if alert.acknowledged_at is not None:
                raise Conflict(f'already acknowledged by {alert.acknowledged_by}')
            alert = replace(
                alert,
                acknowledged_at=draft.now,
                acknowledged_by=actor.name,
                comment=comment,
                changed_at=draft.now,
                version=alert.version + 1,
            )
            draft.put(alert)
            subject = Subject(alert.object_kind, alert.object_id, alert.object_name)
            draft.note(
                AlertAcknowledged(
                    at=draft.now,
                    enterprise=actor.enterprise,
                    subject=subject,
                    by=actor.name,
                    alert=alert.id,
                    problem=alert.problem,
                    comment=comment,
                )
            )
            return alert

        return await self._road.travel(decide, actor=actor)
