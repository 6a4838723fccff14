"""A command line that is there to be copied."""

from nicegui import ui


class command(ui.element, component='command.js'):  # noqa: N801 (NiceGUI's element style)
    """Show ``text`` in monospace with a button that copies it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._props['text'] = text
