"""The page of a device or tower that was taken out: what it did, and the way back."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from ui.components.card import actions, card, heading, stack, text
from ui.components.controls import button
from ui.components.feed import feed
from ui.components.page_state import Empty, page_state
from ui.pages.page import guarded, nowhere
from ui.sign_in import SignedIn


def retired(
    who: SignedIn,
    kind: str,
    id: str,
    name: str,
    *,
    may: Permission,
    told: str,
    restore: Callable[[Actor], Awaitable[object]],
) -> None:
    """What stands at ``/devices/{id}`` (``kind`` is ``device``) afterwards; who ``may`` can ``restore`` it there."""
    address, plural = f'/{kind}s', f'{kind.capitalize()}s'

    async def back() -> None:
        if await guarded(who, restore) is not None:
            ui.navigate.to(f'{address}/{id}')

    with heading(name, parent=(plural, address)):
        text('Retired').classes('cw-tag').props('data-testid=retired')
        if who.may(may):
            with actions():
                button(f'Bring {kind} back', back).props('data-testid=restore').mark('restore')
    with stack():
        page_state(Empty(title=f'This {kind} is retired', text=told, href=address, label=f'All {kind}s'))
        with card('Timeline'):
            feed(f'feed/{kind}/{id}', most=100, hide_subject=True)


def unknown(kind: str) -> None:
    """What stands there when there is no such thing, or none that the reader may see."""
    told = f'The address may be mistyped, or the {kind} is not among those that you may see.'
    nowhere(Empty(title=f'There is no such {kind}', text=told, href=f'/{kind}s', label=f'All {kind}s'))
