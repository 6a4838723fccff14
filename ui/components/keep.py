"""Ways to keep what is shown once: copied, as a file, on paper."""

from nicegui import ui


class keep(ui.element, component='keep.js'):  # noqa: N801 (NiceGUI's element style)
    """Three buttons for ``text``, which they call ``what``; on paper comes the dialog that they stand in."""

    def __init__(self, text: str, what: str, *, file: str) -> None:
        super().__init__()
        self._props['text'] = text
        self._props['what'] = what
        self._props['file'] = file
