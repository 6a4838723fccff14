"""Buttons that are needed seldom, behind one button."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui


class more_menu(ui.element, component='more_menu.js'):  # noqa: N801 (NiceGUI's element style)
    """A button called ``label`` that opens the buttons built inside."""

    def __init__(self, label: str = 'More') -> None:
        super().__init__()
        self._props['label'] = label
        self.props('data-testid=more')


@contextmanager
def set_apart() -> Iterator[None]:
    """Below the others in a menu, behind a line: what takes something away."""
    with ui.element('div').classes('apart'):
        yield
