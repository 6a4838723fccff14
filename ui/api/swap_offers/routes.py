"""Shifts that people ask one another to take: asked, answered, withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from starlette.responses import Response

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.changes.transactor import Transactor
from domain.common.errors import Invalid
from domain.fleet.fleet import Fleet
from domain.oncall.model import Rotation
from domain.oncall.reaching import members
from domain.oncall.swaps import model
from domain.oncall.swaps.model import SwapState
from domain.oncall.swaps.service import Span, SwapService
from ui.api.http.bodies import epoch
from ui.api.http.fields import Time, time_text
from ui.api.http.refs import Ref
from ui.api.http.responses import answer, page
from ui.api.http.route import Route
from ui.api.http.schema import PageOf, Schema
from ui.api.oncall.schemas import ANN, BOB, ROTATION

_BEGIN, _END = '2026-12-01T19:00:00.000Z', '2026-12-02T07:00:00.000Z'


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedShift:
    """From when to when a shift is."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSwapOffer:
    """``asks`` is the person in whose name it is asked, empty for the one who asks here; ``takes`` is the shift of the other person that
    they would take in return."""

    asked: str
    gives: AskedShift
    asks: str = ''
    takes: AskedShift | None = None
    note: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapAnswer:
    """What the person who declines has to say."""

    answer: str = ''


class ShiftSpan(Struct, kw_only=True, frozen=True):
    """From when to when."""

    starts_at: Time
    ends_at: Time


class SwapOffer(Struct, kw_only=True, frozen=True):
    """A shift that ``asks`` would give to ``asked``, and the one that they would take in return."""

    id: str
    rotation: Ref
    asks: Ref
    asked: Ref
    gives: ShiftSpan
    takes: ShiftSpan | None
    note: str
    state: SwapState
    answer: str
    created_at: Time
    version: int


NEW_SWAP_OFFER = Schema(
    NewSwapOffer,
    {'asks': ANN, 'asked': BOB, 'gives': {'starts_at': _BEGIN, 'ends_at': _END}, 'note': 'my sister marries'},
)
SWAP_ANSWER = Schema(SwapAnswer, {'answer': 'I am away'})
SWAP_OFFER = Schema(
    SwapOffer,
    {
        'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HE',
        'rotation': {'id': ROTATION.example['id'], 'name': ROTATION.example['name']},
        'asks': {'id': ANN, 'name': 'Ann'},
        'asked': {'id': BOB, 'name': 'Bob'},
        'gives': {'starts_at': _BEGIN, 'ends_at': _END},
        'takes': None,
        'note': 'my sister marries',
        'state': 'open',
        'answer': '',
        'created_at': '2026-11-22T08:00:00.000Z',
        'version': 1,
    },
)


class SwapOfferRoutes:
    """What the routes do."""

    def __init__(self, swaps: SwapService, transactor: Transactor) -> None:
        self._swaps = swaps
        self._fleets = transactor.fleets

    async def list_swap_offers(self, actor: Actor) -> Response:
        """Those that wait for an answer, the nearest shift first."""
        rows = self._swaps.list(actor)
        return page([self._shown(actor, row) for row in rows], None, len(rows))

    async def ask_for_swap(self, actor: Actor, rotation_id: str, body: NewSwapOffer) -> Response:
        """A program asks in the name of a person (``channels:write``). What the answer would be refused for, this is: a shift that the
        person does not have, a double duty."""
        takes = _span(body.takes, 'takes') if body.takes is not None else None
        gives = _span(body.gives, 'gives')
        made = await self._swaps.ask(actor, rotation_id, body.asked, gives, takes, body.note, asks=body.asks)
        return answer(self._shown(actor, made), 201, version=made.version)

    async def accept_swap(self, actor: Actor, swap_offer_id: str) -> Response:
        """The shifts change hands. For the person who is asked, or with ``channels:write``."""
        return self._answered(actor, await self._swaps.accept(actor, swap_offer_id))

    async def decline_swap(self, actor: Actor, swap_offer_id: str, body: SwapAnswer) -> Response:
        """Everything stays as it is. For the person who is asked, or with ``channels:write``."""
        return self._answered(actor, await self._swaps.decline(actor, swap_offer_id, body.answer))

    async def withdraw_swap(self, actor: Actor, swap_offer_id: str) -> Response:
        """For the person who asked, or with ``channels:write``."""
        return self._answered(actor, await self._swaps.withdraw(actor, swap_offer_id))

    def _answered(self, actor: Actor, row: model.SwapOffer) -> Response:
        return answer(self._shown(actor, row), version=row.version)

    def _shown(self, actor: Actor, row: model.SwapOffer) -> SwapOffer:
        fleet = self._fleets.of(actor.enterprise)
        rotation = fleet.find(Rotation, row.rotation)
        takes = row.takes_from is not None and row.takes_until is not None
        return SwapOffer(
            id=row.id,
            rotation=Ref(row.rotation, rotation.name if rotation is not None else None),
            asks=_person(fleet, row.asks),
            asked=_person(fleet, row.asked),
            gives=_shift(row.gives_from, row.gives_until),
            takes=_shift(row.takes_from or 0.0, row.takes_until or 0.0) if takes else None,
            note=row.note,
            state=row.state,
            answer=row.answer,
            created_at=time_text(row.created_at),
            version=row.version,
        )


def _person(fleet: Fleet, id: str) -> Ref:
    found = members(fleet).get(id)
    return Ref(id, found.name if found is not None else None)


def _shift(begin: float, end: float) -> ShiftSpan:
    return ShiftSpan(starts_at=time_text(begin), ends_at=time_text(end))


def _span(one: AskedShift, place: str) -> Span:
    begin, end = epoch(one.starts_at, f'{place}.starts_at'), epoch(one.ends_at, f'{place}.ends_at')
    if end <= begin:
        raise Invalid('must end after it begins', field=f'{place}.ends_at')
    return begin, end


ROUTES = (
    Route(
        method='GET',
        path='/swap-offers',
        handler=SwapOfferRoutes.list_swap_offers,
        summary='List shifts that people ask others to take',
        tag='on call',
        permission=Permission.CHANNELS_READ,
        answer=PageOf(SWAP_OFFER),
    ),
    Route(
        method='POST',
        path='/rotations/{rotation_id}/swap-offers',
        handler=SwapOfferRoutes.ask_for_swap,
        summary='Ask a person to take a shift',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        body=NEW_SWAP_OFFER,
        answer=SWAP_OFFER,
        status=201,
    ),
    Route(
        method='POST',
        path='/swap-offers/{swap_offer_id}/accept',
        handler=SwapOfferRoutes.accept_swap,
        summary='Take the shift that was asked for',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        answer=SWAP_OFFER,
    ),
    Route(
        method='POST',
        path='/swap-offers/{swap_offer_id}/decline',
        handler=SwapOfferRoutes.decline_swap,
        summary='Decline a shift that was asked for',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        body=SWAP_ANSWER,
        answer=SWAP_OFFER,
    ),
    Route(
        method='POST',
        path='/swap-offers/{swap_offer_id}/withdraw',
        handler=SwapOfferRoutes.withdraw_swap,
        summary='Withdraw what was asked',
        tag='on call',
        permission=Permission.ALERTS_WRITE,
        answer=SWAP_OFFER,
    ),
)
