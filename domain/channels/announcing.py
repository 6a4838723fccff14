"""What is announced of alerts becomes deliveries, in the very commit that changes the alert: no kill comes between the two.

It is called once for each group of changes (:class:`domain.changes.transaction.Rules`), after its decisions, by
:mod:`domain.oncall.following`, which knows the routes.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from domain.alerts.announcements import News, announcement_of
from domain.alerts.model import Alert
from domain.changes.transaction import Transaction
from domain.channels.conversations import conversation, end_conversation
from domain.channels.falling import sending, stand_in
from domain.channels.kinds import KINDS
from domain.channels.model import AnnouncedAlert, Channel, Delivery
from domain.channels.outbox import go_on
from domain.common.ids import new_id
from domain.common.severity import RANK, Severity
from domain.journal.model import Entry

Chosen = Callable[[Transaction, Alert, AnnouncedAlert], Collection[str] | None]
"""The ids of the channels that routes name for an alert; ``None`` where no route takes it, and every channel says by itself."""


def announce(tx: Transaction, entry: Entry, chosen: Chosen = lambda *_: None) -> None:
    """Put a delivery for each channel that is told by this entry into the transaction."""
    told = announcement_of(entry)
    alert = tx.find(Alert, told.enterprise, told.alert_id) if told is not None else None
    if told is not None and alert is not None:
        said = announced(alert, entry, told.kind)
        _announce(tx, entry.enterprise, said, None if said.is_over else chosen(tx, alert, said))


def announce_unheard(tx: Transaction, alert: Alert, entry: Entry, chosen: Chosen) -> None:
    """It waits for a person again. Where nobody has heard of it, since it was silenced until a person had seen to it, it is told now."""
    if alert.calls and not heard_of(tx, alert.enterprise, alert.id):
        said = announced(alert, entry, News.RAISED)
        _announce(tx, alert.enterprise, said, chosen(tx, alert, said))


def announced(alert: Alert, entry: Entry, news: News) -> AnnouncedAlert:
    """The alert as this entry tells of it: other entries of the same group may have changed it since."""
    return replace(
        as_it_is(alert, news, entry.at),
        severity=Severity(getattr(entry, 'severity', '') or alert.severity),
        problem=getattr(entry, 'problem', '') or alert.problem,
        detail=getattr(entry, 'detail', '') or alert.detail,
        before=getattr(entry, 'before', ''),
        devices=getattr(entry, 'devices', 0) or alert.devices,
        missing=getattr(entry, 'missing', 0),
    )


def as_it_is(alert: Alert, news: News, at: float) -> AnnouncedAlert:
    """The alert as it is now."""
    return AnnouncedAlert(
        news=news,
        at=at,
        alert=alert.id,
        severity=alert.severity,
        problem=alert.problem,
        detail=alert.detail,
        object_kind=alert.object_kind,
        object_id=alert.object_id,
        object_name=alert.object_name,
        alarm_type=alert.alarm_type,
        probable_cause=alert.probable_cause,
        raised_at=alert.raised_at,
        devices=alert.devices,
        acknowledged_by=alert.acknowledged_by or '',
        parent=alert.parent or '',
    )


def _announce(tx: Transaction, enterprise: str, said: AnnouncedAlert, chosen: Collection[str] | None) -> None:
    heard = heard_of(tx, enterprise, said.alert)
    on = {one.id: one for one in tx.all(Channel, enterprise) if one.retired_at is None and one.enabled}
    new = [] if said.is_over else [(id, '', '') for id in _hearing(tx, enterprise, said, chosen)]
    for line in dict.fromkeys([*sorted(heard), *new]):
        channel = on.get(line[0])
        if channel is not None:
            is_new = said.news is News.REOPENED and line not in heard
            told = replace(said, news=News.RAISED) if is_new else said
            delivery = delivery_of(tx, channel, told, recipient=line[1], address=line[2])
            tx.put(delivery)
            if said.is_over:
                go_on(tx, delivery)
        elif said.is_over:
            end_conversation(tx, enterprise, said.alert, line)


def heard_of(tx: Transaction, enterprise: str, alert: str) -> set[tuple[str, str, str]]:
    """The lines on which the alert was told, or is about to be; not those that would be told later."""
    known = conversation(tx, enterprise, alert).values()
    return {one.line for one in known if one.ended_at is None and (one.not_before or 0.0) <= tx.now}


def _hearing(tx: Transaction, enterprise: str, said: AnnouncedAlert, chosen: Collection[str] | None) -> Iterator[str]:
    """The channels that are told. That a channel fails is told on the others; where its receiver said that it is gone, and of its own
    failure, the one behind it hears instead."""
    rows = {one.id: one for one in tx.all(Channel, enterprise) if one.retired_at is None}
    for one in rows.values():
        if _hears(one, said, chosen):
            is_own = said.object_kind == 'channel' and said.object_id == one.id
            told = stand_in(one, rows.get) if is_own else sending(one, rows.get)
            if told is not None:
                yield told.id


def _hears(channel: Channel, said: AnnouncedAlert, chosen: Collection[str] | None) -> bool:
    """A route decides, and without one the channel itself. What reaches people alone is one of their ways."""
    if not KINDS[channel.kind].tells or KINDS[channel.kind].people_only:
        return False
    if chosen is not None:
        return channel.id in chosen
    return RANK[said.severity] <= RANK[channel.least_severity]


def delivery_of(
    tx: Transaction,
    channel: Channel,
    said: AnnouncedAlert,
    *,
    recipient: str = '',
    address: str = '',
    not_before: float | None = None,
) -> Delivery:
    """A delivery that is tried at once, or at ``not_before``."""
    return Delivery(
        id=new_id(),
        enterprise=channel.enterprise,
        channel=channel.id,
        alert=said.alert,
        announcement=said,
        created_at=tx.now,
        next_at=max(tx.now, not_before or 0.0),
        recipient=recipient,
        address=address,
        not_before=not_before,
    )
