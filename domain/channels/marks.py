"""Addresses of mail that bounce, as they are marked."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.channels.alerts import NOT_DELIVERING, delivering, not_delivering
from domain.channels.events import BouncesForgotten
from domain.channels.model import BouncingAddress, Channel, Delivery
from domain.common.ids import id_of_text
from domain.fleet.fleet import Fleet

MARKED_S = 14 * 86_400.0
"""An address is held to bounce for so long after it did last: by then its owner has mended it, or it bounces again."""


def mark_of(channel: Channel, address: str) -> str:
    """The id of the mark on an address."""
    return id_of_text(f'{channel.id}/{address.lower()}')


def addresses_of(channel: Channel, delivery: Delivery) -> list[str]:
    """Where a letter went: to a person, or to the addresses of the channel."""
    return [delivery.address] if delivery.address else channel.settings.get('recipients', '').split(', ')


def bouncing(tx: Transaction, channel: Channel, delivery: Delivery) -> str:
    """Why a letter that its server took is not believed to arrive: all its addresses bounced lately. Empty for any other."""
    said = ''
    for address in addresses_of(channel, delivery):
        mark = tx.find(BouncingAddress, channel.enterprise, mark_of(channel, address))
        if mark is None or not is_marked(mark, tx.now):
            return ''
        said = f'{address} bounced lately: {mark.said}'
    return said


def is_marked(mark: BouncingAddress, now: float) -> bool:
    """True for one that is held to bounce."""
    return mark.ended_at is None and now - mark.at < MARKED_S


def marked(fleet: Fleet, channel: Channel, now: float) -> list[BouncingAddress]:
    """Those of a channel in the live picture, by address."""
    found = [one for one in fleet[BouncingAddress].values() if one.channel == channel.id and is_marked(one, now)]
    return sorted(found, key=lambda one: one.address)


def marks(tx: Transaction, channel: Channel) -> list[BouncingAddress]:
    """Those of a channel."""
    return [
        one
        for one in tx.all(BouncingAddress, channel.enterprise)
        if one.channel == channel.id and is_marked(one, tx.now)
    ]


def marked_for(fleet: Fleet, person: str, now: float) -> list[BouncingAddress]:
    """Those of a person, on whatever channel, by address."""
    found = [one for one in fleet[BouncingAddress].values() if one.recipient == person and is_marked(one, now)]
    return sorted(found, key=lambda one: (one.address, one.id))


def unmark_person(tx: Transaction, enterprise: str, person: str, by: str) -> None:
    """Mail to the addresses of a person arrives again, as ``by`` says: their marks end, and with them the alert that is about them."""
    for mark in list(tx.all(BouncingAddress, enterprise)):
        channel = tx.find(Channel, enterprise, mark.channel)
        if mark.recipient != person or not is_marked(mark, tx.now) or channel is None:
            continue
        tx.put(replace(mark, ended_at=tx.now))
        tx.note(BouncesForgotten(**tx.about(channel, by), addresses=mark.address))
        known = NOT_DELIVERING.open_for(tx, channel)
        if known is None or mark.address not in known.detail:
            continue
        if others := marks(tx, channel):
            not_delivering(tx, channel, f'{others[0].address} bounces: {others[0].said}')
        else:
            delivering(tx, channel)


def unmark(tx: Transaction, channel: Channel) -> None:
    """A person has changed the channel: what was found out about its addresses begins anew."""
    for mark in marks(tx, channel):
        tx.put(replace(mark, ended_at=tx.now))
