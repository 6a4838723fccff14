"""Notes that detail pages share."""

from nicegui import ui

from ui.components.card import link, text
from ui.components.live_when import live_when


def gone_note(topic: str, words: str, way_out: tuple[str, str]) -> None:
    """A line at the top of an open page, once the thing it shows is gone; ``way_out`` is (words, address)."""
    with (
        live_when(topic, 'gone', (True,), shown=False).classes('cw-gone'),
        ui.element('div').classes('cw-clash').props('role=status data-testid=gone'),
    ):
        text(words, 'p')
        link(*way_out)
