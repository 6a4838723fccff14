"""Who was told of an alert: each attempt on each channel, and what is about to be sent."""

from domain.alerts.model import Alert
from ui.components.card import card
from ui.components.live_table import live_table
from ui.components.page_state import Empty
from ui.pages.channels.sent import SENT


def told_card(alert: Alert) -> None:
    """The card, which follows while its page is open."""
    with card('Who was told', more=('All', f'/channels?alert={alert.id}')):
        live_table(
            f'tellings?alert={alert.id}',
            SENT,
            noun=('message', 'messages'),
            bare=True,
            file=True,
            framed=False,
            heads=False,
            empty=Empty(title='Nobody was told of it outside of this console so far'),
        ).props('data-testid=told').mark('told')
