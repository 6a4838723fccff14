"""A system that keeps a copy of an alert hears of each change, also of those that people are not told of."""

from dataclasses import replace

from domain.alerts.announcements import News, announcement_of
from domain.alerts.events import (
    AlertAcknowledged,
    AlertAttached,
    AlertCommented,
    AlertDetached,
    AlertResumed,
    AlertUnacknowledged,
)
from domain.alerts.model import Alert, Comment
from domain.changes.transaction import Transaction
from domain.channels.announcing import as_it_is, delivery_of, heard_of
from domain.channels.kinds import KINDS
from domain.channels.model import Channel
from domain.journal.model import Entry

Changing = AlertAcknowledged | AlertUnacknowledged | AlertCommented | AlertAttached | AlertDetached | AlertResumed


def mirror(tx: Transaction, entry: Entry) -> None:
    """Put a delivery for each such system that knows the alert into the transaction."""
    if not isinstance(entry, Changing) or announcement_of(entry) is not None:
        return
    alert = tx.find(Alert, entry.enterprise, entry.alert)
    if alert is None or not alert.is_open:
        return
    said = replace(as_it_is(alert, News.CHANGED, entry.at), comment=_comment(entry))
    for channel_id, _, _ in sorted(heard_of(tx, entry.enterprise, alert.id)):
        channel = tx.find(Channel, entry.enterprise, channel_id)
        if channel is not None and channel.enabled and KINDS[channel.kind].keeps_copies:
            tx.put(delivery_of(tx, channel, said))


def _comment(entry: Changing) -> Comment | None:
    words = entry.text if isinstance(entry, AlertCommented) else getattr(entry, 'comment', '')
    return Comment(at=entry.at, by=entry.by, text=words) if words else None
