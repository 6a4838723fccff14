"""A list of entries with what can be done with each, or the words for none."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from nicegui import ui

from ui.components.card import text

Row = TypeVar('Row')


def entries(rows: Sequence[Row], entry: Callable[[Row], None], none: str) -> None:
    """``entry`` draws each row; ``none`` says what belongs here while there is no row."""
    with ui.element('ul').classes('cw-entries cw-doctor'):
        for row in rows:
            entry(row)
        if not rows:
            with ui.element('li').classes('none'):
                text(none, 'p')
