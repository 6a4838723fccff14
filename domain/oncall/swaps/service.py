"""People ask one another to take a shift, with or without one in return; the other person says yes or no."""

from collections.abc import Callable
from dataclasses import replace

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.ids import new_id
from domain.common.text import clean_text
from domain.oncall.duty import shift_taken
from domain.oncall.model import Rotation
from domain.oncall.reaching import known_of, members
from domain.oncall.refusing import Handing, refuse, span_words
from domain.oncall.rota import shifts
from domain.oncall.swaps.events import SwapAsked, SwapDecided
from domain.oncall.swaps.model import SwapOffer, SwapState
from domain.oncall.swaps.telling import tell_asked, tell_of_end

MOST_OPEN = 200
Span = tuple[float, float]


class SwapService:
    """Who answers alerts asks; the person who is asked, or who sets up rotations, decides."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    def list(self, actor: Actor) -> list[SwapOffer]:
        """Those that wait for an answer, the nearest shift first."""
        actor.require(Permission.CHANNELS_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[SwapOffer].values()
        return sorted(rows, key=lambda one: (one.gives_from, one.id))

    async def ask(
        self,
        actor: Actor,
        rotation_id: str,
        asked: str,
        gives: Span,
        takes: Span | None = None,
        note: str = '',
        *,
        asks: str = '',
    ) -> SwapOffer:
        """The person asks ``asked`` to take their shift, and would take one of theirs. What an answer would be refused for, this is.

        ``asks`` is another person in whose name it is asked, by a person or program that sets up rotations."""
        _require(actor)
        asks = asks or actor.id
        if asks != actor.id:
            actor.require(Permission.CHANNELS_WRITE)
        note = clean_text(note, 'note', most=500)

        def decide(tx: Transaction) -> SwapOffer:
            rotation = tx.need(Rotation, actor.enterprise, rotation_id)
            if asks == actor.id and actor.kind is not ActorKind.PERSON:
                raise Invalid('only a person asks for a swap: say which', field='asks')
            waiting = [one for one in tx.all(SwapOffer, actor.enterprise) if one.ended_at is None]
            if len(waiting) >= MOST_OPEN:
                raise Conflict(f'{MOST_OPEN} swaps wait for an answer; answer or withdraw some first')
            people = members(tx.fleet(actor.enterprise))
            if asks not in people:
                raise Invalid('there is no such person', field='asks')
            if asked == asks:
                raise Invalid('ask another person', field='asked')
            if any(one.asks == asks and one.gives_from == gives[0] and one.rotation == rotation_id for one in waiting):
                raise Conflict('you have asked for this shift already; withdraw that first')
            offer = SwapOffer(
                id=new_id(),
                enterprise=actor.enterprise,
                rotation=rotation.id,
                asks=asks,
                asked=asked,
                gives_from=gives[0],
                gives_until=gives[1],
                takes_from=takes[0] if takes else None,
                takes_until=takes[1] if takes else None,
                note=note,
                created_at=tx.now,
                changed_at=tx.now,
            )
            _refuse(tx, rotation, offer)
            tx.put(offer)
            other = people[asked]
            about = tx.about(rotation, actor.name)
            tx.note(SwapAsked(**about, asked=other.name, starts_at=gives[0], ends_at=gives[1], note=note))
            tell_asked(tx, rotation, offer)
            return offer

        return await self._transactor.transact(decide, actor=actor)

    async def accept(self, actor: Actor, offer_id: str) -> SwapOffer:
        """The shifts change hands; ``Conflict`` says what has come between."""

        def change(tx: Transaction, offer: SwapOffer) -> None:
            rotation = tx.need(Rotation, offer.enterprise, offer.rotation)
            _refuse(tx, rotation, offer)
            for one in _handings(tx, offer):
                rotation = shift_taken(tx, actor.name, rotation, one.person, one.starts_at, one.ends_at, one.instead_of)
            tx.put(replace(rotation, changed_at=tx.now, version=rotation.version + 1))

        return await self._decide(actor, offer_id, SwapState.ACCEPTED, change)

    async def decline(self, actor: Actor, offer_id: str, answer: str = '') -> SwapOffer:
        """Everything stays as it is."""
        answer = clean_text(answer, 'answer', most=500)
        return await self._decide(actor, offer_id, SwapState.DECLINED, answer=answer)

    async def withdraw(self, actor: Actor, offer_id: str) -> SwapOffer:
        """The person who asked does not ask any more."""
        return await self._decide(actor, offer_id, SwapState.WITHDRAWN)

    async def expire(self, enterprise: str) -> None:
        """A swap whose shift is over can be answered by nobody; run by the clock."""
        fleet, now = self._transactor.fleets.of(enterprise), self._transactor.clock()
        late = [one.id for one in fleet[SwapOffer].values() if _is_late(one, now)]

        def decide(tx: Transaction) -> None:
            for id in late:
                offer = tx.find(SwapOffer, enterprise, id)
                if offer is not None and offer.ended_at is None and _is_late(offer, tx.now):
                    _end(tx, offer, SwapState.LATE, '')

        if late:
            await self._transactor.transact(decide, enterprise)

    async def _decide(
        self,
        actor: Actor,
        offer_id: str,
        state: SwapState,
        change: Callable[[Transaction, SwapOffer], None] = lambda *_: None,
        answer: str = '',
    ) -> SwapOffer:
        _require(actor)

        def decide(tx: Transaction) -> SwapOffer:
            offer = tx.find(SwapOffer, actor.enterprise, offer_id)
            if offer is None or offer.ended_at is not None:
                raise NotFound('there is no such swap that waits for an answer')
            own = offer.asks if state is SwapState.WITHDRAWN else offer.asked
            if actor.id != own and not actor.may(Permission.CHANNELS_WRITE):
                raise NotAllowed(f'{actor.name} may not do this: it is for the person who {_WHO[state]}')
            change(tx, offer)
            return _end(tx, offer, state, actor.name, answer)

        return await self._transactor.transact(decide, actor=actor)


_WHO = {SwapState.ACCEPTED: 'is asked', SwapState.DECLINED: 'is asked', SwapState.WITHDRAWN: 'asked'}


def _require(actor: Actor) -> None:
    actor.require(Permission.CHANNELS_READ)
    actor.require(Permission.ALERTS_WRITE)


def _is_late(offer: SwapOffer, now: float) -> bool:
    return min(offer.gives_until, offer.takes_until or offer.gives_until) <= now


def _handings(tx: Transaction, offer: SwapOffer) -> list[Handing]:
    """What changes hands from now on: a shift that has begun is taken over for its rest."""
    found = [Handing(offer.asked, max(offer.gives_from, tx.now), offer.gives_until, offer.asks)]
    if offer.takes_from is not None and offer.takes_until is not None:
        found.append(Handing(offer.asks, max(offer.takes_from, tx.now), offer.takes_until, offer.asked))
    return found


def _refuse(tx: Transaction, rotation: Rotation, offer: SwapOffer) -> None:
    """Raise ``Conflict`` unless each has the shift that they would give, and may have the other."""
    fleet = tx.fleet(rotation.enterprise)
    names = {id: row.name for id, row in members(fleet).items()}
    for one, place in zip(_handings(tx, offer), ('gives', 'takes'), strict=False):
        if one.ends_at <= one.starts_at:
            raise Invalid('is over already', field=place)
        if one.person not in names:
            raise Invalid('there is no such person', field='asked')
        found = shifts(rotation, one.starts_at, one.ends_at, known_of(fleet, rotation))
        if any(shift.person != one.instead_of for shift in found):
            when = span_words(one.starts_at, one.ends_at, rotation.zone)
            raise Conflict(f'{names.get(one.instead_of, "a person who left")} is not on call {when}')
    refuse(tx, rotation, _handings(tx, offer))


def _end(tx: Transaction, offer: SwapOffer, state: SwapState, by: str, answer: str = '') -> SwapOffer:
    after = replace(
        offer,
        state=state,
        decided_by=by,
        answer=answer,
        changed_at=tx.now,
        ended_at=tx.now,
        version=offer.version + 1,
    )
    tx.put(after)
    rotation = tx.find(Rotation, offer.enterprise, offer.rotation)
    people = members(tx.fleet(offer.enterprise))
    asks, asked = (people[id].name if id in people else '' for id in (offer.asks, offer.asked))
    if rotation is not None:
        tx.note(SwapDecided(**tx.about(rotation, by), asks=asks, asked=asked, state=state, answer=answer))
        tell_of_end(tx, rotation, after, by)
    return after
