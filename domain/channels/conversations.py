"""The messages about one alert on one line: a channel, or an address of a person on it."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.channels.live import DeliveriesOfAlert
from domain.channels.model import Delivery, DeliveryState


def conversation(tx: Transaction, enterprise: str, alert: str) -> dict[str, Delivery]:
    """The deliveries that tell of an alert, by id, those that just ended too."""
    live = tx.fleet(enterprise).index(DeliveriesOfAlert).of(alert)
    return {**live, **tx.pending(Delivery, by='alert').get(alert, {})}


def end_conversation(tx: Transaction, enterprise: str, alert: str, line: tuple[str, str, str]) -> None:
    """The alert is over and that line has been told, or is not told: the deliveries leave the picture."""
    for delivery in conversation(tx, enterprise, alert).values():
        if delivery.line == line and delivery.ended_at is None and delivery.state is not DeliveryState.WAITING:
            tx.put(replace(delivery, ended_at=tx.now))
