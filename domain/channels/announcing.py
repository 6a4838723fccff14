"""What is announced of alerts becomes deliveries, in the very commit that changes the alert: no kill comes between the two.

It is called once for each group of changes (:class:`domain.changes.transaction.Rules`), after its decisions.
"""

from domain.alerts.announcements import News, announcement_of
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.channels.model import AnnouncedAlert, Channel, Delivery
from domain.channels.outbox import conversation, end_conversation, go_on
from domain.common.ids import new_id
from domain.common.severity import RANK, Severity
from domain.journal.model import Entry


def announce(tx: Transaction) -> None:
    """Put a delivery for each channel that is told into the transaction."""
    for entry in list(tx.changes.entries):
        told = announcement_of(entry)
        alert = tx.find(Alert, told.enterprise, told.alert_id) if told is not None else None
        if told is not None and alert is not None:
            _announce(tx, entry.enterprise, announced(alert, entry, told.kind))


def announced(alert: Alert, entry: Entry, news: News) -> AnnouncedAlert:
    """The alert as this entry tells of it: other entries of the same group may have changed it since."""
    return AnnouncedAlert(
        news=news,
        at=entry.at,
        alert=alert.id,
        severity=Severity(getattr(entry, 'severity', '') or alert.severity),
        problem=getattr(entry, 'problem', '') or alert.problem,
        detail=getattr(entry, 'detail', '') or alert.detail,
        object_kind=alert.object_kind,
        object_id=alert.object_id,
        object_name=alert.object_name,
        alarm_type=alert.alarm_type,
        probable_cause=alert.probable_cause,
        raised_at=alert.raised_at,
        before=getattr(entry, 'before', ''),
        devices=getattr(entry, 'devices', 0) or alert.devices,
        missing=getattr(entry, 'missing', 0),
    )


def _announce(tx: Transaction, enterprise: str, said: AnnouncedAlert) -> None:
    known = [one for one in conversation(tx, enterprise, said.alert).values() if one.ended_at is None]
    heard = {one.channel for one in known}
    for channel in list(tx.all(Channel, enterprise)):
        if channel.retired_at is None and channel.enabled and _hears(channel, said, channel.id in heard):
            delivery = delivery_of(tx, channel, said)
            tx.put(delivery)
            if said.is_over:
                go_on(tx, delivery)
        elif said.is_over and channel.id in heard:
            end_conversation(tx, enterprise, said.alert, channel.id)


def _hears(channel: Channel, said: AnnouncedAlert, heard: bool) -> bool:
    """A recovery goes where the alert went, and so does all that follows; that a channel fails is told on the others."""
    if said.is_over or heard:
        return heard
    if said.object_kind == 'channel' and said.object_id == channel.id:
        return False
    return RANK[said.severity] <= RANK[channel.least_severity]


def delivery_of(tx: Transaction, channel: Channel, said: AnnouncedAlert) -> Delivery:
    """A delivery that is tried at once."""
    return Delivery(
        id=new_id(),
        enterprise=channel.enterprise,
        channel=channel.id,
        alert=said.alert,
        announcement=said,
        created_at=tx.now,
        next_at=tx.now,
    )
