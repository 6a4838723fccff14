"""A moment that a page knows when it is built, told as an age that moves by itself."""

from nicegui import ui

from ui.components.columns import Mode


class age(ui.element, component='age.js'):  # noqa: N801 (NiceGUI's element style)
    """``at`` in epoch seconds; ``mode`` as in a :class:`ui.components.columns.Column`."""

    def __init__(self, at: float, mode: Mode = 'ago') -> None:
        super().__init__()
        self._props['at'] = at
        self._props['mode'] = mode
