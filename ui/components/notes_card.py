"""The notes that people wrote on a device or tower."""

from nicegui import ui

from ui.components.acting import acting
from ui.components.card import card, text
from ui.components.columns import Column
from ui.components.live_value import live_value
from ui.components.live_when import live_when


def notes_card(topic: str, asks: str, id: str, *, may_write: bool, there: bool) -> None:
    """The notes of ``topic``, and for who may write one the button that ``asks`` for it; ``there`` says whether there are any now."""
    with card('Notes'), ui.element('div').classes('body cw-notes'):
        with live_when(topic, 'notes', (None,), shown=there, unless=True):
            live_value(Column(field='notes', kind='comments', empty=''), topic).props('data-testid=notes')
        with live_when(topic, 'notes', (None,), shown=not there):
            text('Nobody has written anything on it.', 'p').classes('cw-quiet')
        if may_write:
            acting('Write a note…', asks, id).props('data-testid=ask-note').mark('ask-note')
