"""What people do with alerts."""

from collections.abc import Callable
from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.acknowledging import acknowledge_alert, unacknowledge_alert
from domain.alerts.events import AlertCommented
from domain.alerts.lookup import need_alert
from domain.alerts.model import Alert, Comment
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.common.text import clean_text
from domain.common.versions import check_version
from domain.journal.model import Entry

MOST_COMMENTS = 50
"""Comments that an alert keeps; the journal has all of them."""
MOST_KEYS = 30
"""Idempotency keys that an alert keeps: what was sent before so many other actions is old."""

Change = Callable[[Transaction, Alert], tuple[Alert, Entry]]
"""What an action makes of an alert, and the entry that tells of it. It leaves the version to :func:`act_on_alert`."""


async def act_on_alert(
    transactor: Transactor, actor: Actor, alert_id: str, change: Change, *, version: int | None, key: str
) -> Alert:
    """Change an open alert in the name of that person or program, once for each key; the alert as it then is."""
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
        tx.note(entry)
        return after

    return await transactor.transact(decide, actor=actor)


class AlertService:
    """What people do with alerts. The alert stays open through all of it, until its cause is gone.

    ``version`` is the one that the person has seen: ``Stale`` unless it is the newest, ``None`` for whatever it is. ``key`` tells one press
    from another: an action that is sent again under its key has been done, and is not done twice. ``refuse_text`` raises for words that
    may not stand in a comment, of an alert and in a field.
    """

    def __init__(
        self,
        *,
        transactor: Transactor,
        refuse_text: Callable[[Transaction, str, str, Alert, str], None] = lambda *_: None,
    ) -> None:
        self._transactor = transactor
        self._refuse_text = refuse_text

    async def acknowledge(
        self,
        actor: Actor,
        alert_id: str,
        comment: str = '',
        until: float | None = None,
        *,
        version: int | None = None,
        key: str = '',
    ) -> Alert:
        """A person has seen it; ``until`` (epoch seconds) it waits for a person again. Acknowledging twice is a ``Conflict``."""
        comment = clean_text(comment, 'comment', most=1000)

        def change(tx: Transaction, alert: Alert) -> tuple[Alert, Entry]:
            return acknowledge_alert(tx, alert, actor.name, comment, until)

        return await act_on_alert(self._transactor, actor, alert_id, change, version=version, key=key)

    async def unacknowledge(self, actor: Actor, alert_id: str, *, version: int | None = None, key: str = '') -> Alert:
        """It waits for a person again (TMF642 ``unAckAlarms``); ``Conflict`` when it does already."""

        def change(tx: Transaction, alert: Alert) -> tuple[Alert, Entry]:
            return unacknowledge_alert(tx, alert, actor.name)

        return await act_on_alert(self._transactor, actor, alert_id, change, version=version, key=key)

    async def comment(
        self, actor: Actor, alert_id: str, text: str, *, version: int | None = None, key: str = ''
    ) -> Alert:
        """Say something to it (TMF642 ``commentAlarms``), for all who see it."""
        text = clean_text(text, 'text', most=1000)
        if not text:
            raise Invalid('write something', field='text')

        def change(tx: Transaction, alert: Alert) -> tuple[Alert, Entry]:
            self._refuse_text(tx, actor.enterprise, text, alert, 'text')
            said = (*alert.comments, Comment(at=tx.now, by=actor.name, text=text))[-MOST_COMMENTS:]
            entry = AlertCommented(**tx.about(alert, actor.name), alert=alert.id, problem=alert.problem, text=text)
            return replace(alert, comments=said), entry

        return await act_on_alert(self._transactor, actor, alert_id, change, version=version, key=key)
