"""Who was told of an alert: each attempt on each channel, and what is about to be sent."""

from collections.abc import Sequence

from nicegui import ui

from domain.alerts.model import Alert
from domain.channels.model import Attempt
from domain.channels.telling import TellingService
from ui.components.card import card
from ui.components.looking import look_every
from ui.pages.channels.log import log, named
from ui.sign_in import SignedIn

LOOK_S = 2.0
MOST_SHOWN = 20


def told_card(telling: TellingService, who: SignedIn, alert: Alert) -> None:
    """The card, which follows while its page is open."""
    shown: list[Sequence[object]] = []
    with card('Who was told', more=('All', f'/channels?alert={alert.id}')):
        place = ui.element('div')

    async def show() -> None:
        actor = who.actor()
        attempts: Sequence[Attempt] = await telling.attempts(actor, alert=alert.id, limit=MOST_SHOWN)
        waiting = [one for one in telling.waiting(actor, alert.id) if not one.attempts]
        if shown and shown[0] == [attempts, waiting]:
            return
        shown[:] = [[attempts, waiting]]
        place.clear()
        with place:
            log(
                attempts,
                waiting,
                named(telling, alert.enterprise),
                none='Nobody was told of it outside of this console.',
                linked=False,
            )

    look_every(LOOK_S, show)
