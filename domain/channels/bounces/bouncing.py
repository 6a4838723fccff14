"""What follows from a bounce, in a transaction: a line of the log, a mark on the address, the next channel and the alert of this one."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.channels.alerts import not_delivering
from domain.channels.bounces.dsn import FailedRecipient
from domain.channels.events import MailBounced
from domain.channels.marks import addresses_of, mark_of
from domain.channels.model import BouncingAddress, Channel, Delivery, DeliveryState, Outcome
from domain.channels.outbox import attempt_at, lost


def bounced(tx: Transaction, channel: Channel, delivery: Delivery, failed: FailedRecipient) -> bool:
    """One address of a letter failed; false for one that the letter never went to, and for what is known already."""
    addresses = addresses_of(channel, delivery)
    by_case = {address.lower(): address for address in addresses}
    address = (
        by_case.get(failed.original) or by_case.get(failed.address) or (addresses[0] if len(addresses) == 1 else '')
    )
    known = tx.find(BouncingAddress, channel.enterprise, mark_of(channel, address)) if address else None
    if not address or (known is not None and known.ended_at is None and known.delivery == delivery.id):
        return False
    tx.put(
        BouncingAddress(
            id=mark_of(channel, address),
            enterprise=channel.enterprise,
            channel=channel.id,
            address=address,
            recipient=delivery.recipient,
            delivery=delivery.id,
            at=tx.now,
            said=failed.said,
        )
    )
    said = f'{address}: {failed.said}'
    tx.put(attempt_at(tx, delivery, Outcome.BOUNCED, f'not delivered: {said}', failed.code))
    tx.note(
        MailBounced(
            **tx.about(channel), address=address, delivery=delivery.id, alert=delivery.alert, because=failed.said
        )
    )
    if delivery.is_test:
        return True
    live = tx.find(Delivery, delivery.enterprise, delivery.id)
    if live is not None and live.state is DeliveryState.DELIVERED and _all_bounced(tx, channel, live):
        live = replace(live, state=DeliveryState.REFUSED, said=f'not delivered: {said}')
        tx.put(live)
        if not live.stands_alone:
            lost(tx, channel, live)
            return True
    not_delivering(tx, channel, f'{address} bounces: {failed.said}')
    return True


def _all_bounced(tx: Transaction, channel: Channel, delivery: Delivery) -> bool:
    marks = [
        tx.find(BouncingAddress, channel.enterprise, mark_of(channel, one)) for one in addresses_of(channel, delivery)
    ]
    return all(mark is not None and mark.ended_at is None and mark.delivery == delivery.id for mark in marks)
