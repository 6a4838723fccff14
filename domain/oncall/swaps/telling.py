"""The person at the other end of a swap is told by their own ways: that they are asked, and what became of what they asked."""

from dataclasses import replace

from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.oncall.mentioning import tell_person, told_of
from domain.oncall.model import Rotation
from domain.oncall.reaching import members
from domain.oncall.refusing import span_words
from domain.oncall.swaps.model import SwapOffer, SwapState

_BECAME = {
    SwapState.ACCEPTED: '{by} said yes: {asked} has your shift {gives}',
    SwapState.DECLINED: '{by} said no: your shift {gives} stays yours',
    SwapState.LATE: 'Nobody answered: your shift {gives} was not taken by {asked}',
    SwapState.WITHDRAWN: '{by} does not ask you any more to take a shift {gives}',
}


def tell_asked(tx: Transaction, rotation: Rotation, offer: SwapOffer) -> None:
    """The person who is asked reads which shift it is, and which of theirs would be taken for it."""
    asks, asked = _people(tx, offer)
    if asks is None or asked is None:
        return
    words = f'{asks.name} asks you to take a shift {_gives(rotation, offer)}'
    takes = _takes(rotation, offer)
    _tell(
        tx,
        rotation,
        asked,
        words,
        '; '.join(part for part in (takes and f'would take yours {takes}', offer.note) if part),
    )


def tell_of_end(tx: Transaction, rotation: Rotation, offer: SwapOffer, by: str) -> None:
    """The person who did not bring it about reads what became of it."""
    asks, asked = _people(tx, offer)
    reader = asked if offer.state is SwapState.WITHDRAWN else asks
    if asked is None or reader is None or reader.name == by:
        return
    words = _BECAME[offer.state].format(by=by, asked=asked.name, gives=_gives(rotation, offer))
    takes = _takes(rotation, offer) if offer.state is SwapState.ACCEPTED else ''
    _tell(
        tx,
        rotation,
        reader,
        words,
        '; '.join(part for part in (takes and f'you have theirs {takes}', offer.answer) if part),
    )


def _people(tx: Transaction, offer: SwapOffer) -> tuple[Person | None, Person | None]:
    people = members(tx.fleet(offer.enterprise))
    return people.get(offer.asks), people.get(offer.asked)


def _gives(rotation: Rotation, offer: SwapOffer) -> str:
    return span_words(offer.gives_from, offer.gives_until, rotation.zone)


def _takes(rotation: Rotation, offer: SwapOffer) -> str:
    if offer.takes_from is None or offer.takes_until is None:
        return ''
    return span_words(offer.takes_from, offer.takes_until, rotation.zone)


def _tell(tx: Transaction, rotation: Rotation, person: Person, words: str, detail: str) -> None:
    tell_person(tx, person, replace(told_of(tx, rotation.subject, '/on-call/rota'), problem=words, detail=detail))
