"""A state as an entry of a list shows it, drawn by the server."""

from nicegui import ui

from ui.components.card import text
from ui.design import look


def chip(family: str, value: str) -> None:
    """A state by shape, colour and word."""
    entry = look(family, value)
    with ui.element('div').classes('mark'), ui.element('span').classes(f'cw-state cw-{entry.tone} loud'):
        ui.element('i').classes(f'cw-shape {entry.shape} cw-{entry.tone}').props('aria-hidden=true')
        text(entry.word)
