"""What a page's own script does at once, and says that it is not confirmed yet (``ui/static/acts.js``)."""

import json

from nicegui import ui

from ui.components.columns import Column
from ui.components.controls import Rank, button
from ui.components.live_value import live_value


def acting(words: str, asks: str, id: str, *, rank: Rank = 'plain') -> ui.button:
    """A button that asks what ``cellwarden.asks`` of that name asks about the thing of that id, without a word to the server."""
    pressed = f'() => window.cellwarden.asks[{json.dumps(asks)}]([{json.dumps(id)}])'
    return button(words, rank=rank).on('click', js_handler=pressed)


def unsure(topic: str) -> live_value:
    """The mark on what is not confirmed yet; nothing while all is."""
    return live_value(Column(field='unsure', kind='unsure', empty=''), topic)
