"""Swaps that wait for an answer: who asks whom, and what each would give."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.oncall.model import Rotation
from domain.oncall.reaching import members
from domain.oncall.swaps.model import SwapOffer
from domain.oncall.swaps.service import SwapService
from ui.components.card import card, text
from ui.components.chip import chip
from ui.components.controls import button, toast
from ui.pages.oncall.timeline import RotaDays
from ui.pages.page import guarded, plain
from ui.sign_in import SignedIn


def offers_card(swaps: SwapService, who: SignedIn, fleet: Fleet, span: RotaDays, after: Callable[[], None]) -> None:
    """Nothing where none waits."""
    found = swaps.list(who.actor())
    if not found:
        return
    with card('Swaps that wait for an answer'), ui.element('ul').classes('cw-entries cw-doctor'):
        for one in found:
            _offer(swaps, who, fleet, span, one, after)


def _offer(
    swaps: SwapService, who: SignedIn, fleet: Fleet, span: RotaDays, one: SwapOffer, after: Callable[[], None]
) -> None:
    names = {id: row.name for id, row in members(fleet).items()}
    asks, asked = (names.get(id, 'A person who left') for id in (one.asks, one.asked))
    rotation = fleet.find(Rotation, one.rotation)
    where = rotation.name if rotation is not None else ''
    decides = who.may(Permission.CHANNELS_WRITE)

    async def act(verb: str, words: str) -> None:
        answer = {'accept': swaps.accept, 'decline': swaps.decline, 'withdraw': swaps.withdraw}[verb]
        done = await guarded(
            who, lambda actor: answer(actor, one.id), done=words, refused=lambda refusal: toast(plain(refusal), 'bad')
        )
        if done is not None:
            after()

    with ui.element('li').mark('offer').props('data-testid=offer'):
        chip('duty', 'shift')
        with ui.element('div').classes('what'):
            text(f'{asks} asks {asked}', 'b')
            gives = f'{span.spoken(one.gives_from)} to {span.spoken(one.gives_until)}'
            text(f'to take {gives} in {where}', 'p').classes('cw-quiet')
            if one.takes_from is not None and one.takes_until is not None:
                takes = f'{span.spoken(one.takes_from)} to {span.spoken(one.takes_until)}'
                text(f'and would take {takes}', 'p').classes('cw-quiet')
            if one.note:
                text(f'“{one.note}”', 'p')
        with ui.element('div').classes('cw-ends'):
            if who.person.id == one.asked or decides:
                accept = button('Accept', partial(act, 'accept', 'The shifts have changed hands'))
                accept.mark('accept').props('data-testid=accept')
                button('Decline', partial(act, 'decline', 'It stays as it is')).mark('decline')
            if who.person.id == one.asks:
                button('Withdraw', partial(act, 'withdraw', 'It stays as it is')).mark('withdraw')
