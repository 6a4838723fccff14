"""That mail to a person comes back, with what to do, and the way to say that it works again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from domain.access.actors import Actor
from domain.channels.model import BouncingAddress
from domain.oncall.service import OnCallService
from ui.components.card import text
from ui.components.controls import button
from ui.components.zoned import zoned
from ui.pages.page import guarded
from ui.sign_in import SignedIn

KEPT = 'Mail is sent there all the same, and told on the next channel too. A mark goes by itself 14 days after mail came back last.'


def bounced_words(mark: BouncingAddress, whose: str = '') -> str:
    """``Mail to ana@example.com (Ana) came back on 2026-11-22T08:00:00Z: 550 no such user``."""
    at = f'{datetime.fromtimestamp(mark.at, UTC):%Y-%m-%dT%H:%M:%SZ}'
    address = f'{mark.address} ({whose})' if whose else mark.address
    return f'Mail to {address} came back on {at}: {mark.said or "no reason was given"}'


def bounces_part(lines: Sequence[str], todo: str, forget: Callable[[Actor], Awaitable[object]], who: SignedIn) -> None:
    """What came back, ``todo``, and a button that says it works again; nothing where no mail came back."""
    if not lines:
        return

    async def go() -> None:
        if await guarded(who, forget, done='Mail is taken to arrive there again.') is not None:
            part.delete()

    with ui.element('div').classes('cw-because cw-bad cw-bounced').props('data-testid=bouncing') as part:
        for line in lines:
            with ui.element('p'):
                zoned(line)
        text(f'{todo} {KEPT}', 'p')
        words = 'It works again' if len(lines) == 1 else 'They work again'
        button(words, go).mark('forget-bounces').props('data-testid=forget-bounces')


def person_bounces(on_call: OnCallService, who: SignedIn, person: str) -> None:
    """Of a person: in their own form, and in that of an administrator."""
    lines = [bounced_words(mark) for mark in on_call.bouncing(who.actor(), person)]
    todo = 'Have the mailbox mended, or choose another address; then say so here.'
    bounces_part(lines, todo, lambda actor: on_call.forget_bounces(actor, person), who)
