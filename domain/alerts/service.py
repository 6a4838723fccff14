"""What people do with alerts."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.events import AlertAcknowledged, AlertCommented, AlertUnacknowledged
from domain.alerts.lookup import need_alert
from domain.alerts.model import Alert, Comment
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid
from domain.common.text import clean_text
from domain.common.versions import check_version
from domain.journal.model import Entry

Acted = tuple[Alert, Callable[..., Entry]]
"""The alert after an action, and the entry that tells of it, which still wants what all of them say."""
MOST_COMMENTS = 50
"""Comments that an alert keeps; the journal has all of them."""
MOST_KEYS = 30
"""Idempotency keys that an alert keeps: what was sent before so many other actions is old."""


class AlertService:
    """What people do with alerts. The alert stays open through all of it, until its cause is gone.

    ``version`` is the one that the person has seen: ``Stale`` unless it is the newest, ``None`` for whatever it is. ``key`` tells one press
    from another: an action that is sent again under its key has been done, and is not done twice.
    """

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def acknowledge(
        self, actor: Actor, alert_id: str, comment: str = '', *, version: int | None = None, key: str = ''
    ) -> Alert:
        """A person has seen it. Acknowledging twice is a ``Conflict``."""
        comment = clean_text(comment, 'comment', most=1000)

        def change(tx: Transaction, alert: Alert) -> Acted:
            if alert.acknowledged_at is not None:
                raise Conflict(f'already acknowledged by {alert.acknowledged_by}')
            seen = replace(
                alert,
                acknowledged_at=tx.now,
                acknowledged_by=actor.name,
                comment=comment,
                told_severity=alert.severity,
                told_devices=alert.devices,
            )
            return seen, partial(AlertAcknowledged, comment=comment, severity=alert.severity)

        return await self._act(actor, alert_id, change, version, key)

    async def unacknowledge(self, actor: Actor, alert_id: str, *, version: int | None = None, key: str = '') -> Alert:
        """It waits for a person again (TMF642 ``unAckAlarms``); ``Conflict`` when it does already."""

        def change(tx: Transaction, alert: Alert) -> Acted:
            if alert.acknowledged_at is None:
                raise Conflict('it is not acknowledged')
            after = replace(alert, acknowledged_at=None, acknowledged_by=None, comment='')
            return after, partial(AlertUnacknowledged, acknowledged_by=alert.acknowledged_by or '')

        return await self._act(actor, alert_id, change, version, key)

    async def comment(
        self, actor: Actor, alert_id: str, text: str, *, version: int | None = None, key: str = ''
    ) -> Alert:
        """Say something to it (TMF642 ``commentAlarms``), for all who see it."""
        text = clean_text(text, 'text', most=1000)
        if not text:
            raise Invalid('write something', field='text')

        def change(tx: Transaction, alert: Alert) -> Acted:
            said = (*alert.comments, Comment(at=tx.now, by=actor.name, text=text))[-MOST_COMMENTS:]
            return replace(alert, comments=said), partial(AlertCommented, text=text)

        return await self._act(actor, alert_id, change, version, key)

    async def _act(
        self,
        actor: Actor,
        alert_id: str,
        change: Callable[[Transaction, Alert], Acted],
        version: int | None,
        key: str,
    ) -> Alert:
        actor.require(Permission.ALERTS_WRITE)
        mark = f'{actor.id}/{key}' if key else ''

        def decide(tx: Transaction) -> Alert:
            alert = need_alert(tx, actor, alert_id)
            if mark and mark in alert.keys:
                return alert
            if version is not None:
                check_version(alert.version, version)
            after, entry = change(tx, alert)
            keys = (*alert.keys, mark)[-MOST_KEYS:] if mark else alert.keys
            after = replace(after, keys=keys, changed_at=tx.now, version=alert.version + 1)
            tx.put(after)
            tx.note(
                entry(
                    at=tx.now,
                    enterprise=actor.enterprise,
                    subject=alert.subject,
                    by=actor.name,
                    alert=alert.id,
                    problem=alert.problem,
                )
            )
            return after

        return await self._transactor.transact(decide, actor=actor)
