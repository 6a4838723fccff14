"""A text of the server that may have moments in it."""

from nicegui import ui


class zoned(ui.element, component='zoned.js'):  # noqa: N801 (NiceGUI's element style)
    """``text``, in which a moment as ``2026-11-28T13:00:00Z`` is shown in the zone of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._props['text'] = text
