"""HTML that is long and never changes while its page is open: it travels once, in the first picture."""

from nicegui import ui


class still(ui.element, component='still.js'):  # noqa: N801 (NiceGUI's element style)
    """What ``html`` says. It is trusted: it comes from a page of ours, escaped.

    The first picture holds it, and the live page takes those nodes over. ``name`` is its own on the page.
    """

    def __init__(self, html: str, *, name: str) -> None:
        super().__init__()
        self.html = html
        self._props['name'] = name
        self.props(f'data-still={name}')
